"""What the system says about a bidder, where it comes from, and how it is disputed."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from tortoise import Tortoise

from models import bidding, migrations, policies, registry
from models.base.clock import clock_at, end_of, today, town_day
from models.base.refusals import NotNow
from models.bidding import Fact, Project
from tests.builders import a_town, a_value, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    NOON,
    SHEETS,
    a_bid,
    a_project,
    fresh,
    scored,
)

pytestmark = pytest.mark.anyio
UPGRADE = import_module(
    f"models.migrations.{next(Path(migrations.__path__[0]).glob('*_facts_until.py')).stem}"
)


async def test_facts_are_disputed_for_a_stated_time_and_while_a_standstill_runs(town: str) -> None:
    place = await a_town()
    project, first, second = await scored(place, SHEETS, standstill_days=9)
    told = {one.name: one for one in await Fact.filter(bid=second).prefetch_related(*Fact.judged_with)}
    assert told["population"].value == told["land"].value == "没有登记" and "数据底册" in told["land"].source
    secretary = await a_viewer("secretary", place.second_village)
    with clock_at(AFTER + timedelta(days=6)), pytest.raises(NotNow, match="时间已过"):
        await bidding.dispute_fact(secretary, told["land"], words="有 12 亩空地")
    with clock_at(AFTER + timedelta(days=7)):
        head = await a_viewer("head", place.township)
        await bidding.announce_award(head, project, bid=first, reason="得分最高，用房条件也最好。")
        await bidding.dispute_fact(secretary, told["land"], words="有 12 亩空地")
    assert (await Fact.get(pk=told["land"].pk)).disputed == "有 12 亩空地"


async def test_until_when_facts_may_be_disputed_is_said_with_the_opening_and_stays(town: str) -> None:
    place = await a_town()
    project, _, second = await scored(place, SHEETS)
    until = (await fresh(project)).facts_until
    assert until == town_day(AFTER) + timedelta(days=5)
    facts = await Fact.filter(bid=second).order_by("id").prefetch_related(*Fact.judged_with)
    secretary = await a_viewer("secretary", place.second_village)
    keeper = await a_viewer("list_keeper", place.county)
    with clock_at(AFTER + timedelta(days=1)):
        later = {"value": 20, "reason": "给村里多些时间", "from_on": today()}
        await policies.set_policy(keeper, place.county, name="fact_dispute_days", **later)
    with clock_at(end_of(until)):
        assert bidding.dispute_fact.allows(secretary, facts[1])
        await bidding.dispute_fact(secretary, facts[0], words="有 12 亩空地")
    with clock_at(end_of(until) + timedelta(minutes=1)):
        assert not bidding.dispute_fact.allows(secretary, facts[1]), "every door asks the same rule"
        with pytest.raises(NotNow, match="时间已过"):
            await bidding.dispute_fact(secretary, facts[1], words="有 12 亩空地")
    await Project.filter(pk=project.pk).update(facts_until=None)
    await UPGRADE.forward(None, SimpleNamespace(client=Tortoise.get_connection("default")))
    assert (await fresh(project)).facts_until == until, (
        "what was opened before is given the days of its opening"
    )


async def test_what_the_registry_holds_of_people_and_land_is_attached_with_where_it_comes_from(
    town: str,
) -> None:
    place = await a_town()
    await registry.settle_elements()
    project = await a_project(place)
    desk = await a_viewer("coordinator", place.township)
    with clock_at(NOON):
        for code, value in (("hukou_population", "1320"), ("territory_area", "3200"), ("arable_area", "812")):
            element = await registry.Element.get(code=code)
            await registry.record(
                desk, place.village, element=element, value=value, as_of=town_day(NOON) - timedelta(days=9)
            )
    await a_bid(project, place.village)
    with clock_at(AFTER):
        await bidding.open_bids(desk, await fresh(project))
    told = {one.name: one for one in await Fact.all()}
    assert [told[name].value for name in ("population", "land", "arable", "households")] == [
        *("1320 人", "3200 亩", "812 亩"),
        "没有登记",
    ]
    assert told["population"].source == "数据底册“户籍人口数”，2026-11-14 的数据"
    assert "村书记或镇街统筹员可以登记" in told["households"].source


async def test_what_was_kept_long_ago_under_older_codes_is_read_and_too_long_a_value_opens_the_bids_too(
    town: str,
) -> None:
    place = await a_town()
    project = await a_project(place)
    for code, value in (("population", "1320"), ("land_mu", "三千二百亩上下" * 13)):
        element = await registry.Element.create(code=code, name="长" * 100)
        await a_value(element, place.village, value, as_of=town_day(NOON) - timedelta(days=9))
    await a_bid(project, place.village)
    with clock_at(AFTER):
        await bidding.open_bids(await a_viewer("coordinator", place.township), await fresh(project))
    told = {one.name: one.value for one in await Fact.all()}
    assert (
        told["population"] == "1320 人"
        and told["land"].startswith("三千二百亩上下")
        and len(told["land"]) <= 80
    )
