"""A span of days, and the part of the ledger somebody asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tortoise.expressions import Q

from models.base.clock import TOWN_ZONE, today
from models.base.days import FIRST, LAST
from models.base.refusals import Invalid
from models.base.viewer import subtree
from models.units import Unit

LONGEST = 20 * 366


@dataclass(frozen=True)
class Period:
    """The days from one to another, both included, as the town counts them."""

    since: date
    until: date

    @property
    def begins(self) -> datetime:
        return _midnight(self.since)

    @property
    def ends(self) -> datetime:
        """The first instant after the last day."""
        return _midnight(self.until + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def a_year_before(self) -> Period:
        return Period(_a_year_before(self.since), _a_year_before(self.until))

    def holding(self, column: str) -> Q:
        """Rows whose instant in this column lies within the period."""
        bounds: dict[str, Any] = {f"{column}__gte": self.begins, f"{column}__lt": self.ends}
        return Q(**bounds)


@dataclass(frozen=True)
class Wanted:
    """What a reader of the ledger looks at: a period and, where one is named, a place or a single asker."""

    period: Period
    place: Unit | None = None
    department: Unit | None = None
    last: tuple[int, int] | None = None
    """Numbers of the last screening and the last assignment that count, while more of them come in."""

    def screenings(self) -> Q:
        asked = self.period.holding("at")
        if self.last is not None:
            asked &= Q(id__lte=self.last[0])
        if self.place is not None:
            asked &= subtree("request__township__path", self.place.path)
        if self.department is not None:
            asked &= Q(request__department_id=self.department.pk)
        return asked


def period_of(since: date | None, until: date | None) -> Period:
    """The period asked for, or else this year so far; raises Invalid for one that runs backwards."""
    last = until or today()
    first = since or date(last.year, 1, 1)
    if first > last:
        raise Invalid("开始日期不能晚于结束日期。", field="since")
    if not FIRST <= first <= last <= LAST or (last - first).days > LONGEST:
        raise Invalid("请选择 20 年以内的时间段。", field="since")
    return Period(first, last)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), TOWN_ZONE).astimezone(UTC)


def _a_year_before(day: date) -> date:
    """The same day a year earlier; 29 February has 28 February."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
