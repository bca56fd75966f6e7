"""The order of the screening, what a person adds to it, and that any verdict can be recomputed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models import screening
from models.base.clock import today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.matters.decision import decide
from models.registry import Element
from models.requests import WorkRequest
from models.screening import Screening, is_code
from tests.builders import Town, a_list, a_request, a_town, a_value, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio

ONCE_A_YEAR = {
    "code": "XZ-MZ-09",
    "title": "入户核查",
    "category": "assist",
    "demands": ["visit"],
    "yearly_cap": 1,
}
BANNED = {"code": "XZ-AQ-01", "title": "招商引资项目落地服务", "category": "assist", "demands": ["publicity"]}


async def a_place(*extra: dict[str, Any]) -> Town:
    place = await a_town()
    await a_list(place.city, *extra)
    return place


async def verdict_of(request: WorkRequest) -> Screening:
    found = await Screening.filter(request=request).order_by("-id").first()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "state", "verdict", "reason"),
    [
        ({"demands": ["patrol", "ranking"]}, "rejected", "forbidden", "forbidden_demand:ranking"),
        ({"matter_code": "FM-01"}, "rejected", "forbidden", "negative_matter:FM-01"),
        ({"matter_code": "XZ-AQ-01", "demands": ["publicity"]}, "rejected", "forbidden", "banned_field"),
        ({"matter_code": ""}, "rejected", "not_listed", "no_matter_named"),
        ({"matter_code": "XZ-XX-99"}, "rejected", "not_listed", "not_in_force:XZ-XX-99"),
        ({"matter_code": "CZ-ZZ-01"}, "rejected", "not_listed", "not_demandable:own"),
        ({"demands": ["visit"]}, "rejected", "not_listed", "demand_not_listed:visit"),
        ({}, "pending_review", "pending_review", "for_reading"),
    ],
)
async def test_each_step_of_the_screening_decides_what_is_its_own(
    town: str, changes: dict[str, Any], state: str, verdict: str, reason: str
) -> None:
    place = await a_place(BANNED)
    request = await a_request(place, **changes)
    stored = await verdict_of(request)
    assert (request.state, stored.verdict) == (state, verdict)
    assert stored.reasons[0].startswith(reason) and stored.sentence
    if state == "rejected":
        assert stored.route, "whoever is refused is told where the work goes instead"
    assert await screening.replay(stored) == []


async def test_a_forbidden_demand_goes_before_a_matter_that_is_not_listed(town: str) -> None:
    place = await a_place()
    both = await a_request(place, matter_code="", demands=["pledge"])
    assert (await verdict_of(both)).verdict == "forbidden"


async def test_without_a_list_in_force_nothing_may_be_asked(town: str) -> None:
    place = await a_town()
    from models.matters import settle_demands

    await settle_demands()
    stored = await verdict_of(await a_request(place))
    assert (stored.verdict, stored.reasons) == ("not_listed", ["no_list_in_force"])


async def test_a_village_at_its_yearly_cap_is_not_asked_again_and_the_count_is_stored(town: str) -> None:
    place = await a_place(ONCE_A_YEAR)
    asked = {"matter_code": "XZ-MZ-09", "demands": ["visit"], "units": [place.village]}
    await an_admitted_request(place, **asked)
    again = await verdict_of(await a_request(place, **asked))
    assert again.verdict == "too_often" and again.rests_on["counts"][0]["times"] == 1
    elsewhere = await verdict_of(await a_request(place, **asked | {"units": [place.second_village]}))
    assert elsewhere.verdict == "pending_review"
    assert await screening.replay(again) == []


async def test_data_that_every_village_holds_fresh_is_the_answer_and_nobody_is_disturbed(town: str) -> None:
    place = await a_place()
    element = await Element.create(code="hjrk", name="户籍人口", freshness_days=365)
    reporter = await a_viewer("coordinator", place.township)
    asked = {"demands": ["data"], "elements": ["hjrk"]}
    for village in (place.village, place.second_village):
        assert (await verdict_of(await a_request(place, **asked))).verdict == "pending_review"
        await a_value(element, village, "1200", days_ago=5, by_id=reporter.post_id)
    request = await a_request(place, **asked)
    assert (request.state, (await verdict_of(request)).verdict) == ("answered", "answered")
    await Element.all().update(freshness_days=4)
    assert (await verdict_of(await a_request(place, **asked))).verdict == "pending_review", (
        "stale is not held"
    )


async def test_only_a_reader_of_the_township_admits_and_the_code_has_its_check_sign(town: str) -> None:
    place = await a_place()
    request = await a_request(place)
    for role, unit in (
        ("department_officer", place.department),
        ("coordinator", place.other_township),
        ("secretary", place.village),
        ("list_keeper", place.city),
    ):
        with pytest.raises(NotAllowed):
            await screening.admit(await a_viewer(role, unit), request)
    reader = await a_viewer("coordinator", place.township)
    read = await screening.admit(reader, request)
    assert read.code is not None and is_code(read.code) and not is_code(read.code[:-1] + "?")
    assert read.code.startswith(f"{place.township.code}-XZ-NY-01-{today():%Y%m%d}-")
    with pytest.raises(NotNow):
        await screening.admit(reader, request)
    second = await screening.admit(reader, await a_request(place))
    assert second.code != read.code
    assert await screening.replay(read) == []


async def test_a_reader_refuses_with_a_reason_and_sends_the_work_to_the_office_that_does_it(
    town: str,
) -> None:
    place = await a_place()
    request = await a_request(place, body="请各村组织劳力清运工业固废。")
    reader = await a_viewer("leader", place.township)
    with pytest.raises(Invalid) as no:
        await screening.reject(reader, request, reason=" ")
    assert no.value.field == "reason"
    with pytest.raises(Invalid, match="自己的办线"):
        await screening.reject(reader, request, reason="不是村里的事。", office=place.department)
    stored = await screening.reject(reader, request, reason="清运固废是处置义务。", office=place.office)
    assert (request.state, stored.verdict) == ("rejected", "rejected") and place.office.name in stored.route
    worker = await a_viewer("office", place.office)
    await screening.handle(worker, await WorkRequest.find(worker, request.pk), answer="已由执法队清运。")
    asker = await a_viewer("department_officer", place.department)
    assert (await WorkRequest.find(asker, request.pk)).office_answer == "已由执法队清运。"
    assert await screening.replay(stored) == []


async def test_five_upgrades_of_the_list_change_no_stored_verdict(town: str) -> None:
    place = await a_place(ONCE_A_YEAR, BANNED)
    for changes in ({}, {"matter_code": "FM-01"}, {"demands": ["ranking"]}, {"matter_code": "XZ-MZ-09"}):
        await a_request(place, **changes)
    await an_admitted_request(place)
    before = {s.pk: (s.verdict, s.inputs) for s in await Screening.all()}
    assert len(before) >= 5
    for number in range(5):
        await a_list(place.city, {"code": f"XZ-XX-{number:02d}", "title": "新增", "category": "assist"})
    stored_now = await Screening.all()
    assert {one.pk for one in stored_now} == before.keys()
    for stored in stored_now:
        assert await screening.replay(stored) == []
        assert (stored.verdict, stored.inputs) == before[stored.pk]


async def test_a_verdict_altered_behind_the_guard_is_reported_by_the_replay(town: str) -> None:
    place = await a_place()
    stored = await verdict_of(await a_request(place, demands=["ranking"]))
    stored.verdict = "pending_review"
    assert any("verdict" in difference for difference in await screening.replay(stored))


async def test_what_the_ranker_says_changes_no_verdict(town: str) -> None:
    place = await a_place(BANNED)
    for given in ({}, {"matter_code": "XZ-XX-99"}, {"demands": ["ranking"]}, {"body": "阳光工程回头看"}):
        stored = await verdict_of(await a_request(place, **given))
        inputs = json.loads(stored.inputs)
        silent = decide(inputs | {"nearest": [], "prohibitions": []})
        assert (silent.verdict, silent.reasons, silent.clause) == (
            stored.verdict,
            tuple(stored.reasons),
            stored.clause,
        )
