"""Complaining: over the dispatcher's head, by name or without, and never to the township."""

from __future__ import annotations

from datetime import UTC

import pytest

from models import complaints
from models.accounts.records import Throttle
from models.accounts.throttling import forget_counts
from models.base.clock import clock_at
from models.base.events import Event, EventPersonal, Mention
from models.base.idempotency import Receipt
from models.base.refusals import NotAllowed, NotFound, TooMany
from models.base.viewer import ANONYMOUS, UNNAMED, Viewer
from models.complaints import Complaint, PublishedAnswer
from models.tasks import Task
from models.trail import story, verify
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer
from tests.models.complaints.scenes import ANSWER, MONDAY, SAID, fresh, keeper_of, told

pytestmark = pytest.mark.anyio


async def test_a_village_tells_the_county_and_reads_the_answer(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    with clock_at(MONDAY):
        made = await told(place, secretary)
        assert made.addressee_id == place.county.pk and made.unit_id == place.village.pk
        assert (made.state, str(made.due_on)) == ("open", "2026-03-09")
        assert [one.pk for one in await complaints.awaiting(keeper)] == [made.pk]
    with clock_at(MONDAY + 2 * DAY):
        await complaints.answer(keeper, made, **ANSWER)
    made = await Complaint.find(secretary, made.pk)
    assert (made.state, made.in_time, made.took_days) == ("answered", True, 2)
    with clock_at(MONDAY + 3 * DAY):
        await complaints.settle(secretary, made)
    assert (await fresh(made)).state == "closed"
    shown = await PublishedAnswer.visible_to(secretary).get()
    assert (shown.summary, shown.took_days) == (ANSWER["summary"], 2)
    assert not await verify()


async def test_where_the_county_has_nobody_the_city_answers(town: str) -> None:
    place = await a_town()
    made = await told(place)
    assert made.addressee_id == place.city.pk and made.county_id == place.county.pk
    await complaints.answer(await keeper_of(place, "city"), made, **ANSWER)


@pytest.mark.parametrize(
    ("role", "home"),
    [("coordinator", "township"), ("office", "office"), ("department_officer", "department")],
)
async def test_whoever_works_above_the_villages_tells_the_city(town: str, role: str, home: str) -> None:
    place = await a_town()
    keeper = await keeper_of(place)
    unit = getattr(place, home)
    made = await complaints.complain(await a_viewer(role, unit), unit, **SAID)
    assert made.addressee_id == place.city.pk
    assert not await Complaint.visible_to(keeper).exists()


async def test_the_township_and_everybody_else_learns_nothing(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    task = await _a_task(place)
    strangers = [
        await a_viewer(role, unit)
        for role, unit in (
            ("coordinator", place.township),
            ("leader", place.township),
            ("head", place.township),
            ("office", place.office),
            ("supervisor", place.county),
            ("observer", place.county),
            ("cadre", place.village),
            ("secretary", place.second_village),
            ("department_officer", place.department),
        )
    ]
    before = [await _known(one, task, secretary) for one in strangers]
    made = await told(place, secretary, task=task, page="/assignments/1")
    named, unnamed = (
        made,
        (await complaints.tell_unnamed(secretary, place.village, "k", task=task, **SAID)).complaint,
    )
    assert [await _known(one, task, secretary) for one in strangers] == before
    for one in (named, unnamed):
        for stranger in strangers:
            with pytest.raises(NotFound):
                await Complaint.find(stranger, one.pk)
    assert {one.pk for one in await Complaint.visible_to(keeper)} == {named.pk, unnamed.pk}
    looking = Viewer(secretary.person_id, None, "", secretary.hats, watched_by=strangers[0])
    assert not await Complaint.visible_to(looking).exists()
    assert not [e for e in await story(looking, task) if e.command.startswith("complaints.")]


async def _known(viewer: Viewer, task: Task, secretary: Viewer) -> tuple[int, ...]:
    """What somebody could count: events, mentions, the words of events, the story of the task, published figures."""
    told = await complaints.statistics(viewer, complaints.last_months(viewer))
    return (
        await Event.visible_to(viewer).count(),
        await Mention.visible_to(viewer).count(),
        await EventPersonal.visible_to(viewer).count(),
        len(await story(viewer, task)),
        await PublishedAnswer.visible_to(viewer).count(),
        told.total.received,
    )


async def _a_task(place: Town) -> Task:
    await a_list(place.city)
    return await a_task(place)


async def test_the_keeper_of_a_county_who_also_works_at_a_township_does_not_read_what_is_said_of_it(
    town: str,
) -> None:
    place = await a_town()
    keeper, desk = await keeper_of(place), await a_viewer("coordinator", place.township)
    both = Viewer(keeper.person_id, None, "", (*keeper.hats, *desk.hats))
    made, other = await told(place), await a_viewer("secretary", place.other_village)
    elsewhere = await complaints.complain(other, place.other_village, **SAID)
    assert {one.pk for one in await Complaint.visible_to(both)} == {elsewhere.pk}
    with pytest.raises(NotFound):
        await Complaint.find(both, made.pk)


async def test_an_unnamed_complaint_leads_to_nobody(town: str) -> None:
    place = await a_town()
    await keeper_of(place)
    secretary = await a_viewer("secretary", place.village)
    page = "/assignments/17"
    slip = await complaints.tell_unnamed(secretary, place.village, "key-1", page=page, **SAID)
    row = await Complaint.get(pk=slip.complaint.pk)
    assert (row.made_by_id, row.unit_id, row.township_id) == (None, place.township.pk, place.township.pk)
    assert row.page == "/assignments" and slip.code not in str(vars(row))
    event = await Event.get(outcome=row.ref)
    assert (event.actor_post_id, event.actor_label, event.unit_path) == (None, "unnamed", "")
    assert (event.subject_type, event.subject_id) == ("Unit", place.county.pk)
    receipt = await Receipt.get(outcome__contains=row.ref)
    assert receipt.owner == "person:unnamed"
    marks = (str(secretary.person_id), f":{secretary.person_id}", place.village.code, place.village.name)
    texts = [event.details, event.changes, *(p.payload or "" for p in await EventPersonal.all())]
    assert not [mark for mark in marks[1:] for text in texts if mark in text]
    assert not await Mention.filter(subject_type__in=["Unit", "Post", "Person", "Task"]).exists()
    assert not await Event.visible_to(secretary).exists()
    assert not await Complaint.visible_to(secretary).exists()


async def test_the_code_opens_the_handling_and_nothing_else_does(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    slip = await complaints.tell_unnamed(secretary, place.village, "key-1", **SAID)
    again = await complaints.tell_unnamed(secretary, place.village, "key-1", **SAID)
    assert (again.code, again.complaint.pk) == (slip.code, slip.complaint.pk)
    other = await complaints.tell_unnamed(secretary, place.village, "key-2", **SAID)
    assert other.code != slip.code
    row = await complaints.followed(slip.code.lower().replace("-", " "))
    assert row.pk == slip.complaint.pk
    for wrong in ("", "AAAA-BBBB-CCCC-DDDD", row.code_hash or ""):
        with pytest.raises(NotFound):
            await complaints.followed(wrong)
    await complaints.answer(keeper, row, **ANSWER)
    for stranger in (ANONYMOUS, secretary, keeper):
        with pytest.raises(NotAllowed):
            await complaints.reopen(stranger, row, words="还在报。")
    await complaints.reopen(UNNAMED, row, words="还在报。")
    await complaints.answer(keeper, row, **ANSWER)
    await complaints.settle(UNNAMED, row)
    assert (await fresh(row)).state == "closed"
    named = await told(place, secretary)
    with pytest.raises(NotAllowed):
        await complaints.withdraw(UNNAMED, named)


async def test_a_task_of_few_villages_is_not_named_where_nobody_signs(town: str) -> None:
    place = await a_town()
    await keeper_of(place)
    task = await _a_task(place)
    secretary = await a_viewer("secretary", place.village)
    few = await complaints.tell_unnamed(
        secretary, place.village, "key-1", task=task, page=f"/tasks/{task.pk}", **SAID
    )
    row = await Complaint.get(pk=few.complaint.pk)
    assert row.task_id is None and row.page == "/tasks"
    assert (await told(place, secretary, task=task)).task_id == task.pk


async def test_five_a_day_with_or_without_a_name_and_no_count_outlives_the_next_day(town: str) -> None:
    place = await a_town()
    await keeper_of(place)
    secretary = await a_viewer("secretary", place.village)
    with clock_at(MONDAY):
        for number in range(3):
            await complaints.tell_unnamed(secretary, place.village, f"key-{number}", **SAID)
        await complaints.tell_unnamed(secretary, place.village, "key-0", **SAID)
        for _ in range(2):
            await told(place, secretary)
        with pytest.raises(TooMany):
            await told(place, secretary)
        with pytest.raises(TooMany):
            await complaints.tell_unnamed(secretary, place.village, "key-9", **SAID)
        await told(place, await a_viewer("cadre", place.village))
        kept = await Throttle.all()
        assert {one.since.astimezone(UTC).hour for one in kept} == {16}, "the hour would tell who wrote what"
        assert not [one for one in kept if str(secretary.person_id) in one.key[:6] and len(one.key) != 64]
    with clock_at(MONDAY + DAY):
        await told(place, secretary)
    with clock_at(MONDAY + 3 * DAY):
        await forget_counts()
    assert not await Throttle.exists()
