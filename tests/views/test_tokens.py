"""What a token opens, what it does not, and that a dead one is never taken for a stranger's."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest

from models.accounts import ApiToken
from models.base.clock import now
from models.files import File
from models.tasks import Task
from tests.builders import DAY, a_list, a_task, a_town
from tests.views.conftest import HERE, Site
from tests.views.files.test_uploads import a_program

pytestmark = pytest.mark.anyio
DOORS = (
    ("POST", "/graphql"),
    ("GET", "/graphql?query=%7B__typename%7D"),
    ("POST", "/files"),
    ("GET", "/files/1"),
    ("GET", "/tasks/1/summary.xlsx"),
    ("GET", "/tasks/1/attachments.zip"),
)
ASK = {"query": "{ __typename }"}


@pytest.mark.parametrize("end", ["wrong", "expired", "revoked"])
async def test_a_dead_token_is_refused_at_every_door_and_never_taken_for_a_stranger(
    town: str, site: Site, end: str
) -> None:
    program = (await a_program(site, "secretary", (await a_town()).village)).http
    if end == "wrong":
        program = site.visitor(HERE, authorization="Bearer nobody")
    else:
        moved = {"expires_at": now() - DAY} if end == "expired" else {"revoked_at": now()}
        await ApiToken.all().update(**moved)
    for way, address in DOORS:
        answer = await program.request(way, address, json=ASK if way == "POST" else None)
        assert answer.status_code == 401, address
        assert answer.headers["www-authenticate"] == 'Bearer realm="xingcun", error="invalid_token"'
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}, address


@pytest.mark.parametrize("said", ["Token {}", "{}", "Basic {}", "Bearer {} more", "Bearer"])
async def test_whoever_names_themselves_in_another_way_is_told_so(town: str, site: Site, said: str) -> None:
    program = (await a_program(site, "secretary", (await a_town()).village)).http
    live = program.headers["authorization"].split()[1]
    for way, address in DOORS:
        headers = {"authorization": said.format(live)}
        answer = await program.request(way, address, json=ASK if way == "POST" else None, headers=headers)
        assert answer.status_code == 401, address


async def test_a_token_takes_away_what_its_owner_may_and_opens_no_page(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    task: Task = await a_task(place)
    desk = (await a_program(site, "coordinator", place.township)).http
    table = await desk.get(f"/tasks/{task.pk}/summary.xlsx")
    assert table.status_code == 200 and table.content[:2] == b"PK"
    assert (await desk.get(f"/tasks/{task.pk}/attachments.zip")).status_code == 200
    other = (await a_program(site, "coordinator", place.other_township)).http
    for address in (f"/tasks/{task.pk}/summary.xlsx", f"/files/{10**9}"):
        foreign = await other.get(address)
        assert (foreign.status_code, foreign.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
    assert (await desk.get(f"/tasks/{task.pk}")).status_code == 303
    assert not await File.exists()


async def test_answers_of_a_kilobyte_and_more_travel_compressed(town: str, site: Site) -> None:
    program = (await a_program(site, "coordinator", (await a_town()).township)).http
    whole = "{ units(first: 50) { edges { cursor node { id code name path pinyin levelLabel } } } }"
    told = {}
    for offered in ("br", "gzip", "identity"):
        asked = program.build_request(
            "POST", "/graphql", json={"query": whole}, headers={"accept-encoding": offered}
        )
        answer = await program.send(asked, stream=True)
        raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers.get("content-encoding", "identity") == offered
        assert "accept-encoding" in answer.headers["vary"].lower()
        unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[offered](raw)
        told[offered] = (len(raw), json.loads(unpacked)["data"])
    assert told["br"][0] * 3 < told["identity"][0] > 1_000 < told["gzip"][0] * 10
    assert told["br"][1] == told["gzip"][1] == told["identity"][1]
    small = await program.post("/graphql", json=ASK, headers={"accept-encoding": "br"})
    assert "content-encoding" not in small.headers
