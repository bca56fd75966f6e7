"""Finished is finished: nothing late wakes what is over, and nobody is left without a next step."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models import screening, tasks
from models.base.clock import clock_at, now, tick, today
from models.base.refusals import NotNow, Refusal
from models.base.viewer import Viewer
from models.matters import Matter
from models.requests import WorkRequest
from models.tasks import Assignment, Extension, Objection, Task, TaskSource
from tests.builders import (
    DAY,
    Town,
    a_list,
    a_request,
    a_signer,
    a_task,
    a_town,
    a_viewer,
    an_admitted_request,
    an_assignment,
)
from tests.models.tasks.test_emergency_dispatch import TYPHOON

pytestmark = pytest.mark.anyio


async def fresh(row: Any) -> Any:
    return await type(row).get(pk=row.pk).prefetch_related(*row.judged_with)


async def a_place(*matters: dict[str, Any]) -> Town:
    place = await a_town()
    await a_list(place.county, *matters)
    return place


async def states(record: Any, **wanted: Any) -> list[Any]:
    return list(await record.filter(**wanted).order_by("id").values_list("state", flat=True))


async def test_what_is_asked_about_a_copy_lapses_when_the_task_is_withdrawn_and_wakes_nothing(
    town: str,
) -> None:
    place = await a_place()
    mine = await an_assignment(place)
    secretary, leader = await a_viewer("secretary", place.village), await a_viewer("leader", place.township)
    asked = await tasks.ask_for_time(secretary, mine, until=mine.due_on + DAY, reason="下雨")
    made = await tasks.object_to(secretary, mine, kind="not_ours", words="不是村里的事。")
    task = await fresh(await mine.task)
    await tasks.withdraw(await a_viewer("coordinator", place.township), task, reason="不办了。")
    for upheld in (True, False):
        with pytest.raises(NotNow, match="已撤回"):
            await tasks.answer_objection(leader, made, upheld=upheld, answer="清单上有。")
    with pytest.raises(NotNow, match="不用再答复"):
        await tasks.answer_extension(leader, await fresh(asked), granted=True)
    with pytest.raises(NotNow, match="不用再问答"):
        await tasks.say(secretary, mine, words="为什么？")
    assert (await fresh(task)).state == "withdrawn"
    assert set(await states(Assignment, task=task)) == {"withdrawn"}
    assert (await states(Objection), await states(Extension)) == (["lapsed"], ["lapsed"])


async def test_no_appeal_reopens_or_ends_what_was_reported_or_accepted(town: str) -> None:
    place = await a_place()
    mine = await an_assignment(place)
    secretary, leader = await a_viewer("secretary", place.village), await a_viewer("leader", place.township)
    made = await tasks.object_to(secretary, mine, kind="not_ours", words="不是村里的事。")
    await tasks.answer_objection(leader, made, upheld=False, answer="清单上有。")
    await tasks.report(secretary, mine, words="办了。")
    with pytest.raises(NotNow, match="待审核"):
        await tasks.appeal(secretary, await fresh(made), words="请县里看看。")
    await tasks.accept(leader, mine)
    with pytest.raises(NotNow, match="已办结"):
        await tasks.appeal(secretary, await fresh(made), words="请县里看看。")
    assert (await fresh(mine)).state == "accepted"


async def test_time_asked_for_and_not_answered_lapses_with_the_acceptance(town: str) -> None:
    place = await a_place()
    mine = await an_assignment(place)
    secretary, leader = await a_viewer("secretary", place.village), await a_viewer("leader", place.township)
    await tasks.ask_for_time(secretary, mine, until=mine.due_on + DAY, reason="下雨")
    await tasks.report(secretary, mine, words="办了。")
    await tasks.accept(leader, mine)
    assert await states(Extension) == ["lapsed"]


async def test_an_emergency_that_was_withdrawn_is_not_approved_afterwards(town: str) -> None:
    place = await a_place(TYPHOON)
    leader = await a_viewer("leader", place.township)
    response = await tasks.declare_response(
        leader, place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
    )
    task = await tasks.dispatch_at_once(
        leader,
        place.township,
        response=response,
        matter=await Matter.get(code="XZ-YJ-01"),
        title="转移危房住户",
        body="今晚八点前转移完毕。",
        due_at=now() + DAY,
        units=[place.village],
    )
    await tasks.withdraw(
        await a_viewer("coordinator", place.township), await fresh(task), reason="台风转向。"
    )
    with pytest.raises(NotNow, match="不用再补批"):
        await tasks.approve_afterwards(await a_viewer("head", place.township), task, note="同意")


async def test_a_series_ends_with_the_withdrawal_of_any_of_its_rounds(town: str) -> None:
    place = await a_place()
    start = now()
    first = await a_task(place, due_on=today() + 3 * DAY, repeats="week", repeats_until=today() + 40 * DAY)
    for days in (7, 8, 14, 15):
        with clock_at(start + days * DAY):
            await tick()
    rounds = await Task.filter(series=first).order_by("id").prefetch_related(*Task.judged_with)
    assert len(rounds) == 2
    coordinator = await a_viewer("coordinator", place.township)
    with clock_at(start + 16 * DAY):
        await tasks.withdraw(coordinator, await fresh(first), reason="不再需要。")
    for days in (21, 28):
        with clock_at(start + days * DAY):
            await tick()
    assert set(await states(Task)) == {"withdrawn"} and await Task.all().count() == 3
    assert set(await states(Assignment)) == {"withdrawn"}


async def test_a_request_that_is_taken_back_ends_its_whole_series(town: str) -> None:
    place = await a_place()
    start, request = now(), await an_admitted_request(place)
    await a_task(
        place,
        requests=[request],
        due_on=today() + 3 * DAY,
        repeats="week",
        repeats_until=today() + 40 * DAY,
    )
    with clock_at(start + 7 * DAY):
        await tick()
        asker = await a_viewer("department_officer", place.department)
        await tasks.withdraw_request(asker, request, reason="不办了。")
    assert await states(Task) == ["withdrawn", "withdrawn"]


async def _tried(*attempts: Any) -> int:
    """How many of these went through, all begun at once."""
    ended = await asyncio.gather(*attempts, return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException) and not isinstance(one, Refusal):
            raise one
    return sum(not isinstance(one, BaseException) for one in ended)


async def test_of_a_draft_and_merges_at_once_one_has_the_request_in_each_of_eight_tries(town: str) -> None:
    place = await a_place()
    desk = [await a_viewer("coordinator", place.township) for _ in range(4)]
    drafts = [await a_task(place, "draft") for _ in range(3)]
    planned = {"title": "巡查", "body": "巡查", "due_on": today() + 9 * DAY, "units": [place.village]}
    for _ in range(8):
        request = await an_admitted_request(place)
        went = await _tried(
            tasks.draft(desk[3], place.township, requests=[request], **planned),
            *(tasks.merge(who, one, requests=[request]) for who, one in zip(desk, drafts, strict=False)),
        )
        assert went == 1
        assert await TaskSource.filter(request=request).count() == 1


async def test_a_withdrawn_task_frees_its_requests_for_another(town: str) -> None:
    place = await a_place()
    request = await an_admitted_request(place)
    task = await a_task(place, requests=[request])
    assert (await TaskSource.get(task=task)).stands_for == request.pk
    await tasks.withdraw(await a_viewer("coordinator", place.township), task, reason="不办了。")
    assert (await TaskSource.get(task=task)).stands_for is None
    again = await a_task(place, requests=[await fresh(request)])
    assert (await TaskSource.get(task=again)).stands_for == request.pk
    assert await Assignment.filter(unit=place.village).exclude(state="withdrawn").count() == 1


async def test_what_was_answered_is_neither_taken_back_nor_made_another(town: str) -> None:
    place = await a_place()
    request = await an_admitted_request(place)
    task = await a_task(place, requests=[request], units=[place.village])
    mine = await fresh(await Assignment.get(task=task))
    await tasks.report(await a_viewer("secretary", place.village), mine, words="办了。")
    await tasks.accept(await a_viewer("leader", place.township), mine)
    asker = await a_viewer("department_officer", place.department)
    for attempt in (_amended(asker, request), tasks.withdraw_request(asker, request, reason="不办了。")):
        with pytest.raises(NotNow, match="已经办结"):
            await attempt
    assert (await fresh(request)).state == "admitted"


def _amended(asker: Viewer, request: WorkRequest, **changes: Any) -> Any:
    same = {n: getattr(request, n) for n in ("title", "body", "matter_code", "demands", "deadline")}
    return tasks.amend_request(asker, request, **same | {"reason": "数字写错了。"} | changes)


async def test_an_amendment_refused_while_the_task_is_out_may_be_mended_or_given_up(town: str) -> None:
    place = await a_place()
    asker = await a_viewer("department_officer", place.department)
    coordinator = await a_viewer("coordinator", place.township)
    request = await an_admitted_request(place)
    task = await a_task(place, requests=[request])
    await _amended(asker, request, body="另一件事。")
    await screening.reject(coordinator, request, reason="文字与事项不符")
    assert (await fresh(task)).state == "dispatched", "villages go on with what they were given"
    await _amended(asker, await fresh(request), body="每周巡查。")
    await screening.admit(coordinator, await fresh(request))
    await _amended(asker, await fresh(request), body="又是另一件事。")
    await screening.reject(coordinator, await fresh(request), reason="文字与事项不符")
    await tasks.withdraw_request(asker, await fresh(request), reason="不办了。")
    assert (await fresh(task)).state == "withdrawn"


async def test_a_request_refused_at_once_is_not_amended(town: str) -> None:
    place = await a_place()
    request = await a_request(place, demands=["ranking"])
    with pytest.raises(NotNow, match="重新提出"):
        await _amended(await a_viewer("department_officer", place.department), request)


async def test_the_other_of_a_merged_pair_goes_on_without_the_one_that_was_refused(town: str) -> None:
    place = await a_place()
    coordinator = await a_viewer("coordinator", place.township)
    asker = await a_viewer("department_officer", place.department)
    both = [await an_admitted_request(place) for _ in range(2)]
    task = await a_task(place, "draft", requests=both)
    await _amended(asker, both[0], body="另一件事。")
    await tasks.submit_for_approval(coordinator, task)
    await screening.reject(coordinator, await fresh(both[0]), reason="文字与事项不符")
    await tick()
    task = await fresh(task)
    assert task.state == "draft" and "拆出" in task.approval_note
    await tasks.unmerge(coordinator, task, request=both[0])
    await tasks.submit_for_approval(coordinator, task)
    await tasks.approve(await a_viewer("head", place.township), task)
    await tasks.dispatch(coordinator, task)
    assert (await fresh(task)).state == "dispatched"


async def test_an_approved_task_may_be_sent_back_until_it_is_out(town: str) -> None:
    place = await a_place()
    task = await a_task(place, "approved")
    await tasks.send_back(await a_viewer("head", place.township), task, reason="再看看。")
    assert (await fresh(task)).state == "draft"


async def test_what_went_out_under_an_exception_stays_as_it_went_when_its_days_are_over(town: str) -> None:
    place = await a_place()
    head = await a_signer("head", place.township, "一个好的密码2026")
    coordinator = await a_viewer("coordinator", place.township)
    requests = [await a_request(place, matter_code="") for _ in range(2)]
    for request in requests:
        await screening.admit_exceptionally(
            head,
            request,
            matter=await Matter.get(code="XZ-NY-01"),
            reason="突发强降雨后须在两日内核对沿溪住户。",
            until=today() + 2 * DAY,
            password="一个好的密码2026",
        )
    out = await a_task(place, requests=requests[:1], due_on=today() + 30 * DAY)
    waits = await a_task(place, "approved", requests=requests[1:], due_on=today() + 30 * DAY)
    with clock_at(now() + 5 * DAY):
        await tick()
        assert [(await fresh(one)).state for one in requests] == ["exception", "rejected"]
        assert [(await fresh(one)).state for one in (out, waits)] == ["dispatched", "draft"]
        with pytest.raises(NotNow, match="照原来的内容办理"):
            await tasks.carry_over(head, out, title="另一件", body="另一件", due_on=out.due_on, reason="改了")
        asker = await a_viewer("department_officer", place.department)
        await tasks.withdraw_request(asker, await fresh(requests[0]), reason="不办了。")
        await tasks.withdraw(coordinator, await fresh(waits), reason="不办了。")
    assert set(await states(Task)) == {"withdrawn"}
