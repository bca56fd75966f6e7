"""A stretch of days cut into weeks, months, quarters or years, as the town's calendar has them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from models.base.refusals import Invalid
from models.ledger import Period

INTERVALS = {"week": "周", "month": "月", "quarter": "季", "year": "年"}
MONTHS = 12
MOST_PIECES = 120
LENGTHS = {"month": 1, "quarter": 3, "year": 12}


class Piece(NamedTuple):
    """One of the pieces: what it is called, and those of its days that are asked for."""

    key: str
    days: Period

    @property
    def is_a_month(self) -> bool:
        """Whether it is one month of the calendar, whole."""
        first, after = self.days.since, self.days.until + timedelta(days=1)
        return first.day == after.day == 1 and self.days.days <= 31


def pieces(whole: Period, interval: str | None) -> list[Piece]:
    """The pieces in their order, the first and the last as far as they lie within; raises Invalid for too many."""
    if interval is None:
        return [Piece("", whole)]
    found: list[Piece] = []
    for key, first, after in _calendar(whole.since, interval):
        if len(found) == MOST_PIECES:
            raise Invalid(f"一次最多分成 {MOST_PIECES} 段，请缩短时间段，或换更长的间隔。", field="interval")
        days = Period(max(first, whole.since), min(after - timedelta(days=1), whole.until))
        found.append(Piece(key, days))
        if after > whole.until:
            return found
    return found


def _calendar(since: date, interval: str) -> Iterator[tuple[str, date, date]]:
    """The piece that holds the day and all that follow: key, first day, and the first day after it."""
    if interval == "week":
        first = since - timedelta(days=since.weekday())
        while True:
            year, week, _ = first.isocalendar()
            yield f"{year}-W{week:02}", first, first + timedelta(days=7)
            first += timedelta(days=7)
    months = LENGTHS[interval]
    number = (since.year * 12 + since.month - 1) // months * months
    while True:
        first = date(number // 12, number % 12 + 1, 1)
        number += months
        yield _key(first, interval), first, date(number // 12, number % 12 + 1, 1)


def _key(first: date, interval: str) -> str:
    if interval == "month":
        return f"{first:%Y-%m}"
    return f"{first.year}" + (f"-Q{first.month // 3 + 1}" if interval == "quarter" else "")


def twelve_months(until: date) -> list[Period]:
    """Twelve calendar months, the last of which holds the day."""
    last = until.year * 12 + until.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]
    return [Period(first, first.replace(day=monthrange(first.year, first.month)[1])) for first in firsts]
