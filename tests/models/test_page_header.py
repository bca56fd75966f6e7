"""What stands on every page: each emergency that is open, at the village and at the desk, and years without holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

import models.page_header as headers
from models import tasks, workdays
from models.base.clock import TOWN_ZONE, clock_at, now
from models.matters import Matter
from models.page_header import page_header
from tests.builders import a_town, a_viewer
from tests.views.tasks.test_emergency import TYPHOON, a_stormy_town, declared

pytestmark = pytest.mark.anyio


async def test_two_emergencies_at_once_are_two_and_the_first_to_be_due_is_named(town: str) -> None:
    place = await a_stormy_town()
    response = await declared(place)
    leader, matter = await a_viewer("leader", place.township), await Matter.get(code=TYPHOON["code"])
    for hours in (5, 2):
        await tasks.dispatch_at_once(
            leader,
            place.township,
            response=response,
            matter=matter,
            title=f"{hours} 小时内转移",
            body="转移",
            due_at=now() + timedelta(hours=hours),
            units=[place.village],
        )
    for viewer in (leader, await a_viewer("secretary", place.village)):
        alarm = (await page_header(viewer)).alarm
        assert alarm is not None and (alarm.open, alarm.title) == (2, "2 小时内转移")
    assert (await page_header(await a_viewer("secretary", place.second_village))).alarm is None


async def test_a_year_whose_holidays_nobody_knows_is_named_until_the_city_enters_them(town: str) -> None:
    place = await a_town()
    secretary, admin = await a_viewer("secretary", place.village), await a_viewer("city_admin", place.city)

    async def named(*day: int) -> tuple[int, ...]:
        with clock_at(datetime(*day, 9, tzinfo=TOWN_ZONE)):  # type: ignore[misc, arg-type]
            return (await page_header(secretary)).unpublished

    last = max(year for year in range(2020, 2100) if workdays.published(year))
    assert await named(last, 6, 30) == ()
    assert await named(last, 12, 1) == (last + 1,) and await named(2099, 6, 30) == (2099,)
    entered = {"days_off": [date(last + 1, 1, 1)], "make_up": [], "source": "国办发明电（示范）"}
    await workdays.set_year(admin, place.city, year=last + 1, **entered)
    assert await named(last, 12, 1) == ()


async def test_a_page_that_is_made_over_midnight_tells_the_years_it_asked_about(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first of October on a deadline may lie in the next year, of which the statement has not asked."""
    secretary = await a_viewer("secretary", (await a_town()).village)
    year = max(year for year in range(2020, 2100) if workdays.published(year))
    moment = datetime(year, 9, 30, 23, 59, tzinfo=TOWN_ZONE)
    asked = headers._asked

    def until_it_struck_twelve(*given: Any) -> Any:
        nonlocal moment
        statement = asked(*given)
        moment += timedelta(minutes=2)
        return statement

    monkeypatch.setattr(headers, "_asked", until_it_struck_twelve)
    monkeypatch.setattr(headers, "today", lambda: moment.date())
    assert (await page_header(secretary)).unpublished == ()
    assert (await page_header(secretary)).unpublished == (year + 1,)
