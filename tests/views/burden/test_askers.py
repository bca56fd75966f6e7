"""Who asks, by page, API and table, down to the requests behind a figure."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from models import burden
from models.burden import COLUMNS, AskersWanted
from models.people import Post
from schema import door
from schema.base.nodes import global_id
from tests.builders import a_viewer
from tests.models.burden.scenes import a_busy_town
from tests.schema.toys import ask
from tests.views.burden.test_dashboard import ASKERS, BURDEN, _period, _span
from tests.views.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]


async def test_askers_agree_on_page_api_and_table(site: Site) -> None:
    place = await a_busy_town()
    viewer = await a_viewer("coordinator", place.other_township)
    browser = await site.signed_in(await Post.get(pk=viewer.post_id))
    asked = {"since": str(_period().since), "until": str(_period().until)}
    for by in ("refused", "short"):
        told = (await ask(door, viewer, ASKERS, by={"refused": "REJECTED"}.get(by, by.upper()), **asked))[
            "data"
        ]["askers"]["lines"]["edges"]
        page = (await browser.get(f"/askers?{_span()}&by={by}")).text
        shown = re.findall(r'<td class="n(?: nought)?" data-label="[^"]*">(?:<a[^>]*>)?(\d+)', page)
        assert [int(n) for n in shown] == [n for e in told for n in e["node"]["figures"].values()]
        table = (await browser.get(f"/askers/table.xlsx?{_span()}&by={by}")).content
        rows = list(load_workbook(io.BytesIO(table)).active.iter_rows(values_only=True))
        assert [list(row[2:]) for row in rows[1:]] == [list(e["node"]["figures"].values()) for e in told]
    wrong = await ask(door, viewer, ASKERS, by="nonsense", **asked)
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    foreign = BURDEN.replace("burden(", "burden(", 1)
    missing = await ask(door, viewer, foreign, place={"id": global_id("Unit", 10**9)}, **asked)
    assert missing["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_figure_of_which_nothing_can_be_opened_is_a_plain_number(site: Site) -> None:
    place = await a_busy_town()
    other = await site.as_a("department_officer", place.other_department)
    page = (await other.get(f"/askers?{_span()}")).text
    assert place.department.name in page and f"/askers/{place.department.pk}/" not in page
    assert page.count("别的部门的申请只公布件数") == 1
    own = (await (await site.as_a("department_officer", place.department)).get(f"/askers?{_span()}")).text
    assert f"/askers/{place.department.pk}/refused" in own


async def test_who_may_read_the_requests_finds_as_many_as_the_figure_says(site: Site) -> None:
    place = await a_busy_town()
    wanted = AskersWanted(place.county, _period())
    keeper = await site.as_a("list_keeper", place.county)
    other = await site.as_a("coordinator", place.other_township)
    for name in COLUMNS:
        number = (await burden.sums_of(wanted, name)).get(place.department.pk, 0)
        address = f"/askers/{place.department.pk}/{name}?{_span()}"
        page = (await keeper.get(address)).text
        assert f"共 {number} 件" in page and "其中您能打开的" not in page, name
        elsewhere = (await other.get(address)).text
        assert f"共 {number} 件" in elsewhere and "澄潭街道</td>" not in elsewhere, name
