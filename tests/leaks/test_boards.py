"""Boards by their mode: rows, GraphQL, counts, cursors, pages and tables show each viewer the same, and never a bottom."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest

from models import rankings
from models.base.clock import today
from models.base.viewer import ANONYMOUS, Viewer
from models.evaluation.tallies import move
from models.people import Post
from models.policies import set_policy
from models.rankings import Board, Placing
from models.schemes import Period
from models.units import Unit
from schema import door
from schema.base.nodes import read_global_id
from tests.builders import Town, a_unit, a_viewer
from tests.leaks.browsers import WALKERS, walking
from tests.models.evaluation.test_index import a_city
from tests.schema.toys import ask
from tests.views.conftest import Site, site  # noqa: F401 - the fixture

pytestmark = pytest.mark.anyio
MODES = {"commended": 1, "top": 2, "full": 3}
AT_VILLAGES = {"secretary", "cadre", "liaison", "first_secretary", "supervisor"}
EVALUATE = {"list_keeper", "city_admin", "leader", "head"}
WORKERS = 8


async def a_ranked_city(mode: str) -> tuple[Town, dict[str, Viewer]]:
    """Two townships of fifteen villages, persons who earned points, and everybody who may look."""
    town = await a_city(12, seed=5)
    elsewhere = await a_unit("county", town.city, "诸暨市", "330681")
    posts = (
        ("own secretary", "secretary", town.village),
        ("secretary of another township", "secretary", town.other_village),
        ("coordinator", "coordinator", town.township),
        ("leader", "leader", town.township),
        ("head of another township", "head", town.other_township),
        ("department officer", "department_officer", town.department),
        ("observer", "observer", town.county),
        ("observer of another county", "observer", elsewhere),
        ("keeper of another county", "list_keeper", elsewhere),
        ("keeper", "list_keeper", town.county),
        ("administrator", "city_admin", town.city),
    )
    viewers = {name: await a_viewer(role, unit) for name, role, unit in posts}
    await _persons(town, viewers)
    keeper = viewers["administrator"]
    for name in ("board_villages", "board_persons"):
        await set_policy(keeper, town.city, name=name, value=MODES[mode], reason="试验", from_on=today())
    await rankings.keep_up()
    await rankings.refresh_all()
    return town, viewers | {"nobody": ANONYMOUS}


async def _persons(town: Town, viewers: dict[str, Viewer]) -> None:
    """Cadres with points, among them the secretary."""
    people = [viewers["own secretary"]]
    people += [await a_viewer("cadre", (town.village, town.other_village)[n % 2]) for n in range(WORKERS)]
    periods = await Period.all()
    earned = {
        (period.pk, one.person_id or 0, one.unit_id or 0): 1000 * (number + 1)
        for period in periods
        for number, one in enumerate(people)
    }
    await move({}, earned)


def may_see(viewer: Viewer, line: Placing, board: Board) -> bool:
    """The constitution's words: one's own line, the whole order for evaluators, and what the mode publishes."""
    own = board.mode != "commended" and _own(viewer, line)
    return own or _evaluates(viewer, line) or _published(viewer, line, board)


def _own(viewer: Viewer, line: Placing) -> bool:
    if line.person_id is not None:
        return line.person_id == viewer.person_id
    hats = [hat for hat in viewer.hats if hat.role in AT_VILLAGES and hat.unit_level == "village"]
    return any(line.unit.path.startswith(hat.unit_path) for hat in hats)


def _evaluates(viewer: Viewer, line: Placing) -> bool:
    return any(hat.role in EVALUATE and line.unit.path.startswith(hat.unit_path) for hat in viewer.hats)


def _published(viewer: Viewer, line: Placing, board: Board) -> bool:
    tiers = {"commended": (), "top": ("top",), "full": ("top", "middle")}[board.mode]
    return line.tier in tiers and any(_same_region(hat.unit_path, board.area.path) for hat in viewer.hats)


def _same_region(own: str, area: str) -> bool:
    """The county one stands in and what lies above it; the whole city for who stands above counties."""
    county = "/".join(own.strip("/").split("/")[:2]) + "/"
    return area.startswith(county) or county.startswith(area)


@pytest.mark.parametrize("mode", MODES)
async def test_each_mode_tells_each_viewer_exactly_what_it_publishes(town: str, mode: str) -> None:
    _, viewers = await a_ranked_city(mode)
    lines = await Placing.all().select_related("unit", "board__area")
    assert {one.board.mode for one in lines} == {mode}
    assert {one.tier for one in lines} >= ({"bottom"} if mode == "commended" else {"top", "bottom"})
    assert (mode == "commended") == all(one.person_id is None for one in lines)
    for name, viewer in viewers.items():
        told = set(await Placing.visible_to(viewer).values_list("id", flat=True))
        allowed = {one.pk for one in lines if may_see(viewer, one, one.board)}
        assert told == allowed, name
    stranger = viewers["observer"]
    shown = [one for one in lines if may_see(stranger, one, one.board)]
    assert bool(shown) == (mode != "commended")
    assert not any(one.tier == "bottom" for one in shown), "no bottom is ever published"


QUERY = """query($after: String, $area: String!, $audience: Audience!) {
  rankings(first: 4, after: $after, filter: {area: {code: $area}, audience: $audience, period: "%s"}) {
    totalCount { count isExact } pageInfo { hasNextPage endCursor } edges { node { id rank } } } }"""


async def by_graphql(viewer: Viewer, area: Unit, audience: str, period: str) -> list[tuple[int, int]]:
    """Every line page by page, checked against the count: (rank, number)."""
    found: list[tuple[int, int]] = []
    after: Any = None
    while True:
        given = {"after": after, "area": area.code, "audience": audience.upper()}
        answer = await ask(door, viewer, QUERY % period, **given)
        if not viewer.signed_in:
            assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND", "no stranger knows of the area"
            return []
        told = answer["data"]["rankings"]
        for edge in told["edges"]:
            named = read_global_id(edge["node"]["id"])
            assert named is not None
            found.append((edge["node"]["rank"], named[1]))
        if not told["pageInfo"]["hasNextPage"]:
            assert told["totalCount"] == {"count": len(found), "isExact": True}
            return found
        after = told["pageInfo"]["endCursor"]


@WALKERS
@pytest.mark.parametrize("mode", MODES)
async def test_rows_graphql_counts_cursors_pages_and_tables_agree(
    site: Site,  # noqa: F811
    mode: str,
    walkers: str,
) -> None:
    place, viewers = await a_ranked_city(mode)
    month = await Period.get(kind="month")
    for area in (place.city, place.county, place.township):
        board = await Board.get(area=area, period=month, audience="villages")
        lines = await Placing.filter(board=board).select_related("unit", "board__area")
        for name, viewer in walking(viewers, walkers):
            allowed = sorted((one.rank, one.pk) for one in lines if may_see(viewer, one, one.board))
            assert await by_graphql(viewer, area, "villages", month.key) == allowed, (name, area.name)
            if not viewer.signed_in or not _same_region(viewer.hats[0].unit_path, area.path):
                continue
            names = sorted(one.unit.name for one in lines if may_see(viewer, one, one.board))
            browser = await site.signed_in(await Post.get(pk=viewer.post_id))
            asked = f"at={area.pk}&period={month.key}"
            assert await _tabled(browser, asked) == names, (name, area.name)
            assert await _paged(browser, f"/rankings?{asked}") == names, (name, area.name)


async def _tabled(browser: Any, asked: str) -> list[str]:
    """The villages of the table that can be taken away; where there is no order, that of praise, which is empty."""
    answer = await browser.get(f"/rankings/table.xlsx?{asked}")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(number for number, row in enumerate(rows) if "村社" in row)
    return sorted(str(row[rows[head].index("村社")]) for row in rows[head + 1 :] if row[0] is not None)


LINE = re.compile(r"<tbody><tr><td>\d+</td><td>(?:<a [^>]*>)?([^<]+)")


async def _paged(browser: Any, address: str) -> list[str]:
    """The villages in the ranked lines of every page."""
    found: list[str] = []
    while address:
        text = (await browser.get(address)).text
        found += [name.strip() for name in LINE.findall(text)]
        further = re.search(r'rel="next" href="([^"]+)"', text)
        address = further.group(1).replace("&amp;", "&") if further else ""
    return sorted(found)
