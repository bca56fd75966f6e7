"""Complaints through GraphQL: figures of the county, published answers, and only one's own."""

from __future__ import annotations

import pytest

from models import complaints
from models.base.clock import clock_at
from models.base.viewer import ANONYMOUS, Viewer
from models.complaints import Complaint
from models.people import Post
from schema import door
from schema.base.nodes import global_id
from tests.builders import DAY, a_town, a_viewer
from tests.counting import counted
from tests.models.complaints.scenes import ANSWER, MONDAY, SAID, keeper_of, told
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
FIGURES = """query($first: PeriodKey!, $within: UnitRef) {
  complaintStatistics(firstMonth: $first, lastMonth: "2026-03", within: $within) {
    total { received answered inTime overdue withdrawn medianDays }
    months { month figures { received medianDays } }
    topics { topic label count }
    outcomes { outcome count }
  }
}"""


async def test_the_figures_of_a_county_cost_the_same_for_a_month_and_for_a_year(town: str) -> None:
    place = await a_town()
    keeper, spent = await keeper_of(place), []
    with clock_at(MONDAY):
        made = [await told(place, await a_viewer("cadre", place.village)) for _ in range(3)]
    with clock_at(MONDAY + DAY):
        await complaints.answer(keeper, made[0], **ANSWER)
        await complaints.withdraw(await _maker(made[1]), made[1])
    county = {"id": global_id("Unit", place.county.pk)}
    with clock_at(MONDAY + 40 * DAY):
        for first in ("2026-03", "2025-04"):
            with counted() as statements:
                answer = await ask(door, keeper, FIGURES, first=first, within=county)
            spent.append(len(statements))
            found = answer["data"]["complaintStatistics"]
            assert found["total"] == {
                "received": 3,
                "answered": 1,
                "inTime": 1,
                "overdue": 1,
                "withdrawn": 1,
                "medianDays": 1.0,
            }
        assert [one["count"] for one in found["topics"] if one["topic"] == "REPEATED"] == [3]
        assert [one["count"] for one in found["outcomes"] if one["outcome"] == "STOPPED"] == [1]
        assert len(found["months"]) == 12 and found["months"][-1]["figures"]["received"] == 3
        assert spent[0] == spent[1] <= 5
        nobody = await ask(door, ANONYMOUS, FIGURES, first="2026-03")
        assert nobody["data"]["complaintStatistics"] is None
        wrong = await ask(door, keeper, FIGURES, first="2026-13")
        assert "写明周期" in str(wrong["errors"])
        quarter = await ask(door, keeper, FIGURES, first="2026-Q1")
        assert "请填写月份" in str(quarter["errors"])


async def _maker(made: Complaint) -> Viewer:
    post = await Post.get(pk=made.made_by_id).select_related("unit")
    return Viewer(post.person_id, None, "", (post.hat(),))


async def test_a_township_reads_the_published_answer_without_its_name(town: str) -> None:
    place = await a_town()
    keeper = await keeper_of(place)
    with clock_at(MONDAY):
        await complaints.answer(keeper, await told(place), **ANSWER)
        made = await told(place)
    desk = await a_viewer("coordinator", place.township)
    both = """{ publishedAnswers(first: 5) { edges { node { summary townshipName tookDays county { name } } } }
      complaints(first: 5) { totalCount { count } edges { node { words createdBy { id } } } } }"""
    answer = (await ask(door, desk, both))["data"]
    assert [edge["node"] for edge in answer["publishedAnswers"]["edges"]] == [
        {"summary": ANSWER["summary"], "townshipName": None, "tookDays": None, "county": {"name": "新昌县"}}
    ]
    assert answer["complaints"] == {"totalCount": {"count": 0}, "edges": []}
    assert (await ask(door, keeper, both))["data"]["complaints"]["totalCount"]["count"] == 2
    one = f'{{ complaint(id: "{global_id("Complaint", made.pk)}") {{ words mayAnswer }} }}'
    assert (await ask(door, desk, one))["data"]["complaint"] is None
    assert (await ask(door, keeper, one))["data"]["complaint"] == {"words": SAID["words"], "mayAnswer": True}
