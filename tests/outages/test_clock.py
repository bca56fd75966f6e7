"""A clock that went wrong: what people read, what a program reads, and how the town goes on without losing anything."""

from __future__ import annotations

import argparse
from datetime import timedelta

import pytest

from models import registry, units
from models.base.clock import clock_at, now, today
from models.base.events import Event
from models.base.followers import first_today
from models.base.refusals import NotAllowed, NotNow
from models.base.sealer import DayHead, Lease, seal_all
from models.base.ticking import tick_alone
from models.base.viewer import TOWN_CLOCK, Viewer
from models.clock_steps import step_over
from models.trail import verify
from models.units import Unit
from schema.base.nodes import global_id
from tests.builders import DAY, Town, a_town, a_viewer
from tests.views.conftest import HERE, Site
from views.terminal import clock

pytestmark = pytest.mark.anyio
AHEAD = timedelta(days=400)
STEPPED = step_over.name
NAMED = "时钟走在最后一条记录之前"
RENAME = 'mutation {{ renameUnit(input: {{idempotencyKey: "{}", unit: {{id: "{}"}}, name: "{}"}}) {{ __typename }} }}'


async def _years_ahead(place: Town) -> None:
    """Somebody set the clock of the host to another year; work went on, and was sealed."""
    with clock_at(now() + AHEAD):
        admin = await a_viewer("city_admin", place.city)
        await rename(admin, place.second_village, "棠新村")
        await seal_all()
        assert await first_today("a daily job")
        await Lease.filter(name="sealer").update(holder="gone", until=now() + 3 * AHEAD)
        await Lease.filter(name="clock").update(holder="gone", until=now() + 3 * AHEAD)


async def rename(viewer: Viewer, unit: Unit, name: str) -> None:
    await units.rename(viewer, unit, name=name)


async def _told(capsys: pytest.CaptureFixture[str], *, dry_run: bool = False) -> tuple[int, str]:
    code = await clock.step_over(argparse.Namespace(dry_run=dry_run, reason=clock.USUAL_REASON))
    return code, capsys.readouterr().out


async def test_a_clock_behind_is_told_and_stepped_over(
    site: Site,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = await a_town()
    await registry.settle_elements()
    await rename(await a_viewer("city_admin", place.city), place.village, "梅渚新村")
    await seal_all()
    await _years_ahead(place)
    browser = await site.as_a("city_admin", place.city, origin=HERE)
    query = RENAME.format("k", global_id("Unit", place.village.pk), "梅渚旧村")
    answer = await browser.post("/graphql", json={"query": query})
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["extensions"]["code"]) == (503, "CLOCK_BEHIND")
    assert NAMED in error["message"] and "xingcun clock" in error["message"]
    element = await registry.Element.get(code="resident_household")
    form = {"key": "p", "element": str(element.pk), "value": "320", "as_of": str(today())}
    village = await site.as_a("secretary", place.village, origin=HERE)
    page = await village.post(f"/units/{place.village.pk}/data/{element.pk}/record", data=form)
    assert page.status_code == 503 and NAMED in page.text and "retry-after" in page.headers
    assert (await browser.get(f"/units/{place.village.pk}")).status_code == 200

    code, told = await _told(capsys, dry_run=True)
    assert code == 1 and "慢 400 天" in told and await Event.filter(command=STEPPED).count() == 0
    code, told = await _told(capsys)
    assert code == 0 and "已越过" in told
    assert (await _told(capsys))[1].endswith("时钟正常，不用处理。\n")

    assert "errors" not in (await browser.post("/graphql", json={"query": query})).json()
    assert await seal_all() == 1 and await verify() == []
    assert await tick_alone() and await first_today("a daily job")
    step = await Event.get(command=STEPPED)
    assert step.at == now() and step.actor_label == "clock" and "last" in step.facts
    heads = {head.day: head.seq for head in await DayHead.all()}
    assert heads[now().date()] == await Event.all().count() and (now() + AHEAD).date() in heads
    newest = "{ events(first: 5) { edges { node { command } } } }"
    assert STEPPED in (await browser.post("/graphql", json={"query": newest})).text


STEPPED = step_over.name


async def test_only_the_host_steps_over_and_only_where_there_is_something(town: str) -> None:
    place = await a_town()
    admin = await a_viewer("city_admin", place.city)
    await rename(admin, place.village, "梅渚新村")
    with pytest.raises(NotNow, match="不用处理"):
        await step_over(TOWN_CLOCK, place.city, reason="试试")
    with clock_at(now() - DAY):
        with pytest.raises(NotAllowed, match="xingcun clock"):
            await step_over(admin, place.city, reason="试试")
        await step_over(TOWN_CLOCK, place.city, reason="昨天的时钟快了一天。")
        await rename(admin, place.village, "梅渚村")
    await seal_all()
    assert await verify() == []
