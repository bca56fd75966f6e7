"""The page that says what is not collected: for everybody signed in, with the two lists of the dossier."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from models import compliance
from tests.builders import a_town
from tests.counting import counted
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
LISTS = {"/compliance/data.xlsx": "数据清单", "/compliance/functions.xlsx": "功能清单"}


async def test_everybody_signed_in_reads_what_is_not_collected_and_what_is_kept(site: Site) -> None:
    place = await a_town()
    for role, unit in (
        ("secretary", place.village),
        ("coordinator", place.township),
        ("observer", place.city),
    ):
        with counted() as told:
            page = (await (await site.as_a(role, unit)).get("/compliance")).text
        assert "没有一栏属于下面这些" in page and 'href="/compliance"' in page.split("<footer")[1]
        assert all(ban.what in page for ban in compliance.BANS)
        assert all(kept.how_long in page for kept in compliance.KEPT)
        assert "14 天" in page and "最多 24 小时" in page and "任务单" in page
        assert not [one for one in told if "event" in str(one)], "it reads the declarations, not the rows"


async def test_a_stranger_signs_in_first(site: Site) -> None:
    for address in ("/compliance", *LISTS):
        answer = await site.visitor().get(address)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login")
    assert "/compliance" not in (await site.visitor().get("/login")).text


@pytest.mark.parametrize("address", LISTS)
async def test_the_lists_of_the_dossier_open_as_tables(site: Site, address: str) -> None:
    place = await a_town()
    answer = await (await site.as_a("secretary", place.village)).get(address)
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    book = load_workbook(io.BytesIO(answer.content), read_only=True)
    assert book.sheetnames == [LISTS[address]]
    assert sum(1 for _ in book.active.iter_rows()) > 100
