"""Two people at one page: the later one reads what the earlier one changed, and loses nothing."""

from __future__ import annotations

import re

import pytest

from models import tasks
from models.base.versions import Changed, version_of
from models.tasks import Task
from schema import door
from schema.base.nodes import global_id
from tests.builders import DAY, a_list, a_task, a_town, a_viewer
from tests.schema.toys import ask
from tests.views.conftest import site  # noqa: F401 - the fixture

pytestmark = pytest.mark.anyio


async def test_an_update_over_a_newer_version_is_refused_field_by_field(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place, state="draft")
    one, other = [await a_viewer("coordinator", place.township) for _ in range(2)]
    seen = await version_of(task)
    words = {"title": "新名称", "body": task.body, "due_on": task.due_on + DAY, "units": [place.village]}
    await tasks.revise.once("key-one", one, await Task.find(one, task.pk), seen=seen, **words)
    late = await Task.find(other, task.pk)
    with pytest.raises(Changed, match="名称现在是“新名称”") as no:
        await tasks.revise.once("key-two", other, late, seen=seen, **words | {"title": "另一个名称"})
    assert one.name in no.value.reason
    assert (await Task.get(pk=task.pk)).title == "新名称"
    await tasks.revise.once(
        "key-three",
        other,
        await Task.find(other, task.pk),
        seen=no.value.version,
        **words | {"title": "另一个名称"},
    )
    assert (await Task.get(pk=task.pk)).title == "另一个名称"


async def test_a_leader_approves_what_they_have_read_and_nothing_newer(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place, state="submitted")
    seen, leader = await version_of(task), await a_viewer("head", place.township)
    coordinator = await a_viewer("coordinator", place.township)
    await tasks.send_back(leader, task, reason="改期限")
    await tasks.revise(
        coordinator, task, title=task.title, body=task.body, due_on=task.due_on + DAY, units=[place.village]
    )
    await tasks.submit_for_approval(coordinator, task)
    with pytest.raises(Changed):
        await tasks.approve.once("key", leader, await Task.find(leader, task.pk), seen=seen)


async def test_both_doors_speak_of_the_same_version(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place, state="draft")
    coordinator = await a_viewer("coordinator", place.township)
    of_it = global_id("Task", task.pk)
    told = await ask(door, coordinator, f'{{ task(id: "{of_it}") {{ version }} }}')
    assert told["data"]["task"]["version"] == await version_of(await Task.get(pk=task.pk))
    call = (
        f'mutation {{ submitTaskForApproval(input: {{idempotencyKey: "k", task: "{of_it}", seenVersion: "0123456789abcdef"}}) '
        "{ refusals { code } } }"
    )
    said = (await ask(door, coordinator, call))["data"]
    assert next(iter(said.values()))["refusals"] == [{"code": "VERSION_CONFLICT"}]


async def test_the_page_keeps_what_was_typed_beside_what_others_changed(site) -> None:  # noqa: F811
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place, state="draft")
    browser = await site.as_a("coordinator", place.township)
    page = (await browser.get(f"/tasks/{task.pk}")).text
    form = page[page.index(f'action="/tasks/{task.pk}/revise"') :]
    hidden = {n: re.search(rf'name="{n}"[^>]*value="([^"]+)"', form).group(1) for n in ("key", "seen")}
    other = await a_viewer("coordinator", place.township)
    await tasks.revise(
        other, task, title="别人改的", body=task.body, due_on=task.due_on, units=[place.village]
    )
    sent = hidden | {"title": "我改的", "body": "我写的内容", "due_on": task.due_on.isoformat()}
    answer = await browser.post(f"/tasks/{task.pk}/revise", data=sent | {"units": [place.village.pk]})
    assert answer.status_code == 409 and "别人改的" in answer.text and "我写的内容" in answer.text
    fresh = await Task.get(pk=task.pk)
    assert f'value="{await version_of(fresh)}"' in answer.text, "the next try is made knowingly"
