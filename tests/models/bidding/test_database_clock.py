"""Early and late are said by the database's clock where it has one, however a server's own clock goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from tortoise import Tortoise

from models import bidding
from models.base import database_clock
from models.base.clock import clock_at
from models.base.database import close_database, open_database
from models.base.refusals import NotNow
from models.bidding import Bid
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import HOUR, a_bid, a_project, an_offer, entrance, fresh

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("town_url", ["postgres"], indirect=True)]
SECOND = timedelta(seconds=1)


@asynccontextmanager
async def database_at(at: datetime) -> AsyncIterator[None]:
    """Every connection from now on finds a `now()` of this moment before PostgreSQL's own."""
    connection = Tortoise.get_connection("default")
    (row,) = await connection.execute_query_dict("SELECT current_database() AS name")
    await connection.execute_script("CREATE SCHEMA IF NOT EXISTS another_clock")
    await connection.execute_script(
        "CREATE OR REPLACE FUNCTION another_clock.now() RETURNS timestamptz LANGUAGE sql "
        f"AS $$ SELECT '{at.isoformat()}'::timestamptz $$"
    )
    path = f'ALTER DATABASE "{row["name"]}" SET search_path'
    await connection.execute_script(f"{path} = another_clock, pg_catalog, public")
    await close_database()
    await open_database(migrate=False)
    try:
        yield
    finally:
        await Tortoise.get_connection("default").execute_script(f"{path} = DEFAULT")


async def test_a_server_whose_clock_lags_takes_no_bid_that_is_late_by_the_database(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    project = await a_project(place)
    bid = await a_bid(project, place.village)
    secretary = await a_viewer("secretary", place.village)
    there = await entrance(project, place.village)
    monkeypatch.setattr(database_clock, "is_set", lambda: False)
    async with database_at(project.closes_at):
        with clock_at(project.closes_at - HOUR):
            with pytest.raises(NotNow, match="来不及了"):
                await bidding.write_bid(secretary, there, **an_offer(strengths="晚了"))
            for act in (bidding.submit_bid, bidding.withdraw_bid):
                with pytest.raises(NotNow, match="来不及了"):
                    await act(secretary, bid)


async def test_a_server_whose_clock_is_ahead_opens_no_bid_before_the_database_says_so(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    project = await a_project(place)
    await a_bid(project, place.village)
    await a_bid(project, place.second_village)
    desk = await a_viewer("coordinator", place.township)
    monkeypatch.setattr(database_clock, "is_set", lambda: False)
    with clock_at(project.closes_at + HOUR):
        async with database_at(project.closes_at - SECOND):
            with pytest.raises(NotNow, match="谁也不能提前开标"):
                await bidding.open_bids(desk, await fresh(project))
            assert set(await Bid.all().values_list("state", flat=True)) == {"submitted"}
        async with database_at(project.closes_at):
            await bidding.open_bids(desk, await fresh(project))
            assert set(await Bid.all().values_list("state", flat=True)) == {"opened"}
