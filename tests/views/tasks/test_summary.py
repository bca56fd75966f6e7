"""Reviewing many villages and taking their answers away, as the township's desk meets it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from models import tasks
from models.people import Post
from models.tasks import Assignment, Task
from tests.builders import Town, a_list, a_task, a_town, a_unit, a_viewer
from tests.counting import counted
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def reported(place: Town, *villages: str, **changes: Any) -> Task:
    """A task that these villages have reported."""
    await a_list(place.county)
    task = await a_task(place, **changes)
    await _report(task, villages)
    return task


async def _report(task: Task, villages: tuple[str, ...]) -> None:
    rows = Assignment.filter(task=task, unit__name__in=villages)
    for row in await rows.prefetch_related(*Assignment.judged_with):
        await tasks.report(await a_viewer("secretary", row.unit), row, words=f"{row.unit.name}已巡查")


def form_of(page: str, action: str) -> tuple[dict[str, Any], list[str], int]:
    """The key of a form and the versions it was made from, the numbers of its boxes and how many of them are ticked."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.DOTALL)
    assert form, f"no form to {action}"
    boxes = re.findall(r'name="assignments" value="(\d+)"[^>]*>', form.group(0))
    ticked = len(re.findall(r'name="assignments"[^>]*checked', form.group(0)))
    key = re.search(r'name="key"[^>]*value="([^"]+)"', form.group(0))
    assert key
    read = re.findall(r'name="versions" value="([^"]+)"', form.group(0))
    return {"key": key.group(1), "versions": read}, boxes, ticked


async def test_all_ticked_villages_are_accepted_with_one_button(site: Site) -> None:
    place = await a_town()
    task = await reported(place, "梅渚村", "棠村")
    at = f"/tasks/{task.pk}"
    desk = await site.as_a("coordinator", place.township)
    assert form_of((await desk.get(at)).text, f"{at}/accept")[2] == 0
    page = (await desk.get(f"{at}?all=1")).text
    made, boxes, ticked = form_of(page, f"{at}/accept")
    assert len(boxes) == ticked == 2 and "梅渚村已巡查" in page
    for _ in range(2):
        answer = await desk.post(f"{at}/accept", data=made | {"assignments": boxes})
        assert (answer.status_code, answer.headers["location"]) == (303, at)
    after = (await desk.get(at)).text
    assert "已通过 2 个村社的反馈" in after and "已办结" in after


async def test_the_village_that_holds_all_up_is_named_and_the_ticks_stay(site: Site) -> None:
    place = await a_town()
    task = await reported(place, "梅渚村", "棠村")
    at = f"/tasks/{task.pk}"
    desk = await site.as_a("coordinator", place.township)
    made, boxes, _ = form_of((await desk.get(at)).text, f"{at}/accept")
    rows = Assignment.filter(task=task, unit__name="棠村").prefetch_related(*Assignment.judged_with)
    await tasks.return_report(await a_viewer("leader", place.township), (await rows)[0], what_to_mend="补")
    answer = await desk.post(f"{at}/accept", data=made | {"assignments": boxes})
    assert answer.status_code == 409
    assert "棠村：" in answer.text and "这次一个村社都没有通过" in answer.text
    assert form_of(answer.text, f"{at}/accept")[2] == 1
    assert await Assignment.filter(task=task, state="accepted").count() == 0


async def test_ticked_villages_go_back_with_one_sentence(site: Site) -> None:
    place = await a_town()
    task = await reported(place, "梅渚村", "棠村")
    at = f"/tasks/{task.pk}"
    desk = await site.as_a("coordinator", place.township)
    made, boxes, _ = form_of((await desk.get(at)).text, f"{at}/accept")
    sent = made | {"assignments": boxes, "decision": "return", "what_to_mend": ""}
    empty = await desk.post(f"{at}/accept", data=sent)
    assert empty.status_code == 422 and "请写明需要补正什么" in empty.text
    answer = await desk.post(f"{at}/accept", data=sent | {"what_to_mend": "请写明日期"})
    assert answer.status_code == 303
    assert await Assignment.filter(task=task, return_note="请写明日期").count() == 2


async def test_nobody_reviews_by_guessing_an_address(site: Site) -> None:
    place = await a_town()
    task = await reported(place, "梅渚村")
    row = await Assignment.get(task=task, unit=place.village)
    sent = {"key": "k", "assignments": [row.pk]}
    for role, unit, status in (
        ("coordinator", place.other_township, 404),
        ("secretary", place.village, 403),
        ("department_officer", place.department, 403),
    ):
        browser = await site.as_a(role, unit)
        assert (await browser.post(f"/tasks/{task.pk}/accept", data=sent)).status_code == status
    assert await Assignment.filter(task=task, state="reported").count() == 1


async def test_one_tap_takes_the_table_and_one_the_archive(site: Site) -> None:
    place = await a_town()
    task = await reported(place, "梅渚村", title='巡查:"秋季"/一')
    desk = await site.as_a("coordinator", place.township)
    page = (await desk.get(f"/tasks/{task.pk}")).text
    names = {"summary.xlsx": "巡查__秋季__一-汇总表.xlsx", "attachments.zip": "巡查__秋季__一-附件.zip"}
    for address, name in names.items():
        assert f'href="/tasks/{task.pk}/{address}"' in page
        answer = await desk.get(f"/tasks/{task.pk}/{address}")
        headers = answer.headers
        assert unquote(headers["content-disposition"]) == f"attachment; filename*=UTF-8''{name}"
        assert (
            headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "private, no-store"
        )
    table = load_workbook(io.BytesIO((await desk.get(f"/tasks/{task.pk}/summary.xlsx")).content)).active
    assert [row[8] for row in table.iter_rows(values_only=True)] == ["办理情况", "梅渚村已巡查", None]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["汇总表.xlsx"] and archive.testzip() is None


async def test_a_table_one_may_not_see_is_a_table_that_is_not_there(site: Site) -> None:
    place = await a_town()
    task = await reported(place, "梅渚村")
    others = (
        ("coordinator", place.other_township),
        ("secretary", place.other_village),
        ("department_officer", place.other_department),
    )
    for role, unit in others:
        browser = await site.as_a(role, unit)
        for address in ("summary.xlsx", "attachments.zip"):
            assert (await browser.get(f"/tasks/{task.pk}/{address}")).status_code == 404, (role, address)
    assert (await site.visitor().get(f"/tasks/{task.pk}/summary.xlsx")).status_code == 303
    village = await site.as_a("secretary", place.second_village)
    table = load_workbook(io.BytesIO((await village.get(f"/tasks/{task.pk}/summary.xlsx")).content)).active
    assert [row[0] for row in table.iter_rows(values_only=True)] == ["村社", "棠村"]


async def test_the_page_costs_the_same_however_many_villages_there_are(site: Site) -> None:
    place = await a_town()
    task = await reported(place, "梅渚村")
    viewer = await a_viewer("coordinator", place.township)
    desk = await site.signed_in(await Post.get(pk=viewer.post_id))
    spent = []
    for size in (2, 80):
        for number in range(await Assignment.filter(task=task).count(), size):
            unit = await a_unit("village", place.township, f"第{number}村", f"330624005{300 + number}")
            await Assignment.create(task=task, unit=unit, due_at=task.due_at)
            await _report(task, (unit.name,))
        for address in ("", "/summary.xlsx"):
            with counted() as told:
                answer = await desk.get(f"/tasks/{task.pk}{address}")
            assert answer.status_code == 200
            spent.append(len(told))
    assert spent[:2] == spent[2:]
    assert spent[0] <= 28, spent
