"""Answers: one for each link, by nobody who is signed in, with nothing of them in the trail."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from models import surveys
from models.base.clock import clock_at, now, today
from models.base.events import Event, EventPersonal
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow, TooMany
from models.base.viewer import ANONYMOUS
from models.surveys import Invitation, SurveyVillage
from models.surveys.answering import BY_ADDRESS, GUESSES, close_what_is_over
from models.surveys.sampling import LENGTH
from tests.builders import DAY, a_town, a_viewer
from tests.models.surveys.scenes import after, an_open_round, answered, fresh

pytestmark = pytest.mark.anyio


async def test_links_are_made_once_kept_as_hashes_and_ended_by_making_them_again(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    village = await made.village(place.village)
    tokens = made.tokens[place.village.pk]
    assert len(set(tokens)) == 60 == village.invited
    assert all(len(token.replace("-", "")) == LENGTH for token in tokens)
    serials = await Invitation.filter(village=village).order_by("serial").values_list("serial", flat=True)
    assert list(serials) == surveys.draw_of(village)
    await answered(made, place.village, [(5, 5)])
    with pytest.raises(Invalid, match="已经生成过"):
        await surveys.issue_slips(made.keeper, await made.village(place.village))
    again = await surveys.issue_slips(made.keeper, await made.village(place.village), reason="邮寄时丢失一包")
    assert len(again.slips) == 59, "a household that has answered gets no second link"
    with pytest.raises(NotFound, match="没有用了"):
        await surveys.village_of(ANONYMOUS, tokens[1], "10.1.1.1")
    assert (await surveys.village_of(ANONYMOUS, again.slips[0].token, "10.1.1.1")).pk == village.pk
    kept = str([*await Event.all().values(), *await EventPersonal.all().values()]) + str(
        await Invitation.all().values()
    )
    for token in (*tokens, *(slip.token for slip in again.slips)):
        assert token not in kept and token.replace("-", "") not in kept


@pytest.mark.parametrize("role", ["coordinator", "head", "secretary"])
async def test_no_township_or_village_prints_slips_or_sees_who_was_drawn(town: str, role: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    viewer = await a_viewer(role, place.village if role == "secretary" else place.township)
    with pytest.raises(NotAllowed, match="镇街和村社不能经手"):
        await surveys.issue_slips(viewer, await made.village(place.village), reason="再印")
    assert not await Invitation.visible_to(viewer).exists()
    assert not await SurveyVillage.visible_to(viewer).exists(), "while it runs"
    told = Event.visible_to(viewer).filter(command__startswith="surveys.")
    assert not await told.exists(), "the seed and the hours of answers are not for the village"


async def test_an_answer_counts_once_and_the_trail_learns_nothing_of_it(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    token = made.tokens[place.village.pk][0]
    await answered(made, place.village, [(4, 2)])
    village = await made.village(place.village)
    assert village.answered == 1 == sum(village.tally) and village.tally[3 * 5 + 1] == 1
    with pytest.raises(NotFound, match="没有用了"):
        await surveys.answer(ANONYMOUS, village, token=token, first=1, second=1)
    event = await Event.get(command="surveys.answer")
    assert json.loads(event.details) == {} and json.loads(event.changes) == {"answered": [0, 1]}
    assert event.actor_post_id is None and event.personal_digest == ""
    assert event.unit_path == place.county.path
    used = await Invitation.filter(used_on__isnull=False).values()
    assert [row["used_on"] for row in used] == [today()]
    assert set(used[0]) == {"id", "village_id", "serial", "token_hash", "used_on"}
    assert await surveys.recounted(made.survey) == []
    assert await surveys.answers_by_day(village) == {today(): 1}


async def test_a_meddled_counter_is_found_by_the_trail(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await answered(made, place.village, [(5, 5), (4, 4)])
    await SurveyVillage.filter(unit=place.village).update(answered=3)
    assert [row.unit.name for row in await surveys.recounted(made.survey)] == ["梅渚村"]


@pytest.mark.parametrize("role", ["secretary", "coordinator", "list_keeper", "department_officer"])
async def test_nobody_who_is_signed_in_answers(town: str, role: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    homes = {"coordinator": place.township, "list_keeper": place.county}
    viewer = await a_viewer(role, homes.get(role, place.village))
    village = await made.village(place.village)
    with pytest.raises(NotAllowed, match="干部不能代填"):
        await surveys.answer(viewer, village, token=made.tokens[place.village.pk][0], first=5, second=5)
    assert (await made.village(place.village)).answered == 0


async def test_answers_that_are_none_are_refused_and_the_link_stays(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    token, village = made.tokens[place.village.pk][0], await made.village(place.village)
    for first, second in ((0, 5), (5, 6)):
        with pytest.raises(Invalid, match="请选一个答案"):
            await surveys.answer(ANONYMOUS, village, token=token, first=first, second=second)
    await surveys.answer(ANONYMOUS, village, token=f" {token.upper().replace('-', '')} ", first=5, second=5)
    assert (await made.village(place.village)).answered == 1


async def test_wrong_used_and_expired_links_are_refused_in_the_same_words(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place, opens_on=today() + 2 * DAY)
    token = made.tokens[place.village.pk][0]
    with pytest.raises(NotNow, match="还没到回答的日子"):
        await surveys.village_of(ANONYMOUS, token, "10.0.0.1")
    with clock_at(now() + 2 * DAY):
        await answered(made, place.village, [(3, 3)])
        other = await made.village(place.second_village)
        with pytest.raises(NotFound) as of_another:
            await surveys.answer(ANONYMOUS, other, token=made.tokens[place.village.pk][1], first=5, second=5)
        said = {str(of_another.value)}
        for tried in (token, "wrong-wrong-wrong", ""):
            with pytest.raises(NotFound) as refused:
                await surveys.village_of(ANONYMOUS, tried, "10.0.0.1")
            said.add(str(refused.value))
    with clock_at(after(made.survey)), pytest.raises(NotFound) as late:
        await surveys.village_of(ANONYMOUS, made.tokens[place.village.pk][1], "10.0.0.1")
    assert said | {str(late.value)} == {surveys.GONE}


async def test_whoever_tries_many_links_has_to_wait_even_with_a_right_one(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    for number in range(GUESSES):
        with pytest.raises(NotFound):
            await surveys.village_of(ANONYMOUS, f"guess-{number}", "10.0.0.9")
    token = made.tokens[place.village.pk][0]
    with pytest.raises(TooMany, match="分钟后再试"):
        await surveys.village_of(ANONYMOUS, token, "10.0.0.9")
    assert await surveys.village_of(ANONYMOUS, token, "10.0.0.8")
    with clock_at(now() + timedelta(minutes=16)):
        assert await surveys.village_of(ANONYMOUS, token, "10.0.0.9")


async def test_one_address_answers_ten_times_an_hour_for_a_village_and_the_rest_keep_their_links(
    town: str,
) -> None:
    place = await a_town()
    made = await an_open_round(place)
    tokens = made.tokens[place.village.pk]
    for token in tokens[:BY_ADDRESS]:
        village = await made.village(place.village)
        await surveys.answer(ANONYMOUS, village, token=token, first=5, second=5, address="10.0.0.7")
    village = await made.village(place.village)
    with pytest.raises(TooMany, match="您的链接还有用"):
        await surveys.answer(
            ANONYMOUS, village, token=tokens[BY_ADDRESS], first=5, second=5, address="10.0.0.7"
        )
    with clock_at(now() + timedelta(minutes=61)):
        await surveys.answer(
            ANONYMOUS, village, token=tokens[BY_ADDRESS], first=5, second=5, address="10.0.0.7"
        )


async def test_answers_in_a_burst_mark_the_village_and_those_over_days_do_not(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place, [place.village, place.second_village])
    await answered(made, place.village, [(5, 5)] * 19)
    assert not (await made.village(place.village)).is_bunched
    token = made.tokens[place.village.pk][19]
    await surveys.answer(ANONYMOUS, await made.village(place.village), token=token, first=5, second=5)
    assert (await made.village(place.village)).is_bunched, "a third of sixty within the hour"
    for number, token in enumerate(made.tokens[place.second_village.pk][:22]):
        with clock_at(now() + number * timedelta(hours=2)):
            village = await made.village(place.second_village)
            await surveys.answer(ANONYMOUS, village, token=token, first=5, second=5)
    assert not (await made.village(place.second_village)).is_bunched


@pytest.mark.calendar_bound
async def test_the_clock_closes_a_round_on_the_day_after_its_last(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    with clock_at(after(made.survey) - DAY):
        await close_what_is_over()
        assert (await fresh(made.survey)).state == "open"
    with clock_at(after(made.survey)):
        await close_what_is_over()
        survey = await fresh(made.survey)
    assert survey.state == "closed" and survey.closed_on == survey.closes_on + DAY
    event = await Event.get(command="surveys.close_survey")
    assert event.subject_ref == survey.ref and event.actor_label == "clock"
    with pytest.raises(NotNow):
        village = await made.village(place.village)
        await surveys.answer(ANONYMOUS, village, token=made.tokens[place.village.pk][0], first=5, second=5)
