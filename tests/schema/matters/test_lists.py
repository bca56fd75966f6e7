"""Comparing versions, golden cases, suggestions and replays through GraphQL."""

from __future__ import annotations

from typing import Any

import pytest

from models import matters
from models.base.viewer import ANONYMOUS, Viewer
from models.matters import MatterList
from models.screening import Screening
from schema import door
from schema.base.nodes import global_id
from tests.builders import a_list, a_request, a_task, a_town, a_viewer
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio


async def told(viewer: Viewer, query: str) -> Any:
    answer = await ask(door, viewer, query)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def named(one: MatterList) -> str:
    return global_id("MatterList", one.pk)


async def test_two_versions_are_compared_with_the_open_work_they_touch(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    await a_task(place)
    keeper = await a_viewer("list_keeper", place.city)
    second = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.drop_matter(keeper, second, code="XZ-NY-01")
    query = f"""{{ matterListDiff(before: "{named(first)}", after: "{named(second)}") {{
        added(first: 9) {{ nodes {{ code }} }} removed(last: 9) {{ nodes {{ code }} totalCount {{ count }} }}
        changed(first: 9) {{ nodes {{ code columns {{ name before after }} }} }}
        touched(first: 9) {{ nodes {{ code tasks assignments }} }}
        villages(first: 9) {{ nodes {{ name assignments }} }} }} }}"""
    seen = (await told(keeper, query))["matterListDiff"]
    assert seen["removed"] == {"nodes": [{"code": "XZ-NY-01"}], "totalCount": {"count": 1}}
    assert seen["added"]["nodes"] == []
    coordinator = await a_viewer("coordinator", place.township)
    assert (await told(coordinator, query))["matterListDiff"] is None, "a draft is its keepers' alone"
    assert (await told(ANONYMOUS, query))["matterListDiff"] is None
    other = query.replace(named(second), named(first))
    same = (await told(coordinator, other))["matterListDiff"]
    assert all(same[name]["nodes"] == [] for name in ("removed", "changed", "touched"))


async def test_golden_cases_are_decided_by_a_version(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    await matters.put_golden_case(
        keeper,
        place.city,
        code="BD-01",
        about="农业农村局请村里巡查秸秆",
        named="XZ-NY-01",
        demands=["patrol"],
        verdict="forbidden",
        reason="试一试",
    )
    run = (
        await told(
            keeper,
            f'{{ goldenRun(matterList: "{named(first)}") {{ agreed flips(first: 99) {{ nodes {{ code shouldBe }} }} }} }}',
        )
    )["goldenRun"]
    assert {"code": "BD-01", "shouldBe": "FORBIDDEN"} in run["flips"]["nodes"]


async def test_matters_are_suggested_to_whoever_is_signed_in(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    query = '{ suggestMatters(text: "发现烧稻草及时劝阻", sender: "农业农村局") { code why score } }'
    asker = await a_viewer("department_officer", place.department)
    best = (await told(asker, query))["suggestMatters"][0]
    assert best["code"] == "XZ-NY-01" and best["why"] and 1 < best["score"] <= 100
    assert (await told(ANONYMOUS, query))["suggestMatters"] == []


async def test_a_verdict_is_recomputed_for_whoever_may_see_it(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    request = await a_request(place)
    stored = await Screening.get(request_id=request.pk)
    query = f'{{ replayScreening(id: "{global_id("Screening", stored.pk)}") {{ isStanding differences }} }}'
    coordinator = await a_viewer("coordinator", place.township)
    assert (await told(coordinator, query))["replayScreening"] == {"isStanding": True, "differences": []}
    secretary = await a_viewer("secretary", place.village)
    assert (await told(secretary, query))["replayScreening"] is None


async def test_the_list_that_rules_at_a_place_is_asked_for_by_its_code(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    asker = await a_viewer("observer", place.county)
    query = '{ matterListInForce(within: {code: "%s"}) { number publication region { name } } }'
    held = (await told(asker, query % place.township.code))["matterListInForce"]
    assert held == {"number": 1, "publication": 1, "region": {"name": "绍兴市"}}
    nowhere = '{ suggestMatters(text: "焚烧秸秆", within: {code: "999"}) { code } }'
    for viewer, asked in ((asker, query % "999"), (ANONYMOUS, query % place.township.code), (asker, nowhere)):
        (no,) = (await ask(door, viewer, asked))["errors"]
        assert no["extensions"]["code"] == "NOT_FOUND"


async def test_matters_are_found_by_what_people_type_nearest_first(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    secretary = await a_viewer("secretary", place.village)
    found = (await told(secretary, '{ searchMatters(text: "巡查") { code } }'))["searchMatters"]
    assert [one["code"] for one in found] == ["XZ-NY-01", "XZ-NY-02"]
    found = (await told(secretary, '{ searchMatters(text: "灌溉 巡查") { code } }'))["searchMatters"]
    assert found[0] == {"code": "XZ-NY-02"}
    assert (await told(ANONYMOUS, '{ searchMatters(text: "巡查") { code } }'))["searchMatters"] == []
