"""Flat figures through the API: what a dashboard asks in one query, page by page, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from models import burden
from models.base.viewer import Viewer
from models.burden import Cut, pieces
from models.ledger import Wanted, period_of
from schema import door
from tests.builders import a_viewer
from tests.counting import counted
from tests.models.burden.scenes import a_busy_town
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]
BURDEN_OF_COUNTY = """query BurdenOfCounty($county: String!, $over: Span!, $first: Int! = 1000, $after: String) {
  byVillage: assignmentFigures(over: $over, within: {code: $county}, level: VILLAGE, interval: MONTH, first: $first, after: $after) {
    nodes { unit { code name } periodKey sent effortHours perVillage acceptedLate overdueNow }
    pageInfo { hasNextPage endCursor }
  }
  byTownship: assignmentFigures(over: $over, within: {code: $county}, level: TOWNSHIP, first: 100) {
    nodes { unit { code name } villages sent perVillage acceptedLate overdueNow }
  }
  rejections: screeningFigures(over: $over, within: {code: $county}, interval: MONTH, by: [DEPARTMENT, VERDICT], first: 1000) {
    nodes { periodKey department { code name } verdict requests }
  }
}"""
YEAR = {"period": "2026"}


async def _ask(viewer: Viewer, query: str, **variables: Any) -> dict[str, Any]:
    answer = await ask(door, viewer, query, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]  # type: ignore[no-any-return]


async def test_a_dashboard_asks_once_and_reads_what_the_town_counts(town: str) -> None:
    place = await a_busy_town()
    observer = await a_viewer("observer", place.county)
    with counted() as statements:
        told = await _ask(observer, BURDEN_OF_COUNTY, county=place.county.code, over=YEAR)
    with counted() as fewer:
        await _ask(observer, BURDEN_OF_COUNTY, county=place.county.code, over=YEAR, first=1)
    assert len(statements) == len(fewer) <= 20, (
        "three figures, each with its place, its places and its villages"
    )
    days = period_of(None, None)
    wanted = Wanted(days, place.county)
    whole = await burden.burden(observer, wanted)
    assert whole.load is not None
    for name in ("byVillage", "byTownship"):
        assert sum(one["sent"] for one in told[name]["nodes"]) == whole.load.tasks > 0
    hours = sum(one["effortHours"] for one in told["byVillage"]["nodes"])
    assert hours == pytest.approx(float(whole.hours))
    villages = told["byVillage"]["nodes"]
    assert {one["periodKey"][:5] for one in villages} == {"2026-"} and all(
        one["unit"]["name"] for one in villages
    )
    assert {(one["acceptedLate"], one["overdueNow"]) for one in villages} == {(None, None)}
    rows = await burden.screenings_by_place(
        observer, Cut(wanted, pieces(days, "month"), None, ("department", "verdict"))
    )
    assert [one["requests"] for one in told["rejections"]["nodes"]] == [row.tally.sent for row in rows]


async def test_pages_of_figures_follow_one_another_without_a_gap(town: str) -> None:
    place = await a_busy_town()
    observer = await a_viewer("observer", place.county)
    whole = (await _ask(observer, BURDEN_OF_COUNTY, county=place.county.code, over=YEAR))["byVillage"][
        "nodes"
    ]
    read: list[Any] = []
    after, more = None, True
    while more:
        page = await _ask(
            observer, BURDEN_OF_COUNTY, county=place.county.code, over=YEAR, first=2, after=after
        )
        read += page["byVillage"]["nodes"]
        after, more = page["byVillage"]["pageInfo"]["endCursor"], page["byVillage"]["pageInfo"]["hasNextPage"]
    assert read == whole and len(whole) > 4


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ('over: {period: "2026"}, level: GRID', "层级"),
        ('over: {period: "2026"}, by: [PHASE, MATTER, DEPARTMENT]', "两个方面"),
        ('over: {period: "1066"}', "周期"),
        ('over: {range: {since: "2010-01-01", until: "2026-01-01"}}, interval: WEEK', "分成"),
        ('over: {period: "2026"}, first: 0', "每页"),
        ('over: {period: "2026"}, after: "bm9uc2Vuc2U="', "翻页"),
        ('over: {period: "2026"}, within: {code: "999999"}', "没有找到"),
    ],
)
async def test_what_cannot_be_counted_is_refused_and_never_zero(town: str, asked: str, words: str) -> None:
    place = await a_busy_town()
    observer = await a_viewer("observer", place.county)
    answer = await ask(door, observer, f"{{ assignmentFigures({asked}) {{ nodes {{ sent }} }} }}")
    assert words in answer["errors"][0]["message"], answer


async def test_below_a_township_nothing_is_told(town: str) -> None:
    place = await a_busy_town()
    both = """{ assignmentFigures(over: {period: "2026"}) { nodes { sent } }
      screeningFigures(over: {period: "2026"}) { nodes { requests } } }"""
    assert await _ask(await a_viewer("secretary", place.village), both) == {
        "assignmentFigures": None,
        "screeningFigures": None,
    }
    officer = await _ask(await a_viewer("department_officer", place.department), both)
    assert officer["assignmentFigures"] is None and officer["screeningFigures"]["nodes"][0]["requests"] > 0


FIGURES = "nodes { unit { name } villages sent perVillage acceptedLate overdueNow }"


def _counted(asked: str) -> str:
    return f'{{ assignmentFigures(over: {{period: "2026"}}, {asked}) {{ {FIGURES} }} }}'


async def test_the_place_looked_for_is_the_place_that_is_counted(town: str) -> None:
    place = await a_busy_town()
    observer, code = await a_viewer("observer", place.county), f'{{code: "{place.village.code}"}}'
    named = (await _ask(observer, _counted(f"within: {code}")))["assignmentFigures"]["nodes"]
    for asked in (
        f"filter: {{within: {code}}}",
        f'within: {code}, filter: {{within: {{code: "{place.county.code}"}}}}',
    ):
        assert (await _ask(observer, _counted(asked)))["assignmentFigures"]["nodes"] == named, asked
    assert named[0]["villages"] == 1 and named[0]["sent"] and named[0]["overdueNow"] is None


@pytest.mark.parametrize(
    "looked_for", ["{isOverdue: true}", "{isOverdue: false}", '{isOpen: true, dueOn: {until: "2026-06-01"}}']
)
async def test_nobody_counts_the_late_ones_but_who_answers_for_them(town: str, looked_for: str) -> None:
    place = await a_busy_town()
    asked = _counted(f'within: {{code: "{place.township.code}"}}, level: VILLAGE, filter: {looked_for}')
    told = await ask(door, await a_viewer("observer", place.county), asked)
    assert "逾期" in told["errors"][0]["message"] and not (told["data"] or {}).get("assignmentFigures")
    for role in ("list_keeper", "coordinator"):
        home = place.county if role == "list_keeper" else place.township
        await _ask(await a_viewer(role, home), asked)


async def test_a_filter_that_names_few_copies_tells_nobody_else_how_late_they_are(town: str) -> None:
    place = await a_busy_town()
    observer = await a_viewer("observer", place.county)
    for asked in ('filter: {matterCodes: ["XZ-MZ-09"]}', "filter: {isOpen: true}"):
        for row in (await _ask(observer, _counted(asked)))["assignmentFigures"]["nodes"]:
            assert row["acceptedLate"] is row["overdueNow"] is None, asked
    keeper = await a_viewer("list_keeper", place.county)
    (whole,) = (await _ask(keeper, _counted("filter: {}")))["assignmentFigures"]["nodes"]
    assert whole["overdueNow"] is not None
