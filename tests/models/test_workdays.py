"""Working days: as the State Council's notices say, day by day, and the same however they are counted."""

from __future__ import annotations

import csv
import time
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from models.workdays import Workdays, Year, published

DAY = timedelta(days=1)
NOTICES = list(csv.DictReader(Path(__file__).with_name("state_notices.tsv").open(), delimiter="\t"))
"""What each notice gives off and has worked instead; the one of 2020-01-26 took the make-up day of 1 February back."""
SHIPPED = Workdays({})
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


def _said() -> tuple[set[date], set[date]]:
    off: set[date] = set()
    worked: set[date] = set()
    for one in NOTICES:
        since, until = date.fromisoformat(one["from"]), date.fromisoformat(one["until"])
        off |= {since + n * DAY for n in range((until - since).days + 1)}
        worked |= {date.fromisoformat(day) for day in one["worked"].split()}
    return off, worked


def walked_after(days: Workdays, day: date, count: int) -> date:
    """The definition, one day at a time."""
    while count or not days.works_on(day):
        day += DAY
        count -= 1 if count and days.works_on(day) else 0
    return day


def walked_between(days: Workdays, first: date, last: date) -> int:
    return sum(days.works_on(first + n * DAY) for n in range(1, (last - first).days + 1))


def test_every_day_of_seven_years_is_as_the_notices_say() -> None:
    off, worked = _said()
    assert not off & worked and len({one["document"] for one in NOTICES}) == 8
    expected = [day in worked or (day.weekday() < 5 and day not in off) for day in EVERY_DAY]
    wrong = [day for day, works in zip(EVERY_DAY, expected, strict=True) if SHIPPED.works_on(day) != works]
    assert wrong == []


def test_from_every_day_of_seven_years_the_count_is_the_walk() -> None:
    for day in EVERY_DAY:
        for count in (0, 1, 5):
            assert SHIPPED.after(day, count) == walked_after(SHIPPED, day, count), (day, count)
    passed = 0
    for day in EVERY_DAY:
        passed += day > FIRST and SHIPPED.works_on(day)
        assert SHIPPED.between(FIRST, day) == passed == -SHIPPED.between(day, FIRST), day


any_day = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> Workdays:
    """Years of a city's own, some of them odd: a whole month off, every weekend of a month worked."""
    years = draw(st.sets(st.integers(2024, 2029), max_size=4))
    return Workdays({year: _odd_year(draw, year) for year in years})


def _odd_year(draw: st.DrawFn, year: int) -> Year:
    days = [date(year, 1, 1) + n * DAY for n in range(365)]
    start, length = draw(st.integers(0, 364)), draw(st.integers(0, 200))
    off = {day for day in days[start : start + length] if day.weekday() < 5}
    worked = {day for day in draw(st.sets(st.sampled_from(days), max_size=30)) if day.weekday() >= 5}
    return Year(frozenset(off), frozenset(worked))


@given(calendars(), any_day, st.integers(0, 60))
def test_counting_in_any_calendar_is_walking(days: Workdays, day: date, count: int) -> None:
    reached = days.after(day, count)
    assert reached == walked_after(days, day, count)
    assert days.between(day, reached) == walked_between(days, day, reached)
    assert days.between(reached, day) == -days.between(day, reached)


@given(calendars(), any_day, st.integers(1, 30))
def test_so_many_working_days_ago_is_the_last_day_they_have_passed_since(
    days: Workdays, day: date, count: int
) -> None:
    end = days.before(day, count)
    assert walked_after(days, end, count) < day <= walked_after(days, end + DAY, count)


def test_a_year_nobody_has_published_counts_monday_to_friday_and_says_so() -> None:
    assert published(2099) is None
    assert SHIPPED.after(date(2099, 1, 1), 5) == date(2099, 1, 8)
    assert SHIPPED.unpublished(date(2026, 12, 1), date(2099, 1, 1))[-1] == 2099
    assert SHIPPED.unpublished(date(2020, 1, 1), date(2026, 12, 31)) == []


def test_a_far_day_costs_no_more_than_a_near_one() -> None:
    SHIPPED.between(FIRST, LAST)
    begun = time.process_time()
    for _ in range(1000):
        SHIPPED.between(FIRST, date(2526, 12, 31))
        SHIPPED.after(FIRST, 100_000)
    assert time.process_time() - begun < 1
