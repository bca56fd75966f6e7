"""What the asker changes or takes back reaches everybody the request has reached."""

from __future__ import annotations

from typing import Any

import pytest

from models import screening, tasks
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import Viewer
from models.intake import RequestVersion
from models.requests import RequestUnit, WorkRequest
from models.screening import Screening
from models.tasks import Assignment, Message, Task, TaskSource
from tests.builders import Town, a_list, a_request, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio


def words(request: WorkRequest, **changes: Any) -> dict[str, Any]:
    same = {name: getattr(request, name) for name in ("title", "body", "matter_code", "demands", "deadline")}
    return {**same, "reason": "数字写错了。", **changes}


async def the_asker(place: Town) -> Viewer:
    return await a_viewer("department_officer", place.department)


async def test_an_amended_request_keeps_its_old_words_and_must_be_read_again(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await an_admitted_request(place)
    old = request.body
    await tasks.amend_request(
        await the_asker(place), request, **words(request, body="每周巡查一次。", units=[place.village])
    )
    version = await RequestVersion.get(request=request)
    assert (version.round, version.said["body"], version.reason) == (1, old, "数字写错了。")
    assert set(version.said["units"]) == {place.village.code, place.second_village.code}
    fresh = await WorkRequest.get(pk=request.pk)
    assert (fresh.state, fresh.round, fresh.body) == ("pending_review", 2, "每周巡查一次。")
    assert await RequestUnit.filter(request=request).values_list("unit_id", flat=True) == [place.village.pk]
    verdicts = await Screening.filter(request=request).order_by("id").values_list("kind", "verdict")
    assert [tuple(one) for one in verdicts] == [
        ("automatic", "pending_review"),
        ("reading", "admitted"),
        ("automatic", "pending_review"),
    ]


async def test_only_the_asking_unit_amends_and_withdraws(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await a_request(place)
    for role, unit in (("department_officer", place.other_department), ("coordinator", place.township)):
        stranger = await a_viewer(role, unit)
        with pytest.raises(NotAllowed):
            await tasks.amend_request(stranger, request, **words(request))
        with pytest.raises(NotAllowed):
            await tasks.withdraw_request(stranger, request, reason="不办了。")
    assert await RequestVersion.all().count() == 0


async def test_an_amendment_with_a_forbidden_demand_is_refused_like_a_new_request(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await a_request(place)
    await tasks.amend_request(await the_asker(place), request, **words(request, demands=["ranking"]))
    assert request.state == "rejected"
    assert (await Screening.filter(request=request).order_by("-id").first()).verdict == "forbidden"  # type: ignore[union-attr]


async def test_a_task_awaiting_approval_goes_back_to_its_draft_and_stays_there_until_the_words_are_read(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place, state="submitted")
    source = await TaskSource.get(task=task).select_related("request")
    await tasks.amend_request(
        await the_asker(place), source.request, **words(source.request, body="新内容。")
    )
    task = await Task.get(pk=task.pk)
    assert task.state == "draft" and "修改过" in task.approval_note
    coordinator = await a_viewer("coordinator", place.township)
    head = await a_viewer("head", place.township)
    await tasks.submit_for_approval(coordinator, task)
    with pytest.raises(NotNow, match="修改过"):
        await tasks.approve(head, task)
    reread = await screening.admit(coordinator, source.request)
    await tasks.send_back(head, task, reason="已重新复核。")
    await tasks.submit_for_approval(coordinator, task)
    assert (await TaskSource.get(task=task)).screening_id == reread.pk
    await tasks.approve(head, task)
    assert task.state == "approved"


async def test_at_the_villages_an_amendment_is_read_and_then_carried_over_with_the_difference(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    source = await TaskSource.get(task=task).select_related("request")
    request = source.request
    with pytest.raises(NotNow, match="原申请不变"):
        await tasks.amend_request(await the_asker(place), request, **words(request, demands=["ranking"]))
    request = await WorkRequest.get(pk=request.pk)
    await tasks.amend_request(await the_asker(place), request, **words(request, body="新内容。"))
    leader = await a_viewer("head", place.township)
    new = {"title": task.title, "body": "新内容。", "due_on": task.due_on, "reason": "部门改了要求。"}
    with pytest.raises(NotNow, match="先复核"):
        await tasks.carry_over(leader, task, **new)
    coordinator = await a_viewer("coordinator", place.township)
    await screening.admit(coordinator, request)
    stranger = await a_viewer("coordinator", place.other_township)
    with pytest.raises(NotAllowed):
        await tasks.carry_over(stranger, task, **new)
    old = task.body
    await tasks.carry_over(coordinator, task, **new)
    assert not await Message.exists() and (await Task.get(pk=task.pk)).body == old
    await tasks.approve_change(leader, task)
    told = await Message.all().values_list("words", flat=True)
    assert len(told) == 2 and all(f"内容：原为“{old}”，现为“新内容。”。" in one for one in told)
    with pytest.raises(Invalid, match="没有变化"):
        await tasks.carry_over(leader, task, **new)


async def test_withdrawing_closes_every_copy_at_once_unless_others_still_ask(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place, state="draft")
    other = await an_admitted_request(place)
    coordinator = await a_viewer("coordinator", place.township)
    await tasks.merge(coordinator, task, requests=[other])
    first = await TaskSource.filter(task=task).order_by("id").first().select_related("request")
    asker = await the_asker(place)
    await tasks.withdraw_request(asker, first.request, reason="不办了。")
    assert (await Task.get(pk=task.pk)).state == "draft"
    await tasks.submit_for_approval(coordinator, task)
    await tasks.approve(await a_viewer("head", place.township), task)
    await tasks.dispatch(coordinator, task)
    await tasks.withdraw_request(asker, other, reason="项目取消。")
    assert (await Task.get(pk=task.pk)).state == "withdrawn"
    left = await Assignment.filter(task=task).values_list("state", "return_note")
    assert len(left) == 2 and {tuple(one) for one in left} == {("withdrawn", "新昌县农业农村局撤回了申请。")}
    with pytest.raises(NotNow, match="不用撤回"):
        await tasks.withdraw_request(asker, other, reason="再来一次。")
