"""The morning page: what is mine, by urgency, and nothing of anybody else's."""

from __future__ import annotations

from typing import Any

import pytest

from models import matters, tasks
from models.base.clock import clock_at, end_of, now
from models.base.clock import today as on_day
from models.base.viewer import Viewer
from models.matters import MatterList
from models.policies import set_policy
from models.tasks import Assignment, Extension
from models.today import today
from tests.builders import (
    DAY,
    Town,
    a_list,
    a_request,
    a_signer,
    a_task,
    a_town,
    a_unit,
    a_viewer,
    an_admitted_request,
    an_assignment,
)
from tests.models.inbox.scenes import delivered, told
from tests.models.tasks.test_gates import MAJOR
from tests.models.tasks.test_signed import confirmed, discussed

pytestmark = pytest.mark.anyio


async def titles(viewer: Viewer) -> dict[str, int]:
    return {section.title: len(section.rows) for section in (await today(viewer)).sections}


async def a_place() -> Town:
    place = await a_town()
    await a_list(place.city)
    return place


async def test_a_village_sees_its_own_open_tasks_most_urgent_first(town: str) -> None:
    place = await a_place()
    for days in (9, 3, 6):
        task = await a_task(place)
        await Assignment.filter(task=task).update(due_at=end_of(on_day() + days * DAY))
    secretary = await a_viewer("secretary", place.village)
    sections = (await today(secretary)).sections
    assert [section.title for section in sections] == ["要办的任务"]
    due = [row.due_on for row in sections[0].rows]
    assert len(due) == 3 and due == sorted(due)
    assert {row.unit.pk for row in sections[0].rows} == {place.village.pk}
    assert await titles(await a_viewer("secretary", place.other_village)) == {}


async def test_what_is_reported_leaves_the_village_and_comes_to_the_desk(town: str) -> None:
    place = await a_place()
    assignment = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    await tasks.receive(secretary, assignment)
    await tasks.report(secretary, assignment, words="巡查两次，没有焚烧。")
    assert await titles(secretary) == {}
    desk = await titles(await a_viewer("coordinator", place.township))
    assert any("审核" in title for title in desk)


async def test_each_post_of_the_township_sees_the_step_that_is_its_own(town: str) -> None:
    place = await a_place()
    await a_request(place)
    await an_admitted_request(place)
    await a_task(place, state="submitted")
    await a_task(place, state="approved")
    desk = await titles(await a_viewer("coordinator", place.township))
    assert (
        set(desk) >= {"待复核的申请", "已过筛，待合并成任务", "已批准，待下派"} and "待审批的任务" not in desk
    )
    leader = await titles(await a_viewer("leader", place.township))
    assert "待审批的任务" in leader and "已批准，待下派" not in leader
    assert await titles(await a_viewer("coordinator", place.other_township)) == {}


async def test_an_asker_sees_what_became_of_what_it_asked(town: str) -> None:
    place = await a_place()
    await a_request(place, demands=["ranking"])
    asker = await titles(await a_viewer("department_officer", place.department))
    assert asker
    assert await titles(await a_viewer("department_officer", place.other_department)) == {}


async def test_the_head_finds_what_must_be_signed_for_until_it_is(town: str) -> None:
    place = await a_place()
    head = await a_signer("head", place.township, "zhen-zhang-de-kouling")
    admin = await a_viewer("list_keeper", place.county)
    await set_policy(admin, place.county, name="open_tasks", value=1, reason="示范", from_on=on_day())
    await a_task(place)
    heavy = await a_task(place, "submitted")
    await delivered()
    assert (await titles(head))["超负荷，待您签署理由"] == 1
    assert "超负荷，待您签署理由" not in await titles(await a_viewer("coordinator", place.township))
    await tasks.sign_overload(head, heavy, reason="台风前必须做完。", password="zhen-zhang-de-kouling")
    await delivered()
    assert "超负荷，待您签署理由" not in await titles(head)


async def test_what_a_change_puts_above_a_ceiling_waits_for_the_head_until_it_is_signed(town: str) -> None:
    place = await a_place()
    head = await a_signer("head", place.township, "zhen-zhang-de-kouling")
    keeper, desk = [
        await a_viewer(role, unit)
        for role, unit in (("list_keeper", place.county), ("coordinator", place.township))
    ]
    await set_policy(keeper, place.county, name="collisions", value=1, reason="示范", from_on=on_day())
    await a_task(place, due_on=on_day() + 30 * DAY)
    task = await a_task(place)
    words: dict[str, Any] = {
        "title": task.title,
        "body": task.body,
        "due_on": on_day() + 29 * DAY,
        "reason": "改期",
    }
    for again in (0, 1):
        await tasks.carry_over(desk, task, **words | {"due_on": words["due_on"] - again * DAY})
        assert (await told(head))[-2:] == ["approval", "overload"]
        found = await titles(head)
        assert found["超负荷，待您签署理由"] == 1 and "应急任务" not in found
        if not again:
            await tasks.sign_overload(head, task, reason="汛期要紧。", password="zhen-zhang-de-kouling")
            await delivered()
            assert "超负荷，待您签署理由" not in await titles(head)
            await tasks.drop_change(desk, task, reason="再想想")
            await delivered()
            assert "超负荷，待您签署理由" not in await titles(head)


async def test_what_was_signed_for_less_comes_to_the_head_again(town: str) -> None:
    place = await a_place()
    head = await a_signer("head", place.township, "zhen-zhang-de-kouling")
    keeper, desk = [
        await a_viewer(role, unit)
        for role, unit in (("list_keeper", place.county), ("coordinator", place.township))
    ]
    await set_policy(keeper, place.county, name="open_tasks", value=1, reason="示范", from_on=on_day())
    await a_task(place)
    heavy = await a_task(place, "submitted", units=[place.village])
    await tasks.sign_overload(head, heavy, reason="台风前必须做完。", password="zhen-zhang-de-kouling")
    await delivered()
    await tasks.send_back(await a_viewer("leader", place.township), heavy, reason="棠村也要")
    both = [place.village, place.second_village]
    await tasks.revise(desk, heavy, title=heavy.title, body=heavy.body, due_on=heavy.due_on, units=both)
    await tasks.submit_for_approval(desk, heavy)
    assert (await told(head))[-1] == "overload"
    assert (await titles(head))["超负荷，待您签署理由"] == 1


async def test_a_discussion_of_a_change_waits_for_the_word_of_each_who_took_part(town: str) -> None:
    place = await a_town()
    await a_list(place.county, MAJOR)
    desk = await a_viewer("coordinator", place.township)
    present = [await a_viewer(role, place.township) for role in ("head", "leader", "leader")]
    asked = await an_admitted_request(place, matter_code=MAJOR["code"])
    task = await a_task(place, "draft", requests=[asked])
    await confirmed(await discussed(desk, task, present), present)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(present[0], task)
    await tasks.dispatch(desk, task)
    words = {"title": task.title, "body": "改为五月搬。", "due_on": task.due_on, "reason": "工期改了"}
    await tasks.carry_over(desk, task, **words)
    held = await discussed(desk, task, present)
    assert (await told(present[2]))[-1] == "seat"
    assert (await titles(present[2]))["待本人确认的集体讨论"] == 1
    await confirmed(held, present)
    await delivered()
    assert "待本人确认的集体讨论" not in await titles(present[2])


async def test_keepers_find_the_list_whose_bases_were_not_looked_at_for_too_long(town: str) -> None:
    place = await a_place()
    keeper, of_county = [await a_viewer("list_keeper", unit) for unit in (place.city, place.county)]
    held = await MatterList.get(state="published").prefetch_related(*MatterList.judged_with)

    async def shown(viewer: Viewer) -> list[int]:
        found = [section.rows for section in (await today(viewer)).sections if section.kind == "basis"]
        return [one.due for rows in found for one in rows]

    async def due() -> int:
        return len([one for one in await matters.bases_of(keeper, held) if one.is_due])

    for code in (None, "XZ-NY-01", "XZ-NY-02"):
        if code:
            await matters.look_at_basis(keeper, held, code=code, as_of=on_day(), note="仍有效")
        assert await shown(keeper) == [await due()] != [0]
    assert await shown(of_county) == [], "the county has no list of its own"
    with clock_at(now() + 31 * DAY):
        chosen = {"name": "basis_days", "value": 30, "reason": "示范", "from_on": on_day()}
        await set_policy(keeper, place.city, **chosen)
        assert await shown(keeper) == [await due()] == [4]


async def test_a_request_for_time_waits_at_the_desk_also_while_the_report_is_in_review(town: str) -> None:
    place = await a_place()
    secretary, desk = [
        await a_viewer(role, unit)
        for role, unit in (("secretary", place.village), ("coordinator", place.township))
    ]
    mine = await an_assignment(place)
    await tasks.ask_for_time(secretary, mine, until=mine.due_on + 3 * DAY, reason="下雨")
    assert (await titles(desk))["待答复的异议和延期"] == 1
    await tasks.report(secretary, mine, words="先报一半")
    assert (await titles(desk))["待答复的异议和延期"] == 1
    asked = await Extension.get().prefetch_related(*Extension.judged_with)
    await tasks.answer_extension(desk, asked, granted=True)
    assert "待答复的异议和延期" not in await titles(desk)


async def test_from_above_what_is_late_is_a_number_and_never_a_village(town: str) -> None:
    """The desk finds it in the task, the village on its own page; a number of few would be one of a village."""
    place = await a_place()
    task = await a_task(place)
    copies = await Assignment.filter(task=task).order_by("id")
    observer, township = (
        await a_viewer("observer", place.county),
        await a_viewer("supervisor", place.township),
    )
    for late, said in ((1, "个别村社有逾期的任务单，由镇街联系"), (2, "个别村社有逾期的任务单，由镇街联系")):
        await Assignment.filter(id__in=[one.pk for one in copies[:late]]).update(due_at=now() - DAY)
        for viewer in (observer, township):
            (section,) = (await today(viewer)).sections
            assert [row.told for row in section.rows] == [said]
    third = await a_unit("village", place.township)
    await Assignment.create(task=task, unit=third, due_at=now() - DAY)
    grid = await a_unit("grid", third)
    await Assignment.create(task=task, unit=grid, due_at=now() - DAY)
    (section,) = (await today(observer)).sections
    assert [row.told for row in section.rows] == ["4 份，在 3 个村社"]
