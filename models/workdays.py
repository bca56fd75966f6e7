"""Working days: China's holidays and make-up days, kept as the city's own data, year by year."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Self

from chinese_calendar.constants import holidays, workdays
from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.columns import column, link
from models.base.commands import command, rule
from models.base.days import Reckoned
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.text import Line
from models.base.viewer import NOTHING, Viewer
from models.holidays import read_year
from models.people import Post
from models.people.roles import ADMINISTRATORS
from models.policies import upwards
from models.units import Unit

SATURDAY = 5
SPAN = 64
"""Days in which the wanted one is looked for first."""
YEARS = range(2000, 2101)
"""Years a calendar can be kept for."""
Days = list[str]


class WorkCalendar(Record):
    """One city's version of a year: weekdays off, weekend days worked, and the notice that says so."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "work_calendars")
    unit_id: int
    year = column("年份", fields.IntField())
    number = fields.IntField()
    days_off: Days = column("放假的日子", fields.JSONField(default=list))
    make_up: Days = column("补班的日子", fields.JSONField(default=list))
    source = fields.CharField(max_length=200)
    set_by: fields.ForeignKeyRelation[Post] = link("Post", "calendars", said="谁定的", indexed=True)
    set_by_id: int
    made_at = fields.DatetimeField()

    called = "工作日历"
    judged_with = ("unit",)
    opens = frozenset({"unit"})

    class Meta:
        table = "work_calendar"
        unique_together = (("unit", "year", "number"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.unit.path


@dataclass(frozen=True)
class Year:
    """The days of a year that are not as their weekday says."""

    days_off: frozenset[date]
    make_up: frozenset[date]


@dataclass(frozen=True)
class Workdays:
    """Which days are worked; years nobody has published count Monday to Friday, and say so."""

    years: dict[int, Year]

    def works_on(self, day: date) -> bool:
        year = self._year(day.year)
        if year is not None and day in year.make_up:
            return True
        return day.weekday() < SATURDAY and (year is None or day not in year.days_off)

    def after(self, day: date, count: int) -> date:
        """The day that lies `count` working days after a day; with 0, the day itself or the next one worked."""
        first = day.toordinal() if count == 0 else day.toordinal() + 1
        wanted = self._until(first - 1) + max(count, 1)
        span = SPAN
        while self._until(first + span) < wanted:
            span *= 2
        return date.fromordinal(first + bisect_left(range(first, first + span), wanted, key=self._until))

    def before(self, day: date, count: int) -> date:
        """The last day after which so many working days have passed before a day."""
        last = day.toordinal() - 1
        wanted, span = self._until(last) - count, SPAN
        while self._until(last - span) > wanted:
            span *= 2
        found = bisect_right(range(last - span, last + 1), wanted, key=self._until)
        return date.fromordinal(last - span + found - 1)

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last`; negative the other way round."""
        return self._until(last.toordinal()) - self._until(first.toordinal())

    def _until(self, ordinal: int) -> int:
        """Working days from the first of all days until this one: weekdays by formula, and what years say otherwise."""
        weeks, rest = divmod(ordinal, 7)
        worked, off = self._otherwise
        return (
            weeks * SATURDAY
            + min(rest, SATURDAY)
            + bisect_right(worked, ordinal)
            - bisect_right(off, ordinal)
        )

    @cached_property
    def _otherwise(self) -> tuple[list[int], list[int]]:
        return _unlike_their_weekday(tuple(sorted(self.years.items())))

    def unpublished(self, first: date, last: date) -> list[int]:
        """The years of a span whose holidays are not known yet."""
        return [year for year in range(first.year, last.year + 1) if self._year(year) is None]

    def _year(self, year: int) -> Year | None:
        return self.years.get(year) or published(year)


@lru_cache(maxsize=64)
def _unlike_their_weekday(own: tuple[tuple[int, Year], ...]) -> tuple[list[int], list[int]]:
    """Ordinals of weekend days that are worked and of weekdays that are off, over all years that say anything."""
    days = Workdays(dict(own))
    told = {year: days._year(year) for year in YEARS}
    odd = [day for year in told.values() if year is not None for day in sorted(year.days_off | year.make_up)]
    worked = sorted({d.toordinal() for d in odd if days.works_on(d) and d.weekday() >= SATURDAY})
    off = sorted({d.toordinal() for d in odd if not days.works_on(d) and d.weekday() < SATURDAY})
    return worked, off


@lru_cache(maxsize=256)
def published(year: int) -> Year | None:
    """The year as the shipped library of state notices knows it, or None."""
    if not min(holidays).year <= year <= max(holidays).year:
        return None
    return Year(
        frozenset(day for day in holidays if day.year == year and day.weekday() < SATURDAY),
        frozenset(day for day in workdays if day.year == year and day.weekday() >= SATURDAY),
    )


@dataclass(frozen=True)
class YearTold:
    """A year as it counts at a place, and by whose word: the city's, the shipped notices', or the weekdays alone."""

    year: int
    days: Year | None
    versions: list[WorkCalendar]
    """The city's own versions, the one in force first."""

    @property
    def in_force(self) -> WorkCalendar | None:
        return self.versions[0] if self.versions else None


async def year_at(viewer: Viewer, path: str, year: int) -> YearTold:
    """One year with who set it; `days` is None where nobody has published it."""
    rows = WorkCalendar.visible_to(viewer).filter(unit__path__in=upwards(path), year=year)
    kept = await rows.order_by("-unit__path", "-number").select_related("unit", "set_by__person")
    own = Year(_dates(kept[0].days_off), _dates(kept[0].make_up)) if kept else None
    return YearTold(year, own or published(year), kept)


async def workdays_of(path: str) -> Workdays:
    """The working days that hold at a place: its city's latest word on each year."""
    rows = WorkCalendar.filter(unit__path__in=upwards(path)).order_by("year", "unit__path", "number")
    return Workdays({row.year: Year(_dates(row.days_off), _dates(row.make_up)) for row in await rows})


def _dates(days: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in days)


@rule("只有市级系统管理员可以维护工作日历。")
def keeps_the_calendar(actor: Viewer, unit: Unit) -> bool:
    return unit.level == "city" and actor.is_a(*ADMINISTRATORS, at=unit.path)


async def _the_last_version(unit: Unit, *, year: int, **_: Any) -> WorkCalendar | None:
    return await WorkCalendar.filter(unit_id=unit.pk, year=year).order_by("-number").first()


async def year_in(actor: Viewer, unit: Unit, name: str, content: bytes) -> tuple[list[date], list[date]]:
    """Days off and days worked of a table, for who may set them; raises Invalid with errors by row."""
    set_year.judge(actor, unit)
    return await read_year(name, content)


@command(said="公布工作日历", who=keeps_the_calendar, edits=_the_last_version)
async def set_year(
    actor: Viewer,
    unit: Unit,
    *,
    year: int,
    days_off: Reckoned[list[date]],
    make_up: Reckoned[list[date]],
    source: Line[str],
) -> WorkCalendar:
    """Enter a year's weekdays off and weekend days worked as the state notice gives them."""
    if year not in YEARS:
        raise Invalid(f"年份应在 {YEARS[0]} 到 {YEARS[-1]} 之间。", field="year")
    if not source.strip():
        raise Invalid("请写明放假通知的文号或来源。", field="source")
    if not days_off:
        raise Invalid("请填写放假的日子。", field="days_off")
    for day in (*days_off, *make_up):
        if day.year != year:
            raise Invalid(f"{day} 不在 {year} 年。", field="year")
    wrong = [str(day) for day in make_up if day.weekday() < SATURDAY]
    if wrong:
        raise Invalid(f"补班日应是周末：{'、'.join(wrong)} 不是。", field="make_up")
    last = await WorkCalendar.filter(unit=unit, year=year).order_by("-number").first()
    return await WorkCalendar.create(
        unit=unit,
        year=year,
        number=last.number + 1 if last else 1,
        days_off=sorted({str(day) for day in days_off if day.weekday() < SATURDAY}),
        make_up=sorted({str(day) for day in make_up}),
        source=source.strip(),
        set_by_id=actor.post_id,
        made_at=now(),
    )
