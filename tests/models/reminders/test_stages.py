"""Each step and each stage of a deadline is told to whom it concerns."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.clock import clock_at, end_of, today
from models.base.viewer import Viewer
from models.people import Post
from models.tasks import Assignment
from tests.builders import DAY, Town, a_task, a_viewer, an_assignment
from tests.gateway import Gateway
from tests.models.reminders.scenes import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    a_listed_town,
    at,
    look,
    somebody,
    told,
)

pytestmark = pytest.mark.anyio


async def test_each_step_is_told_to_whom_it_concerns(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu, leader = await somebody("secretary", place.village), await somebody("leader", place.township)
        other = await somebody("leader", place.township, duties=("CZ",))
        worker = await somebody("grid_worker", place.village)
        coordinator = await somebody("coordinator", place.township)
        await a_task(place, "submitted")
    await look(at(MONDAY, 9, 1))
    assert (told(gateway, leader), told(gateway, other)) == (["1 件任务待您审批"], [])
    with clock_at(at(TUESDAY, 9)):
        mine = await an_assignment(place)
        await tasks.hand_to(meizhu, mine, post=await Post.get(pk=worker.post_id).select_related("unit"))
    await look(at(TUESDAY, 9, 1))
    assert told(gateway, worker) == ["1 件新任务、1 件任务交给您办理"]
    with clock_at(at(WEDNESDAY, 9)):
        await tasks.urge(coordinator, mine)
    await look(at(WEDNESDAY, 9, 1))
    assert told(gateway, worker)[1:] == ["1 件任务被催办"]
    with clock_at(at(THURSDAY, 9)):
        await tasks.report(worker, mine, words="已巡查")
        await tasks.return_report(coordinator, mine, what_to_mend="请补充次数")
        asked = await tasks.ask_for_time(worker, mine, until=mine.due_on + 2 * DAY, reason="下雨")
        await tasks.answer_extension(coordinator, asked, granted=True)
    await look(at(THURSDAY, 9, 1))
    assert told(gateway, worker)[2:] == ["1 件反馈退回补正、1 件异议或延期已答复"]
    assert told(gateway, meizhu) == []


async def test_a_refused_objection_is_answered_to_who_made_it(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_listed_town()
        meizhu = await somebody("secretary", place.village)
        mine = await an_assignment(place)
    await look(at(MONDAY, 9, 1))
    with clock_at(at(TUESDAY, 9)):
        objection = await tasks.object_to(meizhu, mine, kind="not_ours", words="不在本村")
        coordinator = await a_viewer("coordinator", place.township)
        await tasks.answer_objection(coordinator, objection, upheld=False, answer="在本村范围内")
    await look(at(TUESDAY, 9, 1))
    assert told(gateway, meizhu)[1:] == ["1 件异议或延期已答复"]


async def _overdue_town() -> tuple[Town, dict[str, Viewer]]:
    """A task due on the first Friday, at a village whose secretary never answers."""
    place = await a_listed_town()
    who = {
        "meizhu": await somebody("secretary", place.village),
        "desk": await somebody("coordinator", place.township),
        "leader": await somebody("leader", place.township),
    }
    task = await a_task(place, due_on=today() + 4 * DAY)
    for state in ("reported", "accepted"):
        await Assignment.filter(task=task, unit=place.second_village).update(state=state)
    return place, who


async def test_a_deadline_is_told_stage_by_stage_each_once(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        _, who = await _overdue_town()
    heard: dict[str, dict[int, list[str]]] = {name: {} for name in who}
    for day in range(MONDAY, MONDAY + 21):
        before = {name: len(told(gateway, viewer)) for name, viewer in who.items()}
        await look(*(at(day, hour, 5) for hour in (0, 8, 9, 14, 19, 23)))
        for name, viewer in who.items():
            if new := told(gateway, viewer)[before[name] :]:
                heard[name][day] = new
    assert heard["meizhu"] == {
        MONDAY: ["1 件新任务"],
        THURSDAY: ["1 件任务即将到期"],
        FRIDAY: ["1 件任务今天到期"],
        MONDAY + 7: ["1 件任务已逾期"],
        WEDNESDAY + 7: ["1 件任务逾期较久"],
    }
    assert heard["desk"] == {MONDAY + 7: ["辖区有 1 件任务单逾期"]}
    assert heard["leader"] == {WEDNESDAY + 7: ["辖区有 1 件任务单逾期较久"]}


async def test_a_later_day_begins_the_stages_anew_and_silences_the_old(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        _, who = await _overdue_town()
        mine = await Assignment.filter(state="dispatched").prefetch_related(*Assignment.judged_with).get()
    await look(at(MONDAY, 9, 1))
    with clock_at(at(FRIDAY, 0, 5)):
        await look(at(FRIDAY, 0, 5))
        asked = await tasks.ask_for_time(who["meizhu"], mine, until=mine.due_on + 5 * DAY, reason="下雨")
        await tasks.answer_extension(who["desk"], asked, granted=True)
    await look(at(FRIDAY, 8), at(MONDAY + 7, 8), at(TUESDAY + 7, 8), at(WEDNESDAY + 7, 8))
    assert told(gateway, who["meizhu"]) == [
        "1 件新任务",
        "1 件异议或延期已答复",
        "1 件任务即将到期",
        "1 件任务今天到期",
    ]


async def test_the_desk_hears_of_many_late_villages_in_one_message(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place, who = await _overdue_town()
        for weeks in range(1, 7):
            await a_task(place, due_on=today() + 7 * weeks * DAY)
        await Assignment.filter(state="dispatched").update(due_at=end_of(today() + 4 * DAY))
    await look(at(MONDAY + 7, 0, 1), at(MONDAY + 7, 8), at(MONDAY + 7, 9), at(TUESDAY + 7, 9))
    assert told(gateway, who["desk"]) == ["辖区有 13 件任务单逾期"]
