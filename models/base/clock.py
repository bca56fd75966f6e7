"""The town's time: one clock that tests and the demo may set, and the jobs that the calendar starts."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

TOWN_ZONE = ZoneInfo("Asia/Shanghai")


def of_this_host() -> datetime:
    """What the machine says; only `now` asks it, unless a span of real time is meant."""
    return datetime.now(UTC)


_source: Callable[[], datetime] = of_this_host
_set_time: ContextVar[datetime | None] = ContextVar("set_time", default=None)
_begun_at: ContextVar[datetime | None] = ContextVar("begun_at", default=None)
jobs: list[Callable[[], Awaitable[None]]] = []


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return _set_time.get() or _source()


def today() -> date:
    """The present day as the town counts it (Asia/Shanghai)."""
    return town_day(now())


def town_day(at: datetime) -> date:
    return at.astimezone(TOWN_ZONE).date()


def end_of(day: date) -> datetime:
    """The last moment of a day in town: what a deadline that names a day means."""
    return datetime.combine(day, time.max, TOWN_ZONE).astimezone(UTC)


def is_end_of_day(at: datetime) -> bool:
    """Whether a moment was said as a day, and not by the clock."""
    return at == end_of(town_day(at))


class ClockWentBack(Exception):
    """The server's clock stands before the last event: nothing may be written until it is mended or stepped over."""

    def __init__(self, last: datetime, present: datetime) -> None:
        self.last, self.present = last, present
        super().__init__(
            f"服务器的时钟走在最后一条记录之前（时钟 {_by_town(present)}，最后一条记录 {_by_town(last)}），这次没有写入任何内容。"
            "请告诉管理员：时钟不对就校准时钟；时钟是对的，就在服务器上运行 xingcun clock。"
        )


def _by_town(at: datetime) -> str:
    return at.astimezone(TOWN_ZONE).strftime("%Y-%m-%d %H:%M:%S")


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Let the town live at another instant: for tests and for playing the demo's past."""
    token = _set_time.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_time.reset(token)


@contextmanager
def run_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Let the whole process live by another clock: for tests; the product itself never does."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


@contextmanager
def begun() -> Iterator[None]:
    """Note when the outermost command began, before it waited for any lock."""
    if _begun_at.get() is not None:
        yield
        return
    token = _begun_at.set(now())
    try:
        yield
    finally:
        _begun_at.reset(token)


def begun_at() -> datetime:
    """When the running command began, by this host's clock."""
    return _begun_at.get() or now()


def is_set() -> bool:
    """Whether the town lives at another instant than the host."""
    return _set_time.get() is not None or _source is not of_this_host


def due(job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Register work that the calendar starts: it finds what is ready and calls ordinary commands."""
    jobs.append(job)
    return job


async def tick() -> None:
    """Do all that is due; a job that fails does not keep the others from their work."""
    failed: list[Exception] = []
    for job in jobs:
        try:
            await job()
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("jobs of the calendar failed", failed)
