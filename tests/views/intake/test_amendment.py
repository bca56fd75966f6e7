"""Changing and taking back a request, as the asker and the township meet it."""

from __future__ import annotations

import re

import pytest

from models import screening, tasks
from models.base.versions import version_of
from models.requests import WorkRequest
from models.tasks import Assignment, Task, TaskSource
from schema import door
from tests.builders import DAY, a_list, a_task, a_town, a_viewer, an_admitted_request
from tests.models.tasks.test_gates import MAJOR
from tests.models.tasks.test_signed import confirmed, discussed
from tests.schema.toys import ask
from tests.views.conftest import seen_in

pytestmark = pytest.mark.anyio


def key_of(page: str, action: str) -> str:
    found = re.search(rf'action="{action}"[^>]*>\s*<input[^>]*name="key"[^>]*value="([^"]+)"', page)
    assert found, f"no form to {action}"
    return found.group(1)


@pytest.mark.running
async def test_an_amendment_goes_from_the_form_to_the_reader_with_what_changed(site):
    town = await a_town()
    await a_list(town.city)
    task = await a_task(town)
    request = (await TaskSource.get(task=task).select_related("request")).request
    at = f"/requests/{request.pk}"
    asker = await site.as_a("department_officer", town.department)
    form = (await asker.get(f"{at}/amend")).text
    assert request.body in form
    sent = {
        "key": key_of(form, f"{at}/amend"),
        "reason": "次数写错了",
        "matter_code": request.matter_code,
        "title": request.title,
        "body": "每周巡查一次。",
        "deadline": request.deadline.isoformat(),
        "demands": request.demands,
        "units": [town.village.pk],
    }
    empty = await asker.post(f"{at}/amend", data=sent | {"reason": ""})
    assert empty.status_code == 422 and "每周巡查一次。" in empty.text
    answer = await asker.post(f"{at}/amend", data=sent)
    assert answer.status_code == 303
    desk = await site.as_a("coordinator", town.township)
    reading = (await desk.get(f"/screening/{request.pk}")).text
    assert "第 2 稿改了什么" in reading and f"<del>{request.body}</del>" in reading and "棠村" in reading
    await screening.admit(await a_viewer("coordinator", town.township), await WorkRequest.get(pk=request.pk))
    leader = await site.as_a("head", town.township)
    page = (await leader.get(f"/tasks/{task.pk}")).text
    change = {
        "key": key_of(page, f"/tasks/{task.pk}/carry-over"),
        "seen": await version_of(task),
        "title": task.title,
        "body": "每周巡查一次。",
        "due_on": task.due_on.isoformat(),
        "reason": "部门改了",
    }
    assert (await leader.post(f"/tasks/{task.pk}/carry-over", data=change)).status_code == 303
    page = (await leader.get(f"/tasks/{task.pk}")).text
    assert "变更待批准" in page and "批准并告诉各村社" not in page, "nobody approves their own"
    village = await site.as_a("secretary", town.village)
    listed = (await village.get("/tasks")).text
    assignment = re.search(r"/assignments/(\d+)", listed).group(0)
    assert "每周巡查一次" not in (await village.get(assignment)).text
    other = await site.as_a("head", town.township)
    page = (await other.get(f"/tasks/{task.pk}")).text
    assert f"内容：原为“{task.body}”，现为“每周巡查一次。”。" in page
    said = {"key": key_of(page, f"/tasks/{task.pk}/approve-change"), "seen": await version_of(task)}
    assert (await other.post(f"/tasks/{task.pk}/approve-change", data=said)).status_code == 303
    assert (await Task.get(pk=task.pk)).body == "每周巡查一次。"
    assert "任务有变更" in (await village.get(assignment)).text


async def test_withdrawing_from_the_page_tells_the_village_why(site):
    town = await a_town()
    await a_list(town.city)
    task = await a_task(town)
    request = (await TaskSource.get(task=task).select_related("request")).request
    at = f"/requests/{request.pk}"
    asker = await site.as_a("department_officer", town.department)
    page = (await asker.get(at)).text
    sent = {"key": key_of(page, f"{at}/withdraw"), "reason": "项目取消"}
    assert (await asker.post(f"{at}/withdraw", data=sent)).status_code == 303
    village = await site.as_a("secretary", town.village)
    assignment = re.search(r"/assignments/(\d+)", (await village.get("/tasks")).text).group(0)
    assert "撤回了申请。" in (await village.get(assignment)).text


async def test_others_find_no_form_to_change_a_request(site):
    town = await a_town()
    await a_list(town.city)
    task = await a_task(town)
    request = (await TaskSource.get(task=task).select_related("request")).request
    desk = await site.as_a("coordinator", town.township)
    assert (await desk.get(f"/requests/{request.pk}/amend")).status_code == 403
    assert "撤回申请" not in (await desk.get(f"/requests/{request.pk}")).text
    village = await site.as_a("secretary", town.village)
    assert (await village.get(f"/requests/{request.pk}/amend")).status_code == 404


async def test_a_village_reads_what_changed_since_when_and_why_as_a_section_of_its_own(site):
    town = await a_town()
    await a_list(town.city)
    task = await a_task(town)
    source = await TaskSource.get(task=task).select_related("request")
    asked, same = source.request, ("title", "matter_code", "demands", "deadline")
    row = await Assignment.get(task=task, unit=town.village)
    village = await site.as_a("secretary", town.village)
    assert "任务改过什么" not in (await village.get(f"/assignments/{row.pk}")).text
    words = {name: getattr(asked, name) for name in same}
    officer = await a_viewer("department_officer", town.department)
    desk, head = [await a_viewer(role, town.township) for role in ("coordinator", "head")]
    await tasks.amend_request(officer, asked, **words, body="每天巡查一次。", reason="改了")
    await screening.admit(desk, asked)
    said = {"title": task.title, "body": "每天巡查一次。", "due_on": task.due_on + DAY, "reason": "风大"}
    await tasks.carry_over(desk, task, **said)
    assert "每天巡查一次" not in (await village.get(f"/assignments/{row.pk}")).text
    await tasks.approve_change(head, task)
    page = (await village.get(f"/assignments/{row.pk}")).text
    section = page.split('<section id="changes">')[1].split("</section>")[0]
    assert "原为" in section and "现为“每天巡查一次。”" in section and "为什么改：风大" in section
    assert str(said["due_on"]) in section and "起 <small>第 2 版" in section
    secretary = await a_viewer("secretary", town.village)
    told = await ask(
        door, secretary, "{ taskVersions(last: 2) { edges { node { number changes reason } } } }"
    )
    second, first = [edge["node"] for edge in told["data"]["taskVersions"]["edges"]]
    assert (first["number"], first["changes"], second["reason"]) == (1, [], "风大")
    assert all(one.split("，现为")[0].split("：")[0] in {"内容", "期限"} for one in second["changes"])
    assert len(second["changes"]) == 2


async def test_who_drops_a_change_has_read_the_one_that_waits_and_a_meeting_agrees_to_a_change(site):
    town = await a_town()
    await a_list(town.city, MAJOR)
    asked = await an_admitted_request(town, matter_code=MAJOR["code"])
    task = await a_task(town, "draft", requests=[asked])
    desk, *present = [
        await a_viewer(role, town.township) for role in ("coordinator", "head", "leader", "leader")
    ]
    browser = await site.as_a("coordinator", town.township)
    assert "同意下派" in (await browser.get(f"/tasks/{task.pk}")).text
    await confirmed(await discussed(desk, task, present), present)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(present[0], task)
    await tasks.dispatch(desk, task)
    said = {"title": task.title, "body": "每天巡查一次。", "due_on": task.due_on + DAY, "reason": "风大"}
    await tasks.carry_over(desk, task, **said)
    page, at = (await browser.get(f"/tasks/{task.pk}")).text, f"/tasks/{task.pk}/drop-change"
    assert "同意变更" in page and "同意下派" not in page
    old = {"key": key_of(page, at), **seen_in(page, at), "reason": "不必改"}
    await tasks.drop_change(desk, task, reason="再想想")
    await tasks.carry_over(desk, task, **said | {"body": "每天巡查两次。"})
    assert (await browser.post(at, data=old)).status_code == 409
    page = (await browser.get(f"/tasks/{task.pk}")).text
    new = {"key": key_of(page, at), **seen_in(page, at), "reason": "不必改"}
    assert (await browser.post(at, data=new)).status_code == 303
