"""Days and moments as they enter the town: by its own clock, and no farther off than their detail can mean.

    async def draft(actor, township, *, due_on: Planned[date], repeats_until: Planned[date | None] = None): ...

Each day or moment of a command says how far it may lie from today; the hinge asks once, for every door.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

from models.base.clock import TOWN_ZONE, today, town_day
from models.base.refusals import Invalid

T = TypeVar("T")
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
"""The days the town reckons with."""


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


def day_of(text: str) -> date:
    """A day as typed (2026-03-05); raises ValueError for anything else, and for one no calendar of the town holds."""
    day = date.fromisoformat(text)
    if not FIRST <= day <= LAST:
        raise ValueError("no day the town reckons with")
    return day


def moment_of(text: str) -> datetime:
    """A day and a time as typed, by the town's clock unless it names an offset; raises ValueError for anything else."""
    if len(text) <= len("2026-03-05"):
        raise ValueError("a moment has a day and a time")
    return of_the_town(datetime.fromisoformat(text))


def of_the_town(at: datetime) -> datetime:
    """A moment without an offset is by the town's clock."""
    return at if at.tzinfo else at.replace(tzinfo=TOWN_ZONE)


def must_be_reckoned(details: Mapping[str, Any]) -> None:
    """Raise Invalid for a day or moment that no calendar of the town holds."""
    for name, value in details.items():
        for one in _each(value):
            if not FIRST.year <= one.year <= LAST.year:
                raise Invalid(f"日期应在 {FIRST.year} 年到 {LAST.year} 年之间。", field=name)


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
