"""A full disk: reading and signing in go on, everything else says so and loses nothing, and room mends it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from models import registry
from models.base import reserve, reserve_table
from models.base.clock import today
from models.base.database import database
from models.base.events import Event
from models.base.outages import FULL
from models.base.sealer import seal_all
from models.trail import verify
from models.units import Unit
from schema.base.nodes import global_id
from tests.builders import Town, a_signer, a_town
from tests.outages.playing import crammed, fill, room_is_in, small_disk, small_tablespace
from tests.schema.scenes import PASSWORD
from tests.views.conftest import HERE, Site

pytestmark = pytest.mark.anyio
SENT = {"file": ("巡查.txt", "巡查记录。\n".encode() * 20_000)}
CRAMMED = {
    "session": "(account_id, token_hash, device, made_at, expires_at) SELECT id, '{number}', '', now(), now() FROM account LIMIT 1",
    "receipt": "(owner, key, digest, outcome, made_at) VALUES ('nobody', '{number}', '', '', now())",
}
"""Whatever signs in or acts adds a row to one of these."""


@asynccontextmanager
async def database_on(disk: Path, town_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The town's file of SQLite moved to this disk, and open there."""
    shutil.copy(Path(town_url.removeprefix("sqlite://")), disk / "town.sqlite3")
    monkeypatch.setenv("XINGCUN_DATABASE", f"sqlite://{disk}/town.sqlite3")
    room_is_in(disk, monkeypatch)
    async with database(migrate=False):
        yield


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
async def test_signing_in_goes_on_and_nothing_else_is_written_by_half(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the database and the files lie on the same disk."""
    with small_disk(tmp_path / "disk") as disk:
        async with database_on(disk, town_url, monkeypatch):
            place, site = await a_town(), Site()
            browser = await site.as_a("coordinator", place.township, origin=HERE)
            signer = await a_signer("coordinator", place.township, PASSWORD)
            assert await reserve.keep()
            filler = fill(disk)
            await _no_file_is_taken(browser)
            await _nothing_is_done(browser, place)
            await _signed_in(site, signer.person_id)
            await _nothing_is_done(browser, place)
            filler.unlink()
            await _all_is_well(browser, place)
            assert (disk / "reserve").exists()
            await _closed(site)


@pytest.mark.parametrize("town_url", ["postgres"], indirect=True)
async def test_a_database_servers_own_disk_is_played(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The town's tables lie on it, the files elsewhere."""
    async with small_tablespace(town_url) as disk, database(migrate=False):
        place, site = await a_town(), Site()
        browser = await site.as_a("coordinator", place.township, origin=HERE)
        signer = await a_signer("coordinator", place.township, PASSWORD)
        await registry.settle_elements()
        village = await site.as_a("secretary", place.village, origin=HERE)
        assert await reserve.keep() and await reserve_table.is_kept()
        filler = fill(disk)
        for table, row in CRAMMED.items():
            await crammed(town_url, table, row)
        await _nothing_is_done(browser, place)
        await _what_was_typed_is_shown_again(village, place)
        assert await reserve_table.is_kept()
        await _signed_in(site, signer.person_id)
        assert not await reserve_table.is_kept()
        await _nothing_is_done(browser, place)
        filler.unlink()
        await _all_is_well(browser, place)
        assert await reserve_table.is_kept()
        await _closed(site)


@pytest.mark.parametrize("town_url", ["postgres"], indirect=True)
async def test_the_disk_of_the_files_is_not_that_of_the_database_server(
    town: str, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township, origin=HERE)
    with small_disk(tmp_path / "disk", "1m") as disk:
        room_is_in(disk, monkeypatch)
        filler = fill(disk)
        await _no_file_is_taken(browser)
        filler.unlink()
        await _all_is_well(browser, place)


async def _no_file_is_taken(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/files", data={"purpose": "open"}, files=SENT)
    assert _is_told(answer)


def _is_told(answer: httpx.Response) -> bool:
    """Whether it is what a program reads of a full disk."""
    [told] = answer.json()["errors"]
    assert answer.status_code == 507, answer.text
    assert answer.headers["retry-after"] == "60"
    return (told["message"], told["extensions"]["code"]) == (FULL, "STORAGE_FULL")


async def _nothing_is_done(browser: httpx.AsyncClient, place: Town) -> None:
    """Neither renamed nor remembered; pages are read as before."""
    asked = _rename(place.village, "梅渚旧村")
    assert _is_told(await browser.post("/graphql", json={"query": asked}))
    assert (await Unit.get(pk=place.village.pk)).name == "梅渚村"
    assert not await Event.filter(command="units.rename").exists()
    assert (await browser.get("/tasks")).status_code == 200


async def _what_was_typed_is_shown_again(village: httpx.AsyncClient, place: Town) -> None:
    element = await registry.Element.get(code="resident_household")
    where = f"/units/{place.village.pk}/data/{element.pk}/record"
    form = {"key": "p", "element": str(element.pk), "value": "320.5", "as_of": str(today())}
    page = await village.post(where, data=form)
    assert page.status_code == 507 and FULL in page.text and 'value="320.5"' in page.text, page.text
    piece = await village.post(where, data=form, headers={"hx-request": "true"})
    assert piece.status_code == 507 and FULL in piece.text and "<html" not in piece.text


async def _signed_in(site: Site, person: int) -> None:
    form = {"username": f"signer{person}", "password": PASSWORD}
    signed = site.visitor(origin=HERE)
    answer = await signed.post("/login", data=form)
    assert answer.status_code == 303, answer.text
    assert (await signed.get("/tasks")).status_code == 200


async def _all_is_well(browser: httpx.AsyncClient, place: Town) -> None:
    """As soon as there is room, without a restart."""
    answer = await browser.post("/graphql", json={"query": _rename(place.village, "梅渚旧村")})
    assert "errors" not in answer.json(), answer.text
    assert (await Unit.get(pk=place.village.pk)).name == "梅渚旧村"
    assert (await browser.post("/files", data={"purpose": "open"}, files=SENT)).status_code == 201
    await seal_all()
    assert await verify() == []


async def _closed(site: Site) -> None:
    for one in site.open:
        await one.aclose()


def _rename(unit: Unit, name: str) -> str:
    return f'mutation {{ renameUnit(input: {{idempotencyKey: "k", unit: {{id: "{global_id("Unit", unit.pk)}"}}, name: "{name}"}}) {{ __typename }} }}'
