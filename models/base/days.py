"""Days and moments as they enter the town: by its own clock, and no farther off than their detail can mean.

    async def draft(actor, township, *, due_on: Planned[date], repeats_until: Planned[date | None] = None): ...

Each day or moment of a command says how far it may lie from today; the hinge asks once, for every door.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

from models.base.clock import TOWN_ZONE, today, town_day
from models.base.refusals import Invalid, Unreadable
from models.base.text import narrowed

T = TypeVar("T")
D = TypeVar("D", date, datetime)
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
"""The days the town reckons with."""
LONGEST = 60
"""Letters that a day and a time are looked for in: nobody writes them longer."""
OUT_OF_REACH = f"日期应在 {FIRST.year} 年到 {LAST.year} 年之间。"
DAY = re.compile(
    r"([0-9]{4})(?:(?P<by>[-/.])([0-9]{1,2})(?P=by)([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?|([0-9]{2})([0-9]{2}))"
)
AROUND = re.compile(r" *([-/.年月日号]) *")
"""A blank that parts a day's parts says nothing."""
MOMENT = re.compile(
    r"(.+?)(?:T| +|(?<=[日号]))([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)? ?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)


class Reach(NamedTuple):
    """How many days before and after today a day may lie; None reaches as far as the town reckons."""

    back: int | None
    ahead: int | None

    def days(self) -> tuple[date, date]:
        """The first and the last day within reach today."""
        first = FIRST if self.back is None else today() - timedelta(days=self.back)
        last = LAST if self.ahead is None else today() + timedelta(days=self.ahead)
        return max(first, FIRST), min(last, LAST)


Planned = Annotated[T, Reach(back=366, ahead=731)]
"""Work of this year and the next: deadlines, hearings, rounds."""
Foreseen = Annotated[T, Reach(back=366, ahead=3660)]
"""What runs for years: works, series, rules."""
Happened = Annotated[T, Reach(back=None, ahead=0)]
"""What has been already."""
Reckoned = Annotated[T, Reach(back=None, ahead=None)]
"""Any day of the calendar: terms of office, calendars."""


def day_written(text: str) -> date:
    """A day as people write it (2026-03-05, 2026/3/5, 2026.3.5, 2026年3月5日, 20260305); raises Unreadable for anything else."""
    typed = narrowed(text)[: LONGEST + 1]
    found = DAY.fullmatch(AROUND.sub(r"\1", typed)) if len(typed) <= LONGEST else None
    if found is None:
        raise Unreadable(f"“{typed[:20]}”不是日期，请填写例如 2026-03-05。")
    try:
        return date(*(int(part) for part in found.groups() if part and part.isdigit()))
    except ValueError:
        raise Unreadable(f"日历上没有“{typed[:20]}”这一天。") from None


def day_of(text: str) -> date:
    """The same; raises Unreadable also for a day that no calendar of the town holds."""
    return _reckoned(day_written(text))


def moment_written(text: str) -> datetime:
    """A day and a time as people write them, by the town's clock unless they name an offset; raises Unreadable for anything else."""
    typed = narrowed(text)[: LONGEST + 1]
    found = MOMENT.fullmatch(typed) if len(typed) <= LONGEST else None
    if found is None:
        raise Unreadable(f"“{typed[:20]}”不是日期和时间，请填写例如 2026-03-05 20:00。")
    day, hours, minutes, seconds, parts, zone = found.groups()
    try:
        # Midnight at the end of a day has two names: 24:00, and 0:00 of the day after.
        clock = (
            f"{int(hours) % 24:02}:{minutes}:{seconds or '00'}.{(parts or '0'):0<6.6}{(zone or '').upper()}"
        )
        at = datetime.fromisoformat(f"{day_written(day)}T{clock}")
        ends = int(hours) == 24 and at.time() == time()
        if int(hours) > 23 and not ends:
            raise ValueError
        return of_the_town(at + timedelta(days=ends))
    except (ValueError, OverflowError) as wrong:
        if isinstance(wrong, Unreadable):
            raise
        raise Unreadable(f"没有“{typed[:30]}”这个时间，请填写例如 2026-03-05 20:00。") from None


def moment_of(text: str) -> datetime:
    """The same; raises Unreadable also for a moment that no calendar of the town holds."""
    return _reckoned(moment_written(text))


def _reckoned(day: D) -> D:
    if not FIRST.year <= day.year <= LAST.year:
        raise Unreadable(OUT_OF_REACH)
    return day


def of_the_town(at: datetime) -> datetime:
    """A moment without an offset is by the town's clock."""
    return at if at.tzinfo else at.replace(tzinfo=TOWN_ZONE)


def must_be_reckoned(details: Mapping[str, Any]) -> None:
    """Raise Invalid for a day or moment that no calendar of the town holds."""
    for name, value in details.items():
        for one in _each(value):
            if not FIRST.year <= one.year <= LAST.year:
                raise Invalid(OUT_OF_REACH, field=name)


def must_be_within_reach(details: Mapping[str, Any], hints: Mapping[str, Any]) -> None:
    """Raise Invalid for a day farther from today than its detail can mean."""
    for name, value in details.items():
        reach = reach_of(hints.get(name)) or Reach(None, None)
        for one in _each(value):
            first, last = reach.days()
            if not first <= (town_day(of_the_town(one)) if isinstance(one, datetime) else one) <= last:
                raise Invalid(_otherwise(reach, first, last), field=name)


def reach_of(hint: Any) -> Reach | None:
    """The reach an annotation names, or None."""
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((mark for mark in marks if isinstance(mark, Reach)), None)


def settled(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details with every moment in UTC, as both databases compare it."""
    return {n: of_the_town(v).astimezone(UTC) if isinstance(v, datetime) else v for n, v in details.items()}


def _otherwise(reach: Reach, first: date, last: date) -> str:
    return "日期不能晚于今天。" if reach.ahead == 0 else f"日期应在 {first} 到 {last} 之间。"


def _each(value: Any) -> list[date]:
    many = value if isinstance(value, list | tuple | set | frozenset) else (value,)
    return [one for one in many if isinstance(one, date)]
