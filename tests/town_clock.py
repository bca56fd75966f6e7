"""When tests live: on one calm Wednesday, or at the moments where calendars trip; this machine's clock is not asked.

As a program it runs the terminal or a piece of Python at such a moment: the product itself has no switch for that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from models.base.clock import TOWN_ZONE, now, run_by


def moment(said: str) -> datetime:
    """An instant as people say it: without an offset it is the town's."""
    told = datetime.fromisoformat(said)
    return (told if told.tzinfo else told.replace(tzinfo=TOWN_ZONE)).astimezone(UTC)


USUAL = moment("2026-05-13T10:00:00")
"""A Wednesday in the middle of a month and a quarter, with no holiday within a week, when people are at work."""
TRIPPING = {
    name: moment(said)
    for name, said in {
        "a calm Wednesday": "2026-05-13T10:00:00",
        "half a minute before midnight": "2026-05-13T23:59:30",
        "a minute after midnight in UTC": "2026-05-14T08:01:00",
        "a minute after midnight in town": "2026-05-14T00:01:00",
        "last day of a month": "2026-11-30T09:30:00",
        "last day of a quarter": "2026-06-30T17:00:00",
        "last hour of a year": "2026-12-31T23:30:00",
        "first day of 2027": "2027-01-01T00:00:00",
        "29 February": "2028-02-29T10:00:00",
        "eve of Spring Festival": "2026-02-16T16:00:00",
        "last day of Spring Festival": "2026-02-23T10:00:00",
        "eve of Spring Festival 2027": "2027-02-05T11:00:00",
        "make-up Saturday": "2026-10-10T10:00:00",
        "first day of National Day": "2026-10-01T08:00:00",
        "last day of January": "2026-01-31T12:00:00",
        "beyond the known holidays": "2030-06-30T10:00:00",
    }.items()
}
"""Where the arithmetic of days, months and holidays goes wrong, if it goes wrong anywhere."""


ON_BOTH = {
    TRIPPING[name]
    for name in ("a calm Wednesday", "half a minute before midnight", "a minute after midnight in town")
}
"""Where PostgreSQL is swept too: what a database could do differently is to take an instant for another day."""


class AskedTooEarly(Exception):
    """A day that is fixed while files are read is not the day of the test that uses it."""


def not_yet() -> datetime:
    """The clock while tests are collected."""
    raise AskedTooEarly(AskedTooEarly.__doc__)


def frozen(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def running_from(at: datetime) -> Callable[[], datetime]:
    """A clock that shows this instant now and goes on from there."""
    return _ahead_by(at - datetime.now(UTC))


def _ahead_by(span: timedelta) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + span


def ahead() -> float:
    """How many seconds the town of this test is ahead of this machine."""
    return (now() - datetime.now(UTC)).total_seconds()


def python(*words: str) -> list[str]:
    """The start of a process that goes on from the instant it is here: `-c` and a program, or words for `xingcun`."""
    return [sys.executable, "-P", __file__, str(ahead()), *words]


def xingcun(ahead: float, words: list[str]) -> None:
    """The terminal, so many seconds ahead of this machine."""
    from views.terminal.cli import main

    sys.argv = ["xingcun", *words]
    with run_by(_ahead_by(timedelta(seconds=ahead))):
        main()


def _program(ahead: float, code: str) -> None:
    with run_by(_ahead_by(timedelta(seconds=ahead))):
        exec(compile(code, "<test>", "exec"), {"__name__": "__main__"})  # noqa: S102


def started(ahead: float, words: list[str]) -> None:
    """What `python` above begins: a program, or the terminal."""
    if words[0] == "-c":
        _program(ahead, words[1])
    else:
        xingcun(ahead, words)


if __name__ == "__main__":
    started(float(sys.argv[1]), sys.argv[2:])
