"""What stands in the addresses of pages: every name that any page reads, with whatever anybody puts there, and no page breaks."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.routing import Route

import views
from models.units import Unit
from tests.builders import a_list, a_town, a_viewer
from tests.views.conftest import Site
from views.application import ROUTES

pytestmark = pytest.mark.anyio
ROOT = Path(views.__file__).parent
READ = re.compile(r"quer(?:y|y_params)(?:\.get\(|\[)\s*\"(\w+)\"")
NAMES = sorted(
    {name for path in ROOT.rglob("*.py") for name in READ.findall(path.read_text("utf-8"))} | {"after"}
)
"""Every name in an address that any page asks for."""
PAGES = sorted(
    one.path
    for one in ROUTES
    if isinstance(one, Route)
    and "GET" in (one.methods or ())
    and "{" not in one.path
    and one.endpoint.__module__ != "views.base.live"
)
TYPED = (
    "\x00",
    "9" * 30,
    "\u202e\u200b",
    "٣٠٠",
    "²",
    "0001-01-01",
    "9999-12-31",
    "%_'\"",
    "🀄",
    "W10",
    "WzFd",
    "é" * 300,
)


def test_there_are_as_many_as_one_thinks() -> None:
    assert len(NAMES) >= 20 and len(PAGES) >= 50, (NAMES, PAGES)


@pytest.mark.parametrize("role", ["coordinator", pytest.param("list_keeper", marks=pytest.mark.nightly)])
async def test_no_address_breaks_a_page(site: Site, role: str) -> None:
    place = await a_town()
    await a_list(place.county)
    browser = await site.as_a(role, place.township if role == "coordinator" else place.county)
    nightly = role != "coordinator"
    for number, path in enumerate(PAGES):
        tried = TYPED if nightly else (TYPED[number % len(TYPED)], TYPED[(number * 5 + 3) % len(TYPED)])
        for typed in tried:
            for names in (NAMES[::2], NAMES[1::2]):
                answer = await browser.get(f"{path}?{urlencode(dict.fromkeys(names, typed))}")
                assert answer.status_code < 500, (path, typed)


async def test_people_and_places_are_found_however_they_are_typed(site: Site) -> None:
    place = await a_town()
    await Unit.filter(pk=place.village.pk).update(pinyin="mzc")
    browser = await site.as_a("coordinator", place.township)
    for typed in ("ＭＺＣ", "梅渚村村委会", "梅 渚", "梅　渚"):
        assert (
            f'href="/units/{place.village.pk}"' in (await browser.get("/units", params={"q": typed})).text
        ), typed
    cadre = await a_viewer("cadre", place.village, name="吕金木")
    for typed in ("吕金木", "吕 金木", "吕　金木", "呂金\u200b木"):
        found = (await browser.get("/people", params={"q": typed})).text
        assert f'href="/people/{cadre.post_id}"' in found, typed
