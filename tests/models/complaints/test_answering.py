"""Answers to complaints: by a day, for everybody to read, naming nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models import complaints
from models.accounts.records import Throttle
from models.base.clock import clock_at, tick
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.separation_of_duties import TIED
from models.base.viewer import ANONYMOUS, UNNAMED, Viewer
from models.complaints import Complaint, PublishedAnswer
from models.people import Person
from tests.builders import DAY, a_list, a_task, a_town, a_viewer
from tests.models.complaints.scenes import ANSWER, MONDAY, SAID, fresh, keeper_of, told

pytestmark = pytest.mark.anyio


async def test_the_answer_is_asked_for_again_once_and_closes_by_itself(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    with clock_at(MONDAY):
        made = await told(place, secretary)
    with clock_at(MONDAY + 9 * DAY):
        assert made.is_overdue and await complaints.awaiting(await keeper_of(place, "city"))
        await complaints.answer(keeper, made, **ANSWER)
        with pytest.raises(NotNow, match="已答复"):
            await complaints.withdraw(secretary, made)
        with pytest.raises(Invalid, match="还没有解决"):
            await complaints.reopen(secretary, made, words=" ")
        await complaints.reopen(secretary, made, words="这周又要了一次。")
    with clock_at(MONDAY + 10 * DAY):
        await complaints.answer(keeper, made, **ANSWER | {"summary": "再次通知停报。"})
        with pytest.raises(NotNow, match="再次答复"):
            await complaints.reopen(secretary, made, words="还要。")
    assert (made.in_time, made.took_days) == (False, 7)
    assert (await PublishedAnswer.get()).summary == "再次通知停报。"
    with clock_at(MONDAY + 30 * DAY):
        await tick()
    assert (await fresh(made)).state == "closed"


async def test_it_can_be_taken_back_before_it_is_answered(town: str) -> None:
    place = await a_town()
    secretary = await a_viewer("secretary", place.village)
    made = await told(place, secretary)
    with pytest.raises(NotAllowed):
        await complaints.withdraw(await a_viewer("cadre", place.village), made)
    await complaints.withdraw(secretary, made)
    with pytest.raises(NotNow, match="已撤回"):
        await complaints.answer(await keeper_of(place, "city"), made, **ANSWER)


async def test_nobody_answers_what_is_not_theirs_or_what_they_said_themselves(town: str) -> None:
    place = await a_town()
    keeper = await keeper_of(place, "city")
    made = await told(place)
    for role, unit in (
        ("coordinator", place.township),
        ("list_keeper", place.county),
        ("observer", place.city),
    ):
        with pytest.raises(NotAllowed):
            await complaints.answer(await a_viewer(role, unit), made, **ANSWER)
    own = await fresh(await complaints.complain(keeper, place.city, **SAID))
    with pytest.raises(NotAllowed):
        await complaints.answer(keeper, own, **ANSWER)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"summary": "梅渚村的报表已合并。"}, "summary"),
        ({"summary": "澄潭街道的报表已合并。"}, "summary"),
        ({"summary": "已答复吕金木。"}, "summary"),
        ({"summary": " "}, "summary"),
        ({"answer": ""}, "answer"),
        ({"outcome": "praised"}, "outcome"),
    ],
)
async def test_a_public_answer_names_nobody(town: str, changes: dict[str, str], field: str) -> None:
    place = await a_town()
    keeper = await keeper_of(place)
    made = await told(place, await a_viewer("secretary", place.village, name="吕金木"))
    with pytest.raises(Invalid) as no:
        await complaints.answer(keeper, made, **ANSWER | changes)
    assert no.value.field == field


@pytest.mark.parametrize(
    "named", ["梅渚村反映报表多。", "棠村第一网格的报表已合并。", "澄潭街道已停报。", "吕金木反映的已停。"]
)
async def test_the_public_answer_to_an_unnamed_complaint_names_no_place_or_person_of_its_township(
    town: str, named: str
) -> None:
    place = await a_town()
    keeper, other = await keeper_of(place), await a_viewer("cadre", place.village, name="吕金木")
    secretary = await a_viewer("secretary", place.second_village)
    slip = await complaints.tell_unnamed(secretary, place.second_village, "key-1", **SAID)
    row = await fresh(slip.complaint)
    with pytest.raises(Invalid, match="认出提出人") as no:
        await complaints.answer(keeper, row, **ANSWER | {"summary": named})
    assert no.value.field == "summary" and not await PublishedAnswer.exists() and other.hats
    await complaints.answer(keeper, row, **ANSWER | {"summary": "拔茅村的做法可以参考，报表已合并。"})


async def test_an_answer_is_published_when_its_month_is_over_and_sooner_to_those_who_answer(
    town: str,
) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    township = await a_viewer("coordinator", place.township)
    county = await a_viewer("observer", place.county)
    with clock_at(MONDAY):
        slip = await complaints.tell_unnamed(secretary, place.village, "key-1", **SAID)
        await complaints.answer(keeper, await fresh(slip.complaint), **ANSWER)
        await complaints.complain(township, place.township, **SAID)
    with clock_at(MONDAY + 29 * DAY):
        assert await PublishedAnswer.visible_to(keeper).count() == 1
        for viewer in (secretary, township, county):
            assert not await PublishedAnswer.visible_to(viewer).exists()
    with clock_at(MONDAY + 30 * DAY):
        for viewer in (keeper, secretary, township, county):
            assert await PublishedAnswer.visible_to(viewer).count() == 1


@pytest.mark.parametrize("wrong", [{"kind": "x"}, {"topic": "x"}, {"words": "  "}, {"words": "长" * 2001}])
async def test_what_makes_no_sense_is_refused_with_and_without_a_name(
    town: str, wrong: dict[str, str]
) -> None:
    place = await a_town()
    secretary = await a_viewer("secretary", place.village)
    with pytest.raises(Invalid):
        await told(place, secretary, **wrong)
    with pytest.raises(Invalid):
        await complaints.tell_unnamed(secretary, place.village, "key", **SAID | wrong)
    assert not await Complaint.exists() and not await Throttle.exists()


async def test_nobody_complains_for_another_place_or_from_pages_they_only_look_at(town: str) -> None:
    place = await a_town()
    secretary = await a_viewer("secretary", place.village)
    with pytest.raises(NotAllowed):
        await complaints.complain(secretary, place.second_village, **SAID)
    looking = Viewer(secretary.person_id, None, "", secretary.hats, watched_by=secretary)
    with pytest.raises(NotAllowed, match="只能看"):
        await complaints.tell_unnamed(looking, place.village, "key", **SAID)
    for nobody in (ANONYMOUS, UNNAMED):
        with pytest.raises(NotAllowed):
            await complaints.tell_unnamed(nobody, place.village, "key", **SAID)
    with pytest.raises(NotAllowed):
        await complaints.complain_unnamed(
            secretary,
            place.county,
            way=None,
            code_hash="x",
            **SAID,  # type: ignore[arg-type]
        )


async def test_nobody_answers_for_those_whose_account_they_lately_made(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place)
    made = await told(place, task=task)
    keeper = await keeper_of(place, "city")
    drafter = await Person.get(posts__id=task.drafted_by_id)
    with pytest.raises(NotAllowed) as no:
        await complaints.answer(replace(keeper, tied_to=frozenset({drafter.pk})), made, **ANSWER)
    assert no.value.reason == TIED
    assert await complaints.answer(keeper, made, **ANSWER)
