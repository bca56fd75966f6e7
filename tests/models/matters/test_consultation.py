"""A proposed list is asked about in the region before somebody else publishes it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import matters
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.matters import Matter, MatterList, Opinion
from models.people import Post
from tests.builders import DAY, a_town, a_unit, a_viewer
from tests.models.matters.drafts import a_draft, a_proposal

pytestmark = pytest.mark.anyio


@pytest.mark.calendar_bound
async def test_a_list_is_put_before_the_region_for_the_days_the_government_has_set(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    with pytest.raises(Invalid) as no:
        await matters.propose(keeper, draft, reason="增列防汛", until=today() + 3 * DAY)
    assert no.value.field == "until" and "至少 7 天" in no.value.reason
    await matters.propose(keeper, draft, reason="增列防汛")
    assert draft.consultation_until == today() + 7 * DAY and draft.is_consulting
    other = await a_viewer("list_keeper", place.city)
    with clock_at(now() + timedelta(days=7)), pytest.raises(NotNow, match="还在征求意见"):
        await matters.publish(other, draft, reason="同意", effective_on=today())
    with clock_at(now() + timedelta(days=8)):
        await matters.publish(other, draft, reason="同意", effective_on=today())
    assert draft.state == "published"


async def test_a_longer_consultation_may_be_chosen_and_a_list_sent_back_is_asked_about_anew(
    town: str,
) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    with pytest.raises(Invalid):
        await matters.propose(keeper, draft, reason="x", until=today() + 400 * DAY)
    await matters.propose(keeper, draft, reason="增列防汛", until=today() + 30 * DAY)
    assert draft.consultation_until == today() + 30 * DAY
    await matters.send_back(await a_viewer("list_keeper", place.city), draft, reason="再议")
    assert draft.consultation_until is None and draft.is_draft


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("department_officer", "department"),
        ("coordinator", "township"),
        ("office", "office"),
        ("secretary", "village"),
    ],
)
async def test_departments_townships_and_villages_say_what_they_think_while_it_is_open(
    town: str, role: str, where: str
) -> None:
    place = await a_town()
    _, draft = await a_proposal(place)
    somebody = await a_viewer(role, getattr(place, where))
    seen = await MatterList.find(somebody, draft.pk)
    assert await Matter.visible_to(somebody).filter(list=seen).count() == 1
    said = await matters.give_opinion(somebody, seen, words=" 汛期再议 ", matter_code="xz-fx-01")
    assert (said.words, said.matter_code, said.by_id) == ("汛期再议", "XZ-FX-01", somebody.post_id)
    for details, field in (
        ({"words": "  "}, "words"),
        ({"words": "好", "matter_code": "XX-1"}, "matter_code"),
        ({"words": "好", "matter_code": f"@{said.pk}"}, "matter_code"),
    ):
        with pytest.raises(Invalid) as no:
            await matters.give_opinion(somebody, seen, **details)
        assert no.value.field == field
    with clock_at(now() + timedelta(days=8)), pytest.raises(NotNow, match="期限"):
        await matters.give_opinion(somebody, seen, words="晚了")


async def test_who_is_not_concerned_is_not_asked_and_does_not_see_it(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    officer = await a_viewer("department_officer", place.department)
    elsewhere = await a_viewer("coordinator", await a_unit("township", await a_unit("city")))
    assert not await MatterList.visible_to(officer).exists(), "a draft is the keepers' alone"
    await matters.propose(keeper, draft, reason="增列防汛")
    await matters.give_opinion(officer, draft, words="同意")
    for one in (elsewhere, await a_viewer("observer", place.county), keeper):
        with pytest.raises(NotAllowed):
            await matters.give_opinion(one, draft, words="好")
    assert not await MatterList.visible_to(elsewhere).exists()
    assert not await Opinion.visible_to(elsewhere).exists() and await Opinion.visible_to(officer).exists()
    await matters.send_back(keeper, draft, reason="再议")
    assert not await Opinion.visible_to(officer).exists()


async def test_the_proposer_answers_each_opinion_once(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_proposal(place)
    village = await a_viewer("secretary", place.village)
    given_ = await matters.give_opinion(village, draft, words="次数太多")
    said = await Opinion.find(village, given_.pk)
    for one in (village, await a_viewer("list_keeper", place.city)):
        with pytest.raises(NotAllowed):
            await matters.answer_opinion(one, said, answer="好")
    with pytest.raises(Invalid):
        await matters.answer_opinion(keeper, said, answer=" ")
    await matters.answer_opinion(keeper, said, answer="已减为两次")
    with pytest.raises(Invalid, match="已经答复"):
        await matters.answer_opinion(keeper, said, answer="又答")
    second = await matters.give_opinion(village, draft, words="没有了")
    told = await matters.said_of(village, draft)
    assert [(one.words, answer and answer.words) for one, answer in told] == [
        ("次数太多", "已减为两次"),
        ("没有了", None),
    ]
    answer = await Opinion.find(keeper, (await Opinion.get(words="已减为两次")).pk)
    with pytest.raises(NotNow):
        await matters.answer_opinion(keeper, answer, answer="答复答复")
    assert second.pk


async def test_the_one_who_proposed_in_another_post_does_not_publish(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_proposal(place)
    post = await Post.get(pk=keeper.post_id)
    admin = await Post.create(
        person_id=post.person_id, unit=place.city, role="city_admin", from_on=post.from_on
    )
    await admin.fetch_related("unit")
    twice = type(keeper)(keeper.person_id, None, keeper.name, (admin.hat(),))
    with clock_at(now() + timedelta(days=9)), pytest.raises(NotAllowed, match="另一位"):
        await matters.publish(twice, draft, reason="同意", effective_on=today())
