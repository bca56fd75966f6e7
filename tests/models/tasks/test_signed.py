"""What is signed is what was read: a task changed afterwards is asked about again, and who is asked reads why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from models import policies, tasks
from models.base.clock import today
from models.base.refusals import Invalid, NotNow
from models.base.versions import Changed, version_of
from models.base.viewer import TOWN_CLOCK, Viewer
from models.people import Post
from models.tasks import Discussion, Participant, Task, TaskUnit
from models.tasks.timing import release_what_is_ready
from tests.builders import DAY, Town, a_list, a_signer, a_task, a_town, a_unit, a_viewer, an_admitted_request
from tests.models.past_the_triggers import without_triggers
from tests.models.tasks.test_gates import HEAVY, MAJOR

pytestmark = pytest.mark.anyio
PASSWORD = "right-password-9"


async def a_town_of(*matters: dict[str, Any]) -> Town:
    place = await a_town()
    await a_list(place.county, *matters)
    return place


async def a_draft(place: Town, code: str, **changes: Any) -> Task:
    asked = await an_admitted_request(place, matter_code=code)
    return await a_task(place, "draft", requests=[asked], **changes)


async def revised(desk: Viewer, task: Task, **changes: Any) -> Task:
    planned = await TaskUnit.filter(task=task).order_by("unit__path").select_related("unit")
    said: dict[str, Any] = {name: getattr(task, name) for name in ("title", "body", "due_on")}
    return await tasks.revise(desk, task, **said | {"units": [one.unit for one in planned]} | changes)


async def discussed(desk: Viewer, task: Task, present: list[Viewer]) -> Discussion:
    return await tasks.record_discussion(
        desk,
        task,
        held_on=today(),
        participants=[await Post.get(pk=one.post_id) for one in present],
        agreed=True,
        outcome="同意",
        minutes_number="〔2026〕1号",
    )


async def confirmed(held: Discussion, present: list[Viewer]) -> None:
    for one in present:
        mine = Participant.get(discussion=held, post_id=one.post_id)
        await tasks.confirm_discussion(one, await mine.prefetch_related(*Participant.judged_with))


async def test_a_reason_signed_for_one_village_is_none_for_two(town: str) -> None:
    place = await a_town_of(HEAVY)
    desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
    head = await a_signer("head", place.township, PASSWORD)
    task = await a_draft(place, "XZ-SL-01", units=[place.village])
    await tasks.sign_overload(head, task, reason="汛期不能等", password=PASSWORD)
    await revised(desk, task, units=[place.village, place.second_village])
    await tasks.submit_for_approval(desk, task)
    with pytest.raises(
        NotNow, match=rf"已失效：签署后内容有改动（{head.name}签于 .+；改动：村社、超过上限的负担）"
    ):
        await tasks.approve(leader, task)
    await tasks.sign_overload(head, task, reason="两个村都不能等", password=PASSWORD)
    await tasks.approve(leader, task)
    await tasks.dispatch(desk, task)


async def test_the_heads_word_covers_less_and_never_more_than_was_shown(town: str) -> None:
    place = await a_town_of(HEAVY)
    keeper = await a_viewer("list_keeper", place.county)
    await policies.set_policy(
        keeper, place.county, name="open_tasks", value=1, reason="示范", from_on=today()
    )
    desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
    head = await a_signer("head", place.township, PASSWORD)
    one_more = await a_task(place, units=[place.village])
    task = await a_draft(place, "XZ-SL-01", units=[place.village])
    await tasks.sign_overload(head, task, reason="汛期不能等", password=PASSWORD)
    await tasks.withdraw(desk, one_more, reason="不办了")
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    for code in ("XZ-NY-01", "XZ-SL-01"):
        other = await a_draft(place, code, units=[place.village])
        await tasks.sign_overload(head, other, reason="也不能等", password=PASSWORD)
        await tasks.submit_for_approval(desk, other)
        await tasks.approve(leader, other)
        await tasks.dispatch(desk, other)
    with pytest.raises(NotNow, match=r"超负荷签署已失效.*改动：超过上限的负担"):
        await tasks.dispatch(desk, task)


async def test_a_new_reason_asks_the_leader_again(town: str) -> None:
    place = await a_town_of(HEAVY)
    desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
    head = await a_signer("head", place.township, PASSWORD)
    task = await a_draft(place, "XZ-SL-01")
    await tasks.sign_overload(head, task, reason="汛期不能等", password=PASSWORD)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    await tasks.sign_overload(head, task, reason="另一个理由", password=PASSWORD)
    assert task.state == "submitted", "what the leader read was another reason"


async def test_a_discussion_does_not_outlive_a_rewrite(town: str) -> None:
    place = await a_town_of(MAJOR)
    desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
    present = [leader, await a_viewer("head", place.township), await a_viewer("leader", place.township)]
    task = await a_draft(place, "XZ-SL-02")
    held = await discussed(desk, task, present)
    await confirmed(held, present[:2])
    await revised(desk, task, title="另一件事", body="完全不同的内容", due_on=task.due_on + DAY)
    with pytest.raises(NotNow, match=r"集体讨论已失效：.*改动：名称、内容或期限.*不用再确认"):
        await confirmed(held, present[2:])
    await tasks.submit_for_approval(desk, task)
    with pytest.raises(NotNow, match=r"集体讨论已失效.*须重新讨论"):
        await tasks.approve(leader, task)
    again = await discussed(desk, task, present)
    await confirmed(again, present)
    await tasks.approve(leader, task)


async def test_what_was_approved_is_what_goes_out_whoever_changed_it(town: str) -> None:
    place = await a_town_of()
    whole = await an_admitted_request(place, units=[], townships=[place.township])
    task = await a_task(place, "approved", requests=[whole], release_on=today())
    desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
    another = await a_unit("village", place.township, "左于村")
    await TaskUnit.create(task=task, unit=another)
    with pytest.raises(NotNow, match=r"审批已失效：.*改动：村社.*退回重新审批"):
        await tasks.dispatch(desk, task)
    await release_what_is_ready()
    assert (await Task.get(pk=task.pk)).state == "approved"
    await tasks.send_back(leader, task, reason="村社变了")
    assert (task.state, task.approved_by_id) == ("draft", None)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    await tasks.dispatch(desk, task)


async def test_a_state_written_past_the_commands_is_no_approval(town: str) -> None:
    place = await a_town_of()
    task = await a_task(place, "submitted")
    await Task.filter(pk=task.pk).update(state="approved")
    with pytest.raises(NotNow, match=r"没有找到领导对这个任务的审批"):
        await tasks.dispatch(await a_viewer("coordinator", place.township), task)


async def test_a_round_of_a_series_goes_out_on_the_words_that_were_approved(town: str) -> None:
    place = await a_town_of()
    office = await a_unit("department", place.township, "农办")
    more = {"repeats": "week", "repeats_until": today() + 90 * DAY, "assisting": [office]}
    first = await a_task(place, **more)
    fresh = await tasks.repeat(TOWN_CLOCK, first)
    approval = await tasks.approval_of(fresh)
    assert approval and approval.holds
    await Task.filter(pk=fresh.pk).update(body="别的内容")
    approval = await tasks.approval_of(await Task.get(pk=fresh.pk))
    assert approval and approval.moved == ("内容",)


async def test_a_request_says_to_the_villages_what_was_read(town: str) -> None:
    place = await a_town_of()
    asked = await an_admitted_request(place)
    task = await a_task(place, "draft", requests=[asked])
    await without_triggers()
    await type(asked).filter(pk=asked.pk).update(body="另外再填十张表。")
    await tasks.submit_for_approval(await a_viewer("coordinator", place.township), task)
    with pytest.raises(NotNow, match=r"复核已失效：.*改动：要村社做什么"):
        await tasks.approve(await a_viewer("leader", place.township), task)


async def test_two_people_with_one_token_do_not_replace_each_others_villages(town: str) -> None:
    place = await a_town_of()
    task = await a_task(place, "draft", units=[place.village])
    one, other = [await a_viewer("coordinator", place.township) for _ in range(2)]
    seen = await version_of(task)
    said: dict[str, Any] = {"title": task.title, "body": task.body, "due_on": task.due_on}
    second = said | {"units": [place.second_village]}
    await tasks.revise.once("one", one, await Task.find(one, task.pk), seen=seen, **second)
    with pytest.raises(Changed) as no:
        both = said | {"units": [place.village, place.second_village]}
        await tasks.revise.once("two", other, await Task.find(other, task.pk), seen=seen, **both)
    assert [(d.field, d.label, d.now) for d in no.value.differences] == [("planned_units", "村社", "棠村")]
    assert await TaskUnit.filter(task=task).count() == 1


async def test_a_leader_approves_the_villages_they_have_read(town: str) -> None:
    place = await a_town_of()
    task = await a_task(place, "submitted", units=[place.village])
    desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
    seen = await version_of(task)
    with pytest.raises(Invalid, match=r"看过现在的内容"):
        await tasks.approve.once("none", leader, await Task.find(leader, task.pk))
    await tasks.send_back(leader, task, reason="再想想")
    await revised(desk, task, units=[place.village, place.second_village])
    await tasks.submit_for_approval(desk, task)
    with pytest.raises(Changed, match=r"村社现在是“梅渚村、棠村”"):
        await tasks.approve.once("key", leader, await Task.find(leader, task.pk), seen=seen)


async def test_a_load_that_moves_elsewhere_holds_up_the_head_and_no_editor(town: str) -> None:
    place = await a_town_of(HEAVY)
    desk = await a_viewer("coordinator", place.township)
    head = await a_signer("head", place.township, PASSWORD)
    task = await a_draft(place, "XZ-SL-01", units=[place.village])
    seen = await version_of(task)
    other = await a_draft(place, "XZ-SL-01", units=[place.village])
    await tasks.sign_overload(head, other, reason="汛期不能等", password=PASSWORD)
    await tasks.submit_for_approval(desk, other)
    await tasks.approve(await a_viewer("leader", place.township), other)
    await tasks.dispatch(desk, other)
    with pytest.raises(Changed, match=r"超过上限的负担现在是"):
        signing = {"reason": "这个也不能等", "password": PASSWORD}
        await tasks.sign_overload.once("head", head, await Task.find(head, task.pk), seen=seen, **signing)
    said: dict[str, Any] = {"title": "新名称", "body": task.body, "due_on": task.due_on}
    mine = await Task.find(desk, task.pk)
    await tasks.revise.once("desk", desk, mine, seen=seen, **said | {"units": [place.village]})
    assert Decimal(400) == (await task.matter).effort_hours
