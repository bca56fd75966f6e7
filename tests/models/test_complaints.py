"""Complaints: over the dispatcher's head, by name or without, answered by a day, told in numbers and never to the township."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models import complaints
from models.accounts.records import Throttle
from models.accounts.throttling import forget_counts
from models.base.clock import clock_at, now, tick, today
from models.base.events import Event, EventPersonal, Mention
from models.base.idempotency import Receipt
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow, TooMany
from models.base.viewer import ANONYMOUS, UNNAMED, Viewer
from models.complaints import Complaint, PublishedAnswer
from models.tasks import Task
from models.trail import story, verify
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SAID = {"kind": "complaint", "topic": "repeated", "words": "同一张表这个月报了三次。"}
ANSWER = {"outcome": "stopped", "answer": "已通知停报。", "summary": "同类报表已合并，不再重复报送。"}


async def keeper_of(place: Town, level: str = "county") -> Viewer:
    return await a_viewer("list_keeper", getattr(place, level))


async def told(place: Town, secretary: Viewer | None = None, **changes: object) -> Complaint:
    secretary = secretary or await a_viewer("secretary", place.village)
    made = await complaints.complain(secretary, place.village, **SAID | changes)  # type: ignore[arg-type]
    return await fresh(made)


async def fresh(made: Complaint) -> Complaint:
    return await Complaint.get(pk=made.pk).prefetch_related(*Complaint.judged_with)


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


async def test_figures_are_counted_by_county_and_month(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    with clock_at(MONDAY):
        made = [
            await told(place, await a_viewer("cadre", place.village), topic=topic)
            for topic in ("repeated", "short", "short", "other")
        ]
    for days, one in zip((1, 3, 9), made, strict=False):
        with clock_at(MONDAY + days * DAY):
            await complaints.answer(keeper, one, **ANSWER)
    with clock_at(MONDAY + 10 * DAY):
        months = ["2026-02", "2026-03"]
        told_keeper = await complaints.statistics(keeper, months)
        march = told_keeper.months["2026-03"]
        assert (march.received, march.answered, march.in_time, march.overdue) == (4, 3, 2, 1)
        assert march.median_days == 3 and told_keeper.months["2026-02"].median_days is None
        assert told_keeper.topics == {"repeated": 1, "short": 2, "other": 1}
        assert told_keeper.outcomes == {"stopped": 3}
        running = await complaints.statistics(secretary, months)
        assert running.total.received == 0, "a running month tells who has just complained"
        assert complaints.last_months(secretary)[-1] == "2026-02"
    with clock_at(MONDAY + 40 * DAY):
        assert (await complaints.statistics(secretary, months)).total.received == 4
        elsewhere = await a_viewer("secretary", place.other_village)
        assert (await complaints.statistics(elsewhere, months, place.county)).total.received == 4
        assert (await complaints.statistics(ANONYMOUS, months)).total.received == 0


async def test_months_that_make_no_sense_are_refused() -> None:
    assert complaints.months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    for first, last in (("2026-02", "2026-01"), ("x", "2026-01"), ("2020-01", "2026-01")):
        with pytest.raises(Invalid):
            complaints.months_between(first, last)


async def test_a_township_is_named_only_where_enough_was_answered_there(town: str) -> None:
    place = await a_town()
    keeper = await keeper_of(place)
    for number in range(complaints.ENOUGH):
        assert not await complaints.nameable(await PublishedAnswer.all()), number
        with clock_at(MONDAY):
            made = await told(place, await a_viewer("cadre", place.village))
            await complaints.answer(keeper, made, **ANSWER)
            assert not await complaints.nameable(await PublishedAnswer.all()), "not before the month is over"
    rows = await PublishedAnswer.all()
    assert await complaints.nameable(rows) == {row.pk: "澄潭街道" for row in rows}


async def test_published_answers_stay_in_the_county(town: str) -> None:
    place, other = await a_town(), None
    with clock_at(MONDAY):
        made = await told(place)
        await complaints.answer(await keeper_of(place, "city"), made, **ANSWER)
    from tests.builders import a_unit

    other = await a_unit("county", place.city, "嵊州市", "330683")
    township = await a_unit("township", other, "鹿山街道", "330683001")
    assert not await PublishedAnswer.visible_to(await a_viewer("coordinator", township)).exists()
    for role, unit in (
        ("coordinator", place.township),
        ("observer", place.county),
        ("city_admin", place.city),
    ):
        assert await PublishedAnswer.visible_to(await a_viewer(role, unit)).exists(), role


async def test_the_story_of_a_complaint_names_an_unnamed_one_nowhere(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    slip = await complaints.tell_unnamed(secretary, place.village, "key", **SAID)
    row = await fresh(slip.complaint)
    await complaints.answer(keeper, row, **ANSWER)
    told = await story(keeper, row)
    assert [(one.command, one.actor_post_id) for one in told] == [
        ("complaints.complain_unnamed", None),
        ("complaints.answer", keeper.post_id),
    ]
    assert now() - told[0].at < timedelta(minutes=5) and today() == row.made_on


async def test_a_county_is_not_told_in_numbers_who_has_just_complained_about_it(town: str) -> None:
    place = await a_town()
    keeper, desk = await keeper_of(place), await a_viewer("coordinator", place.township)
    with clock_at(MONDAY):
        await complaints.complain(desk, place.township, **SAID)
        for month, viewer, received in (
            ("2026-03", keeper, 0),
            ("2026-03", await keeper_of(place, "city"), 1),
        ):
            assert (await complaints.statistics(viewer, [month])).total.received == received
    with clock_at(MONDAY + 40 * DAY):
        assert (await complaints.statistics(keeper, ["2026-03"])).total.received == 1


MAY_READ = ("complaints", "reminders", "demo", "today.py")
"""Parts of the town that look at complaints: to answer them, to remind of them, to show that they wait."""


def test_nothing_that_measures_a_village_reads_complaints() -> None:
    readers = set()
    for path in Path("models").rglob("*.py"):
        if "migrations" not in path.parts and re.search(
            r"models\.complaints|import complaints", path.read_text()
        ):
            readers.add(path.parts[1])
    assert readers - {"__init__.py"} == set(MAY_READ)
