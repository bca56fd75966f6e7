"""Nobody reads or answers what is said of their own work, whatever post they have moved on to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import complaints, tasks
from models.base.clock import clock_at
from models.base.events import Event, EventPersonal, Mention
from models.base.refusals import NotAllowed, NotFound
from models.base.viewer import Viewer
from models.complaints import Complaint, PublishedAnswer
from models.people import Post
from models.tasks import Task, TaskSource
from models.trail import story
from models.units import Unit
from tests.builders import DAY, LONG_AGO, Town, a_list, a_task, a_town, a_viewer
from tests.models.complaints.scenes import ANSWER, MONDAY, SAID, fresh, keeper_of, told

pytestmark = pytest.mark.anyio


async def moved_up(post_id: int | None, unit: Unit) -> Viewer:
    """Whoever held this post has left it years ago and keeps the lists of a county or city now."""
    old = await Post.get(pk=post_id or 0)
    await Post.filter(pk=old.pk).update(until_on=LONG_AGO + timedelta(days=900))
    new = await a_viewer("list_keeper", unit)
    await Post.filter(pk=new.post_id).update(person_id=old.person_id)
    return Viewer(old.person_id, None, "", new.hats)


async def seen_by(viewer: Viewer) -> tuple[int, ...]:
    """All by which a complaint could show: rows, work to do, figures, answers, the trail and its words."""
    figures = await complaints.statistics(viewer, ["2026-03"])
    return (
        await Complaint.visible_to(viewer).count(),
        await complaints.awaiting(viewer).count(),
        figures.total.received,
        figures.total.overdue,
        sum(figures.topics.values()) + sum(figures.outcomes.values()),
        await PublishedAnswer.visible_to(viewer).count(),
        await Event.visible_to(viewer).filter(command__startswith="complaints.").count(),
        await Mention.visible_to(viewer).filter(subject_type="Complaint").count(),
        await EventPersonal.visible_to(viewer).filter(event__command__startswith="complaints.").count(),
    )


async def a_task_of_many_hands(place: Town) -> dict[str, int]:
    """A dispatched task, and the posts of those who asked for it, drafted, approved and dispatched it."""
    await a_list(place.city)
    task = await a_task(place, state="approved")
    sender = await a_viewer("coordinator", place.township)
    await tasks.dispatch(sender, task)
    source = await TaskSource.get(task=task).select_related("request")
    return {
        "task": task.pk,
        "asked": source.request.submitted_by_id,
        "drafted": task.drafted_by_id,
        "approved": task.approved_by_id or 0,
        "dispatched": sender.post_id or 0,
    }


@pytest.mark.parametrize("hand", ["asked", "drafted", "approved", "dispatched"])
async def test_whoever_had_a_hand_in_a_task_never_learns_that_somebody_complained_of_it(
    town: str, hand: str
) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        hands = await a_task_of_many_hands(place)
        own = await moved_up(hands[hand], place.county)
        other = await keeper_of(place)
        # A village that has moved to another township since: its own township decided nothing here.
        secretary = await a_viewer("secretary", place.other_village)
        task = await Task.get(pk=hands["task"])
        before, unknown = await seen_by(own), await seen_by(other)
        made = await fresh(await complaints.complain(secretary, place.other_village, task=task, **SAID))
        assert await seen_by(own) == before
        assert await seen_by(other) != unknown
        with pytest.raises(NotFound):
            await Complaint.find(own, made.pk)
        with pytest.raises(NotAllowed, match="不由您答复"):
            await complaints.answer(own, made, **ANSWER)
    with clock_at(MONDAY + 10 * DAY):
        assert await seen_by(own) == before, "it is late by now"
        await complaints.answer(other, made, **ANSWER)
    with clock_at(MONDAY + 40 * DAY):
        assert await seen_by(own) == before, "its month is over and it is published by now"
        assert not [e for e in await story(own, task) if e.command.startswith("complaints.")]


@pytest.mark.parametrize("role", ["coordinator", "leader", "head"])
@pytest.mark.parametrize("unit", ["county", "city"])
async def test_whoever_decided_at_a_township_never_learns_what_is_said_of_it(
    town: str, role: str, unit: str
) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        moved = await moved_up((await a_viewer(role, place.township)).post_id, getattr(place, unit))
        keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
        before = await seen_by(moved)
        made = await told(place, secretary)
        slip = await complaints.tell_unnamed(secretary, place.village, "k", **SAID)
        assert await seen_by(moved) == before
        for one in (made, await fresh(slip.complaint)):
            with pytest.raises(NotAllowed):
                await complaints.answer(moved, one, **ANSWER)
            await complaints.answer(keeper, one, **ANSWER)
    with clock_at(MONDAY + 40 * DAY):
        assert await seen_by(moved) == before
        assert (await complaints.statistics(secretary, ["2026-03"])).total.received == 2
        assert await PublishedAnswer.visible_to(secretary).count() == 2
        other = await a_viewer("secretary", place.other_village)
        elsewhere = await fresh(await complaints.complain(other, place.other_village, **SAID))
        await complaints.answer(moved, elsewhere, **ANSWER)


async def test_it_goes_to_the_city_where_nobody_else_is_left_in_the_county(town: str) -> None:
    place = await a_town()
    moved = await moved_up((await a_viewer("head", place.township)).post_id, place.county)
    city, secretary = await keeper_of(place, "city"), await a_viewer("secretary", place.village)
    signed = await told(place, secretary)
    slip = await complaints.tell_unnamed(secretary, place.village, "k", **SAID)
    other = await a_viewer("secretary", place.other_village)
    elsewhere = await complaints.complain(other, place.other_village, **SAID)
    assert {signed.addressee_id, slip.complaint.addressee_id} == {place.city.pk}
    assert elsewhere.addressee_id == place.county.pk
    assert {one.pk for one in await complaints.awaiting(moved)} == {elsewhere.pk}
    assert {one.pk for one in await complaints.awaiting(city)} == {signed.pk, slip.complaint.pk}


async def test_the_way_of_an_unnamed_complaint_does_not_tell_of_a_task_that_it_does_not_keep(
    town: str,
) -> None:
    place = await a_town()
    hands = await a_task_of_many_hands(place)
    await moved_up(hands["asked"], place.county)
    await keeper_of(place, "city")
    task, secretary = await Task.get(pk=hands["task"]), await a_viewer("secretary", place.village)
    assert (await told(place, secretary, task=task)).addressee_id == place.city.pk
    few = await complaints.tell_unnamed(secretary, place.village, "k", task=task, **SAID)
    assert (few.complaint.task_id, few.complaint.addressee_id) == (None, place.county.pk)
