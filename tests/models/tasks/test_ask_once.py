"""What a village has on file and fresh is not asked of it again, unless a leader answers for it in person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, OperationalError

from models import registry, tasks
from models.base.clock import now, today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import TOWN_CLOCK
from models.matters import Matter
from models.policies import Policy
from models.registry import Element
from models.tasks import Assignment, Task, TaskUnit, WaivedRequest, Waiver
from models.units import Unit
from tests.builders import (
    DAY,
    LONG_AGO,
    Town,
    a_list,
    a_signer,
    a_task,
    a_town,
    a_viewer,
    an_admitted_request,
)
from tests.models.tasks.test_emergency_dispatch import TYPHOON

pytestmark = pytest.mark.anyio
COUNT = {"code": "XZ-MZ-05", "title": "人口摸底", "category": "assist", "demands": ["data", "visit"]}
DATA = {"matter_code": "XZ-MZ-05", "demands": ["data"]}
FLOOD = TYPHOON | {"demands": ["data"], "form": ["shelters"]}
PASSWORD = "yi-shu-duo-yong-9"
WHY = "年中人口变动大，须重新摸底"


async def a_place(*extra: dict[str, Any]) -> Town:
    """A town whose list lets data be asked for, with three elements and room for many tasks."""
    place = await a_town()
    for code, name in (("lamps", "路灯数"), ("wells", "水井数"), ("shelters", "避灾点数")):
        await Element.create(code=code, name=name, kind="count", freshness_days=100)
    await a_list(place.city, COUNT, *extra)
    head = await a_viewer("head", place.township)
    for name in ("open_tasks", "collisions"):
        more = {"reason": "试验", "from_on": LONG_AGO, "set_by_id": head.post_id, "made_at": now()}
        await Policy.create(unit=place.city, name=name, value=1000, **more)
    return place


async def on_file(code: str, *units: Unit, days_ago: int = 0) -> None:
    for unit in units:
        secretary = await a_viewer("secretary", unit)
        element = await Element.get(code=code)
        day = today() - timedelta(days=days_ago)
        await registry.record(secretary, unit, element=element, value="12", as_of=day)


async def a_count(place: Town, state: str, *codes: str, **changes: Any) -> Task:
    """A task that asks 梅渚村 and 棠村 for nothing but these data."""
    asked = {name: changes.pop(name) for name in ("demands", "matter_code") if name in changes}
    request = await an_admitted_request(place, **DATA | asked | {"elements": list(codes)})
    return await a_task(place, state, requests=[request], **changes)


async def planned(task: Task) -> set[int]:
    return {one.unit_id for one in await TaskUnit.filter(task=task)}


async def test_a_task_for_data_alone_does_not_go_to_a_village_that_has_it_all(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", "wells")
    await on_file("lamps", place.village)
    await on_file("wells", place.village, days_ago=100)
    desk = await a_viewer("coordinator", place.township)
    with pytest.raises(NotNow, match="梅渚村要填的数据底册里都已有，请把它们去掉"):
        await tasks.submit_for_approval(desk, task)
    await tasks.spare_villages(desk, task)
    assert await planned(task) == {place.second_village.pk}
    await tasks.submit_for_approval(desk, task)
    with pytest.raises(NotNow, match="只有起草中的任务"):
        await tasks.spare_villages(desk, task)


async def test_a_village_that_lacks_one_field_is_asked_and_so_is_one_whose_answer_is_old(town: str) -> None:
    place = await a_place()
    await on_file("lamps", place.village)
    await on_file("lamps", place.second_village, days_ago=101)
    desk = await a_viewer("coordinator", place.township)
    task = await a_count(place, "draft", "lamps", "wells")
    with pytest.raises(NotNow, match="没有村社可以去掉"):
        await tasks.spare_villages(desk, task)
    assert (await a_count(place, "dispatched", "lamps", "wells")).state == "dispatched"


async def test_work_that_is_not_data_alone_goes_to_all_without_the_fields_they_have(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", demands=["data", "visit"])
    await on_file("lamps", place.village, place.second_village)
    desk = await a_viewer("coordinator", place.township)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(await a_viewer("leader", place.township), task)
    await tasks.dispatch(desk, task)
    assert await Assignment.filter(task=task).count() == 2


async def test_what_came_on_file_after_the_approval_is_not_asked_either(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "approved", "lamps")
    await on_file("lamps", place.village, place.second_village)
    desk = await a_viewer("coordinator", place.township)
    with pytest.raises(NotNow, match="梅渚村、棠村要填的数据底册里都已有"):
        await tasks.dispatch(desk, task)
    await tasks.send_back(await a_viewer("leader", place.township), task, reason="已有数据")
    with pytest.raises(NotNow, match="不用下派：请撤回这个任务"):
        await tasks.spare_villages(desk, task)


async def test_a_grid_answers_for_its_village(town: str) -> None:
    place = await a_place()
    await on_file("lamps", place.village)
    task = await a_count(place, "draft", "lamps", units=[place.grid, place.second_village])
    with pytest.raises(NotNow, match="梅渚村第一网格要填的数据"):
        await tasks.submit_for_approval(await a_viewer("coordinator", place.township), task)


async def test_an_alarm_asks_for_nothing_that_is_on_file(town: str) -> None:
    place = await a_place(FLOOD)
    await on_file("shelters", place.village)
    head = await a_viewer("head", place.township)
    response = await tasks.declare_response(head, place.township, name="防台", level="Ⅲ级", reason="通知")
    matter = await Matter.get(code=FLOOD["code"])
    sent = {"response": response, "matter": matter, "title": "避灾点", "body": "请报避灾点。"}
    sent |= {"due_at": now() + timedelta(hours=6)}
    with pytest.raises(NotNow, match="梅渚村要填的数据底册里都已有"):
        await tasks.dispatch_at_once(
            head, place.township, **sent, units=[place.village, place.second_village]
        )
    assert not await Assignment.all().exists()


async def signed(place: Town, task: Task, *codes: str, **changes: Any) -> Waiver:
    head = await a_signer("head", place.township, PASSWORD)
    elements = await Element.filter(code__in=codes)
    given = {"data": elements, "reason": WHY, "password": PASSWORD} | changes
    return await tasks.ask_anew(head, task, **given)


async def test_a_leader_signs_in_person_for_asking_again_and_the_asker_is_counted(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", "wells")
    await on_file("lamps", place.village)
    await on_file("wells", place.village)
    lamps = await Element.filter(code="lamps")
    with pytest.raises(NotAllowed, match="只有本镇街的分管领导或主要领导"):
        desk = await a_viewer("coordinator", place.township)
        await tasks.ask_anew(desk, task, data=lamps, reason=WHY, password=PASSWORD)
    with pytest.raises(Invalid, match="密码不对"):
        await signed(place, task, "lamps", password="bie-ren-de-kouling-1")
    with pytest.raises(Invalid, match="为什么要重新填"):
        await signed(place, task, "lamps", reason="。。。。")
    with pytest.raises(Invalid, match="避灾点数”不用签批"):
        await signed(place, task, "lamps", "shelters")
    waiver = await signed(place, task, "lamps")
    assert waiver.cells == {"lamps": [place.village.pk]} and waiver.fields_asked == 1
    assert task.asked_anew == ["lamps"]
    counted = await WaivedRequest.get(waiver=waiver).select_related("request")
    assert counted.request.department_id == place.department.pk
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(await a_viewer("leader", place.township), task)
    await tasks.dispatch(desk, task)
    assert await Assignment.filter(task=task).count() == 2


async def test_a_waiver_is_for_what_was_read_and_for_the_villages_that_had_it(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps", "wells")
    await on_file("lamps", place.village)
    await on_file("wells", place.village)
    await signed(place, task, "lamps")
    desk = await a_viewer("coordinator", place.township)
    await on_file("lamps", place.second_village)
    with pytest.raises(NotNow, match="签批以后，棠村又报了这些数据，须重新签批"):
        await tasks.submit_for_approval(desk, task)
    await signed(place, task, "lamps")
    await tasks.submit_for_approval(desk, task)
    leader = await a_viewer("leader", place.township)
    await tasks.approve(leader, task)
    await signed(place, task, "lamps", "wells")
    assert task.state == "submitted", "who approved had not read it"
    await tasks.send_back(leader, task, reason="再看看")
    same = {"title": task.title, "body": "每村报一次路灯。", "due_on": task.due_on}
    await tasks.revise(desk, task, **same, units=[place.village, place.second_village])
    assert task.asked_anew == []
    with pytest.raises(NotNow, match="梅渚村要填的数据底册里都已有"):
        await tasks.submit_for_approval(desk, task)


async def test_a_waiver_falls_with_a_request_that_is_put_in_behind_it(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps")
    await on_file("lamps", place.village)
    other = await an_admitted_request(place, **DATA, elements=["lamps"], title="再要一次路灯数")
    await signed(place, task, "lamps")
    desk = await a_viewer("coordinator", place.township)
    await tasks.merge(desk, task, requests=[other])
    with pytest.raises(NotNow, match="重新填报的签批已失效"):
        await tasks.submit_for_approval(desk, task)


async def test_each_round_of_a_series_asks_only_what_is_missing_by_then(town: str) -> None:
    place = await a_place()
    weekly = {"repeats": "week", "repeats_until": today() + 60 * DAY}
    first = await a_count(place, "dispatched", "lamps", **weekly)
    await on_file("lamps", place.village, place.second_village)
    fresh = await tasks.repeat(TOWN_CLOCK, await _judged(first))
    with pytest.raises(NotNow, match="梅渚村、棠村要填的数据底册里都已有"):
        await tasks.dispatch(TOWN_CLOCK, await _judged(fresh))


async def _judged(task: Task) -> Task:
    return await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)


async def test_a_change_of_what_is_out_takes_a_waiver_of_its_own(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps")
    await on_file("lamps", place.village)
    await signed(place, task, "lamps")
    desk, leader = await a_viewer("coordinator", place.township), await a_viewer("leader", place.township)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(leader, task)
    await tasks.dispatch(desk, task)
    with pytest.raises(NotNow, match="没有待批准的变更"):
        await signed(place, task, "lamps")
    words = {"title": task.title, "body": "改为每村报一次。", "due_on": task.due_on, "reason": "改了"}
    await tasks.carry_over(desk, task, **words)
    assert task.asked_anew == [], "what was signed for other words is spent"
    await signed(place, task, "lamps")
    await tasks.approve_change(leader, task)


async def test_the_database_keeps_waivers_as_they_were_signed(town: str) -> None:
    place = await a_place()
    task = await a_count(place, "draft", "lamps")
    await on_file("lamps", place.village)
    waiver = await signed(place, task, "lamps")
    for statement in (
        f"UPDATE waiver SET reason = '没有' WHERE id = {waiver.pk}",
        f"DELETE FROM waived_request WHERE waiver_id = {waiver.pk}",
    ):
        with pytest.raises((IntegrityError, OperationalError), match="a waiver stays as it was signed"):
            await Tortoise.get_connection("default").execute_query(statement)
