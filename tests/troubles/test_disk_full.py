"""A full disk: reading and signing in go on, everything else says so and loses nothing, and room mends it."""

from __future__ import annotations

import shutil
from pathlib import Path

import asyncpg
import pytest

from models.base import reserve
from models.base.database import close_database, open_database
from models.base.sealer import seal_all
from models.base.troubles import FULL
from models.trail import verify
from models.units import Unit
from schema.base.nodes import global_id
from tests.builders import a_signer, a_town
from tests.schema.scenes import PASSWORD
from tests.troubles.playing import fill, room_is_in, small_disk
from tests.views.conftest import HERE, Site

pytestmark = pytest.mark.anyio


async def test_signing_in_goes_on_and_nothing_else_is_written_by_half(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the database lies on the full disk as well; of PostgreSQL it is the disk of the files."""
    with small_disk(tmp_path / "disk") as disk:
        if town_url.startswith("sqlite"):
            file = Path(town_url.removeprefix("sqlite://"))
            shutil.copy(file, disk / "town.sqlite3")
            monkeypatch.setenv("XINGCUN_DATABASE", f"sqlite://{disk}/town.sqlite3")
        room_is_in(disk, monkeypatch)
        await open_database(migrate=False)
        try:
            await _played(disk, on_it=town_url.startswith("sqlite"))
        finally:
            await close_database()


async def _played(disk: Path, *, on_it: bool) -> None:
    place, site = await a_town(), Site()
    signer = await a_signer("coordinator", place.township, PASSWORD)
    browser = await site.as_a("coordinator", place.township, origin=HERE)
    assert reserve.keep()
    filler = fill(disk)
    sent = {"file": ("巡查.txt", "巡查记录。\n".encode() * 20_000)}
    answer = await browser.post("/files", data={"purpose": "open"}, files=sent)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (507, "STORAGE_FULL")
    assert answer.json()["errors"][0]["message"] == FULL and "retry-after" in answer.headers
    if on_it:
        answer = await browser.post("/graphql", json={"query": _rename(place.village, "梅渚旧村")})
        assert answer.status_code == 507, answer.text
    assert (await browser.get("/tasks")).status_code == 200

    form = {"username": f"signer{signer.person_id}", "password": PASSWORD}
    signed = site.visitor(origin=HERE)
    answer = await signed.post("/login", data=form)
    assert answer.status_code == 303, answer.text
    assert (await signed.get("/tasks")).status_code == 200
    if on_it:
        answer = await browser.post("/graphql", json={"query": _rename(place.village, "梅渚旧村")})
        assert answer.status_code == 507 and (await Unit.get(pk=place.village.pk)).name == "梅渚村"

    filler.unlink()
    answer = await browser.post("/graphql", json={"query": _rename(place.village, "梅渚旧村")})
    assert "errors" not in answer.json() and (await Unit.get(pk=place.village.pk)).name == "梅渚旧村"
    assert (await browser.post("/files", data={"purpose": "open"}, files=sent)).status_code != 507
    assert (disk / "reserve").exists()
    await seal_all()
    assert await verify() == []
    for one in site.open:
        await one.aclose()


async def test_the_room_is_kept_while_another_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database server may have a disk of its own, of which nothing is gained by letting go here."""
    room_is_in(tmp_path, monkeypatch)
    assert reserve.keep()

    async def act() -> None:
        raise asyncpg.DiskFullError("could not extend file")

    with pytest.raises(asyncpg.DiskFullError):
        await reserve.even_when_full(act)
    assert (tmp_path / "reserve").exists()
    reserve.must_not_be_let_go()


def _rename(unit: Unit, name: str) -> str:
    return f'mutation {{ renameUnit(input: {{idempotencyKey: "k", unit: {{id: "{global_id("Unit", unit.pk)}"}}, name: "{name}"}}) {{ __typename }} }}'
