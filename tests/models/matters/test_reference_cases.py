"""Golden cases: what a list must go on deciding, and who may say that it may decide otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from models import matters
from models.base.clock import today
from models.base.refusals import Invalid, NotAllowed
from models.demo.matters import demo_matters
from models.matters import EXPECTED, GoldenCase, Matter, MatterList, shipped_cases, shipped_demands
from models.matters.reference_cases import decided_by
from tests.builders import a_list, a_town, a_viewer
from tests.models.matters.drafts import a_second_version

pytestmark = pytest.mark.anyio
RULE_OF = {
    "FD": "forbidden",
    "FM": "forbidden",
    "NL": "not_listed",
    "ND": "not_listed",
    "DN": "not_listed",
    "TO": "too_often",
    "AN": "answered",
    "PR": "pending_review",
}
"""By its first letters a case says which step of the screening decides it."""
CASE: dict[str, Any] = {"code": "本地-1", "about": "县农业农村局请一个村巡查焚烧", "reason": "常见"}


def test_two_hundred_golden_cases_and_more_cover_all_the_list_can_say() -> None:
    cases = [one.values for one in shipped_cases()]
    listed = demo_matters()
    assert len({case["code"] for case in cases}) == len(cases) >= 200
    assert {case["verdict"] for case in cases} == set(EXPECTED)
    assert {d for case in cases for d in case["demands"]} == {d.code for d in shipped_demands()}
    negative = {matter["code"] for matter in listed if matter["category"] == "negative"}
    assert negative and negative <= {c["named"] for c in cases if c["verdict"] == "forbidden"}
    demandable = {matter["code"] for matter in listed if matter["category"] in matters.DEMANDABLE}
    assert demandable <= {c["named"] for c in cases if c["verdict"] == "pending_review"}
    for case in cases:
        assert case["verdict"] == RULE_OF[case["code"][:2]], case["code"]


def test_the_shipped_list_decides_every_golden_case_as_it_must() -> None:
    listed = {details["code"]: Matter(**details) for details in demo_matters()}
    demands = {demand.code: demand for demand in shipped_demands()}
    wrong = []
    for one in shipped_cases():
        case = GoldenCase(**one.values)
        said = decided_by(case, 1, listed, demands)
        if (said.verdict, list(said.reasons)) != (case.verdict, case.reasons):
            wrong.append(f"{case.code} {case.about}: {said.verdict} {said.reasons}")
        assert one.title == (listed[case.named].title if case.named in listed else "")
    assert not wrong, "\n".join(wrong)


async def test_a_list_that_flips_a_golden_case_is_published_only_with_words_that_own_to_it(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    await matters.put_golden_case(
        keeper, place.city, **CASE, named="xz-ny-01", demands=["patrol"], verdict="pending_review"
    )
    second = await a_second_version(place, first)
    run = await matters.golden_run(second)
    assert [flip.case.code for flip in run.flips] == ["本地-1"] and run.agreed >= 30
    for words in ("", "   "):
        with pytest.raises(
            Invalid, match="县农业农村局请一个村巡查焚烧：应为“待复核”，现为“驳回：清单外”"
        ) as no:
            await matters.publish(keeper, second, reason="同意", effective_on=today(), accept_flips=words)
        assert no.value.field == "accept_flips"
    assert (await MatterList.get(pk=second.pk)).state == "proposed"
    other = await a_viewer("list_keeper", place.city)
    await matters.publish(other, second, reason="同意", effective_on=today(), accept_flips="改由镇里做")
    assert second.flips_accepted.startswith("改由镇里做\n本地-1 ")
    assert (await GoldenCase.get(code="本地-1")).verdict == "not_listed"
    third = await matters.draft_list(keeper, place.city, title="第三版", based_on=second)
    await matters.propose(keeper, third, reason="x")
    await matters.publish(other, third, reason="同意", effective_on=today())
    assert third.flips_accepted == "", "what was owned to once is not asked about again"


async def test_shipped_cases_are_taken_over_by_a_list_that_holds_their_matter_and_guard_it_from_then_on(
    town: str,
) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.city)
    listed = {details["code"]: details for details in demo_matters()}
    first = await a_list(place.city, listed["XZ-NY-06"], {**listed["XZ-MZ-01"], "title": "另一件事"})
    named = set(await GoldenCase.all().values_list("named", flat=True))
    assert "XZ-NY-06" in named and not named & {"XZ-MZ-01", "XZ-NY-01"}
    second = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.put_matter(keeper, second, **listed["XZ-NY-06"] | {"demands": ["data"]})
    await matters.propose(keeper, second, reason="x")
    flips = (await matters.golden_run(second)).flips
    assert flips and {flip.case.named for flip in flips} == {"XZ-NY-06"}


async def test_a_case_about_a_matter_no_list_ever_held_is_told_apart_and_stops_nothing(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    await matters.put_golden_case(keeper, place.city, **CASE, named="XZ-QQ-01", verdict="pending_review")
    run = await matters.golden_run(first)
    assert (run.flips, run.foreign) == ((), 1)


async def test_only_keepers_write_golden_cases_and_say_why(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    right: dict[str, Any] = CASE | {"verdict": "not_listed", "demands": ["data"]}
    with pytest.raises(NotAllowed):
        await matters.put_golden_case(await a_viewer("coordinator", place.township), place.city, **right)
    for wrong, field in (
        ({"reason": " "}, "reason"),
        ({"verdict": "admitted"}, "verdict"),
        ({"demands": ["never_heard_of"]}, "demands"),
        ({"used": -1}, "used"),
        ({"about": ""}, "about"),
        ({"code": ""}, "code"),
    ):
        with pytest.raises(Invalid) as no:
            await matters.put_golden_case(keeper, place.city, **right | wrong)
        assert no.value.field == field
    await matters.put_golden_case(keeper, place.city, **right)
    await matters.put_golden_case(keeper, place.city, **right | {"used": 2})
    assert (await GoldenCase.get(code="本地-1")).used == 2
    await matters.drop_golden_case(keeper, place.city, code="本地-1", reason="不再常见")
    assert not await GoldenCase.filter(code="本地-1").exists()
    with pytest.raises(Invalid):
        await matters.drop_golden_case(keeper, place.city, code="本地-1", reason="不再常见")
