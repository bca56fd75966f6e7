"""Boards of villages are read one group at a time: one's own, the one that was asked for, or the first there is."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from httpx import AsyncClient

from models.people import Post
from models.schemes import PeerGroup
from tests.builders import a_town, a_viewer
from tests.models.rankings.scenes import FIRST, SECOND, a_city_of_two_groups, names_of
from tests.views.conftest import Site
from tests.views.playing import Played

pytestmark = pytest.mark.anyio
LINE = re.compile(r"<tbody><tr><td>\d+</td><td>(?:<a [^>]*>)?([^<]+)")


async def listed(browser: AsyncClient, address: str) -> list[str]:
    return [name.strip() for name in LINE.findall((await browser.get(address)).text)]


async def taken_away(browser: AsyncClient, asked: str) -> list[str]:
    content = (await browser.get(f"/rankings/table.xlsx?{asked}")).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [str(row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)]


async def test_a_stranger_reads_the_first_group_and_any_other_that_is_asked_for(
    town: str, site: Site
) -> None:
    place = await a_city_of_two_groups()
    browser = await site.as_a("observer", place.county)
    at = f"at={place.county.pk}"
    first, second = await names_of(place, FIRST), await names_of(place, SECOND)
    assert len(first) > 2 and len(second) > 1
    assert await listed(browser, f"/rankings?{at}") == first == await taken_away(browser, at)
    asked = f"{at}&group={(await PeerGroup.get(name=SECOND)).pk}"
    assert await listed(browser, f"/rankings?{asked}") == second == await taken_away(browser, asked)
    assert await listed(browser, f"/rankings?{at}&group=987654321") == first


async def test_a_village_reads_its_own_group(town: str, site: Site) -> None:
    place = await a_city_of_two_groups()
    at = f"at={place.county.pk}"
    secretary = await a_viewer("secretary", place.other_village)
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    for found in (await listed(browser, f"/rankings?{at}"), await taken_away(browser, at)):
        assert [name for name in found if name != "拔茅村"] == [
            name for name in await names_of(place, SECOND) if name != "拔茅村"
        ]
        assert "拔茅村" in found


async def test_of_two_villages_none_is_published_and_the_page_says_why(town: str, site: Site) -> None:
    here = await Played(await a_town()).begin(more=0)
    await here.credited()
    stranger = await site.as_a("observer", here.place.county)
    text = (await stranger.get(f"/rankings?at={here.place.township.pk}")).text
    assert "梅渚村</td>" not in text and "免得推算出谁在末尾" in text
    own = await site.signed_in(await Post.get(pk=here.hands[here.place.village.pk].post_id))
    text = (await own.get("/rankings")).text
    assert "2 个里在第 1 档" in text and "只有本村和评价人员看得到" in text
    assert "只有三个或更少的，谁都不公布" in (await stranger.get("/rankings/method")).text
