"""What a village said may be taken back until somebody has decided on it, and nobody gains by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import tasks
from models.base.clock import clock_at, now
from models.base.refusals import NotAllowed, NotNow
from models.base.versions import Changed, version_of
from models.base.viewer import Viewer
from models.tasks import Assignment, Extension, Objection, Report
from models.tasks.trail_facts import facts_of
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio
TO_MEND = {"what_to_mend": "写明次数"}
TOLD = {"tasks.return_report": TO_MEND, "tasks.return_reports": TO_MEND}


async def a_copy() -> tuple[Town, Viewer, Viewer, Assignment]:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    row = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    village, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    return place, village, desk, row


async def again(row: Assignment) -> Assignment:
    return await Assignment.get(pk=row.pk).prefetch_related(*Assignment.judged_with)


async def test_a_report_taken_back_is_mended_and_counts_from_when_it_came_again(town: str) -> None:
    place, village, desk, row = await a_copy()
    await tasks.report(village, row, words="巡查一次")
    seen = await version_of(await again(row))
    with pytest.raises(NotAllowed):
        await tasks.take_back_report(await a_viewer("secretary", place.second_village), row)
    row = await tasks.take_back_report(village, await again(row))
    assert (row.state, row.reported_at) == ("received", None)
    with clock_at(now() + 2 * DAY):
        second = await tasks.report(village, row, words="巡查两次")
        facts = await facts_of(await again(row))
        assert (facts.rounds, facts.reported_at) == (1, second.at)
        for decide in (tasks.accept, tasks.return_report):
            with pytest.raises(Changed, match="改过：反馈"):
                await decide.as_seen(seen, desk, await again(row), **TOLD.get(decide.name, {}))
        for decide in (tasks.accept_reports, tasks.return_reports):
            told = {"assignments": [await again(row)], "versions": [seen]} | TOLD.get(decide.name, {})
            with pytest.raises(Changed, match=r"梅渚村：.*改过"):
                await decide(desk, row.task, **told)
        await tasks.accept.as_seen(await version_of(await again(row)), desk, await again(row))
        with pytest.raises(NotNow, match="已经审核"):
            await tasks.take_back_report(village, await again(row))
    assert await Report.filter(assignment=row).values_list("words", flat=True) == ["巡查一次", "巡查两次"]


async def test_a_mended_report_taken_back_is_to_be_mended_still(town: str) -> None:
    _, village, desk, row = await a_copy()
    first = await tasks.report(village, row, words="巡查")
    await tasks.return_report(desk, await again(row), what_to_mend="写明次数")
    await tasks.report(village, await again(row), words="巡查两次")
    row = await tasks.take_back_report(village, await again(row))
    assert (row.state, row.reported_at) == ("returned", first.at)


async def test_a_request_for_time_taken_back_makes_room_for_a_better_one(town: str) -> None:
    _, village, desk, row = await a_copy()
    asked = await tasks.ask_for_time(village, row, until=row.due_on + DAY, reason="农忙")
    asked = await Extension.get(pk=asked.pk).prefetch_related(*Extension.judged_with)
    await tasks.take_back_extension(village, asked)
    with pytest.raises(NotNow):
        await tasks.answer_extension(desk, asked, granted=True)
    better = await tasks.ask_for_time(village, await again(row), until=row.due_on + 2 * DAY, reason="台风")
    better = await Extension.get(pk=better.pk).prefetch_related(*Extension.judged_with)
    await tasks.answer_extension(desk, better, granted=True)
    with pytest.raises(NotNow):
        await tasks.take_back_extension(village, better)


async def test_an_objection_taken_back_stops_no_clock(town: str) -> None:
    _, village, desk, row = await a_copy()
    due = row.due_at
    made = await tasks.object_to(village, row, kind="not_ours", words="不是本村的地")
    with clock_at(now() + timedelta(days=4)):
        made = await Objection.get(pk=made.pk).prefetch_related(*Objection.judged_with)
        await tasks.take_back_objection(village, made)
        row = await again(row)
        assert (row.state, row.due_at, row.rested_days) == ("dispatched", due, 0)
        with pytest.raises(NotNow):
            await tasks.answer_objection(desk, made, upheld=True, answer="成立")
        with pytest.raises(NotNow, match="已经提过异议"):
            await tasks.object_to(village, row, kind="not_ours", words="再提一次")


async def test_an_appeal_taken_back_leaves_the_answer_of_the_township(town: str) -> None:
    _, village, desk, row = await a_copy()
    made = await tasks.object_to(village, row, kind="not_ours", words="不是本村的地")
    made = await Objection.get(pk=made.pk).prefetch_related(*Objection.judged_with)
    await tasks.answer_objection(desk, made, upheld=False, answer="清单上有")
    await tasks.appeal(village, made, words="清单没有这一条")
    await tasks.take_back_objection(village, made)
    assert (await Objection.get(pk=made.pk)).state == "refused"
    assert (await again(row)).state == "dispatched"
