"""A database that is away: a sentence for people, a status for programs, and all is as before once it is back."""

from __future__ import annotations  # noqa: I001

import asyncio
import logging

import httpx
import pytest
from tortoise import Tortoise

from models.base.events import Event
from models.base.followers import follow
from models.base.sealer import seal_all
from models.base.ticking import tick_alone
from models.base.statement_time import somebody_waits
from models.base.outages import AWAY, outage_of
from models.trail import verify
from models.units import Unit
from schema.base.nodes import global_id
from tests.builders import Town, a_town
from tests.outages.playing import away, frozen, reads_go_on, ways_of
from tests.views.conftest import HERE, Site
from views.base.live import Listener, Watch
from views.base.logs import Plain

pytestmark = pytest.mark.anyio
RENAME = 'mutation($unit: ID!, $name: String!) {{ renameUnit(input: {{idempotencyKey: "{}", unit: {{id: $unit}}, name: $name}}) {{ refusals {{ message }} }} }}'


async def _rename(browser: httpx.AsyncClient, place: Town, name: str, key: str) -> httpx.Response:
    variables = {"unit": global_id("Unit", place.village.pk), "name": name}
    return await browser.post("/graphql", json={"query": RENAME.format(key), "variables": variables})


def _is_told(answer: httpx.Response) -> bool:
    """Whether it is what a program reads of a database that is away."""
    told = answer.json()["errors"][0]
    assert answer.headers["retry-after"] == "5" and answer.headers["cache-control"] == "no-store"
    return (
        answer.status_code == 503 and told["message"] == AWAY and told["extensions"]["code"] == "UNAVAILABLE"
    )


async def test_nothing_is_lost_and_nobody_reads_a_traceback(
    site: Site,
    town_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township, origin=HERE)
    stranger = site.visitor(origin=HERE)
    assert (await _rename(browser, place, "梅渚新村", "before")).status_code == 200
    caplog.set_level(logging.INFO)
    for number, how in enumerate(ways_of(town_url)):
        name = f"梅渚{number}村"
        async with away(town_url, how):
            await _nothing_is_done(browser, place, stranger, name)
            if not reads_go_on(how):
                assert _is_told(await browser.post("/graphql", json={"query": "{ viewer { name } }"}))
                assert (await browser.get("/tasks")).status_code == 503
                assert (await stranger.get("/healthz")).status_code == 503
            else:
                assert (await browser.get("/tasks")).status_code == 200
                healthy = how != "renamed"
                assert (await stranger.get("/healthz")).status_code == (200 if healthy else 503)
        again = await _rename(browser, place, name, name)
        assert again.status_code == 200 and (await Unit.get(pk=place.village.pk)).name == name, how
        assert (await browser.get("/tasks")).status_code == 200
    written = "\n".join(Plain("%(levelname)s %(message)s").format(record) for record in caplog.records)
    assert "UNAVAILABLE: " in written and "Traceback" not in written
    assert await tick_alone()
    await seal_all()
    renamed = await Event.filter(command="units.rename").count()
    assert await verify() == [] and renamed == 1 + len(ways_of(town_url))


async def _nothing_is_done(
    browser: httpx.AsyncClient, place: Town, stranger: httpx.AsyncClient, name: str
) -> None:
    assert _is_told(await _rename(browser, place, name, name))
    page = await stranger.post("/login", data={"username": "x", "password": "y"})
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert AWAY in page.text and "<h1>" in page.text
    form = {"username": "x", "password": "y"}
    piece = await stranger.post("/login", data=form, headers={"hx-request": "true"})
    assert piece.status_code == 503 and AWAY in piece.text and "<html" not in piece.text
    for job in (tick_alone, seal_all, follow):
        with pytest.raises(Exception) as no:  # whoever runs them logs it and tries again
            await job()
        assert outage_of(no.value) is not None, repr(no.value)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few seconds are all that a page waits for a statement: more than any takes on a busy machine."""
    monkeypatch.setenv("XINGCUN_STATEMENT_SECONDS", "3")


@pytest.mark.parametrize("town_url", ["postgres"], indirect=True)
async def test_a_server_that_answers_nothing_is_told_like_one_that_is_away(
    impatient: None, town_url: str, site: Site
) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township, origin=HERE)
    async with frozen(town_url), asyncio.timeout(240):
        assert _is_told(await _rename(browser, place, "梅渚新村", "k"))
        page = await browser.get("/tasks")
        assert page.status_code == 503 and AWAY in page.text
    assert (await _rename(browser, place, "梅渚新村", "k")).status_code == 200
    assert (await Unit.get(pk=place.village.pk)).name == "梅渚新村"
    assert await Event.filter(command="units.rename").count() == 1


@pytest.mark.parametrize("town_url", ["postgres"], indirect=True)
async def test_a_page_gives_up_a_statement_that_takes_too_long_and_the_calendar_does_not(
    impatient: None, town: str
) -> None:
    slow = "SELECT pg_sleep(4)"
    await Tortoise.get_connection("default").execute_query(slow)
    with somebody_waits(), pytest.raises(TimeoutError) as no:
        await Tortoise.get_connection("default").execute_query(slow)
    outage = outage_of(no.value)
    assert outage is not None and outage.sentence == AWAY
    assert await Unit.all().count() == 0


async def test_a_watch_goes_on_looking_for_its_listeners() -> None:
    """A stream outlives a database that was away: it is told of the next change."""
    seen = iter([OSError("away"), (1, False), OSError("away"), (2, True)])

    async def look(_: object) -> tuple[int, bool]:
        found = next(seen)
        if isinstance(found, Exception):
            raise found
        return found

    listener = Listener()
    Watch(look, every=0.001).add(listener)
    async with asyncio.timeout(60):
        await listener.told.wait()
