"""Scenes of what happens to a task between township and village, for the mutations that do it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models import registry, screening, tasks
from models.base.clock import now, today
from models.base.versions import version_of
from models.base.viewer import Viewer
from models.inbox import InboxMessage
from models.matters import Matter
from models.people import Person, Post
from models.registry import Element
from models.tasks import Assignment, Objection, Participant, Task, TaskSource
from tests.builders import DAY, Town, a_signer, a_task, a_viewer, an_admitted_request, an_assignment
from tests.models.inbox.scenes import delivered
from tests.schema.scenes import PASSWORD, WORDS, asker, desk, leader, scene, secretary

Given = dict[str, Any]


async def reported(place: Town) -> Assignment:
    mine, village = await an_assignment(place), await secretary(place)
    await tasks.receive(village, mine)
    await tasks.report(village, mine, words="巡查两次。")
    return mine


async def submitted(place: Town, code: str) -> Task:
    return await a_task(place, "submitted", requests=[await an_admitted_request(place, matter_code=code)])


@scene
async def receive_assignment(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"assignment": await an_assignment(place)}


@scene
async def report_assignment(place: Town) -> tuple[Viewer, Given]:
    elder = await Post.get(pk=(await a_viewer("cadre", place.village)).post_id)
    village, mine = await secretary(place), await an_assignment(place)
    await tasks.receive(village, mine)
    return village, {"assignment": mine, "words": "巡查两次，没有焚烧。", "onBehalfOf": elder}


@scene
async def accept_assignment(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"assignment": await reported(place), "note": "很好"}


@scene
async def return_assignment(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"assignment": await reported(place), "whatToMend": "请写明时间"}


@scene
async def accept_reports(place: Town) -> tuple[Viewer, Given]:
    mine = await reported(place)
    given = {"task": await mine.task, "assignments": [mine], "versions": [await version_of(mine)]}
    return await desk(place), given


@scene
async def return_reports(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), (await accept_reports(place))[1] | {"whatToMend": "请写明时间"}


@scene
async def carry_over_amendment(place: Town) -> tuple[Viewer, Given]:
    task = await a_task(place)
    source = await TaskSource.get(task=task).select_related("request")
    request, same = source.request, ("title", "matter_code", "demands", "deadline")
    words = {name: getattr(request, name) for name in same}
    await tasks.amend_request(await asker(place), request, **words, body="新内容。", reason="改了")
    await screening.admit(await desk(place), request)
    changed = {"title": task.title, "body": "新内容。", "dueOn": task.due_on, "reason": "部门改了要求"}
    return await a_viewer("head", place.township), {"task": task} | changed


async def proposed(place: Town) -> tuple[Viewer, Given]:
    given = (await carry_over_amendment(place))[1]
    given["due_on"] = given.pop("dueOn")
    task = given.pop("task")
    await tasks.carry_over(await desk(place), task, **given)
    return await a_viewer("head", place.township), {"task": task}


@scene
async def approve_change(place: Town) -> tuple[Viewer, Given]:
    head, given = await proposed(place)
    return head, given | {"note": "同意"}


@scene
async def drop_change(place: Town) -> tuple[Viewer, Given]:
    head, given = await proposed(place)
    return head, given | {"reason": "不必改"}


@scene
async def merge_requests(place: Town) -> tuple[Viewer, Given]:
    more = [await an_admitted_request(place)]
    return await desk(place), {"task": await a_task(place, "draft"), "requests": more}


@scene
async def unmerge_request(place: Town) -> tuple[Viewer, Given]:
    both = [await an_admitted_request(place), await an_admitted_request(place)]
    return await desk(place), {"task": await a_task(place, "draft", requests=both), "request": both[1]}


@scene
async def sign_overload(place: Town) -> tuple[Viewer, Given]:
    head = await a_signer("head", place.township, PASSWORD)
    return head, {"task": await submitted(place, "XZ-SL-01"), "reason": "汛期不能等", "password": PASSWORD}


async def on_file_already(place: Town) -> Task:
    """A draft for data alone, of which one of its two villages has all on file."""
    await Element.get_or_create(
        code="lamps", defaults={"name": "路灯数", "kind": "count", "freshness_days": 100}
    )
    asked = {"demands": ["data"], "elements": ["lamps"]}
    task = await a_task(place, "draft", requests=[await an_admitted_request(place, **asked)])
    given = {"element": await Element.get(code="lamps"), "value": "12", "as_of": today()}
    await registry.record(await a_viewer("secretary", place.village), place.village, **given)
    return task


@scene
async def ask_anew(place: Town) -> tuple[Viewer, Given]:
    head = await a_signer("head", place.township, PASSWORD)
    task = await on_file_already(place)
    data = [await Element.get(code="lamps")]
    return head, {"task": task, "data": data, "reason": "人口变动大", "password": PASSWORD}


@scene
async def spare_villages(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"task": await on_file_already(place)}


async def held(place: Town, task: Task, present: list[Viewer]) -> Given:
    posts = [await Post.get(pk=one.post_id) for one in present]
    told = {"held_on": today(), "agreed": True, "outcome": "同意", "minutes_number": "〔2026〕1号"}
    return {"task": task, "participants": posts} | told


@scene
async def record_discussion(place: Town) -> tuple[Viewer, Given]:
    given = await held(place, await submitted(place, "XZ-SL-02"), [await leader(place) for _ in range(3)])
    camel = {"held_on": "heldOn", "minutes_number": "minutesNumber"}
    return await desk(place), {camel.get(name, name): value for name, value in given.items()}


@scene
async def confirm_discussion(place: Town) -> tuple[Viewer, Given]:
    present = [await leader(place) for _ in range(3)]
    given = await held(place, await submitted(place, "XZ-SL-02"), present)
    made = await tasks.record_discussion(await desk(place), given.pop("task"), **given)
    return present[0], {"participant": await Participant.get(discussion=made, post_id=present[0].post_id)}


async def a_response(place: Town) -> tuple[Viewer, tasks.EmergencyResponse]:
    someone = await leader(place)
    made = await tasks.declare_response(
        someone, place.township, name="防台风", level="Ⅲ级", reason="县防指通知"
    )
    return someone, made


@scene
async def declare_response(place: Town) -> tuple[Viewer, Given]:
    given = {"name": "防台风", "level": "Ⅲ级", "reason": "县防指通知"}
    return await leader(place), {"unit": place.township} | given


@scene
async def end_response(place: Town) -> tuple[Viewer, Given]:
    someone, response = await a_response(place)
    return someone, {"response": response, "reason": "台风已过"}


@scene
async def dispatch_at_once(place: Town) -> tuple[Viewer, Given]:
    someone, response = await a_response(place)
    due = {"dueAt": now() + timedelta(hours=6), "units": [place.village]}
    matter = await Matter.get(code="XZ-YJ-01")
    return someone, {"township": place.township, "response": response, "matter": matter} | WORDS | due


@scene
async def approve_afterwards(place: Town) -> tuple[Viewer, Given]:
    someone, given = await dispatch_at_once(place)
    given["due_at"] = given.pop("dueAt")
    task = await tasks.dispatch_at_once(someone, given.pop("township"), **given)
    return await a_viewer("head", place.township), {"task": task, "note": "情况紧急，同意"}


@scene
async def object_to_assignment(place: Town) -> tuple[Viewer, Given]:
    given = {"kind": "elsewhere", "words": "这片田在棠村。"}
    return await secretary(place), {"assignment": await an_assignment(place)} | given


async def an_objection(place: Town) -> Objection:
    made = await tasks.object_to(
        await secretary(place), await an_assignment(place), kind="not_ours", words="不是村里的事。"
    )
    return await fresh(made)


async def fresh(objection: Objection) -> Objection:
    return await Objection.get(pk=objection.pk).prefetch_related(*Objection.judged_with)


@scene
async def answer_objection(place: Town) -> tuple[Viewer, Given]:
    given = {"upheld": False, "answer": "清单上有。"}
    return await leader(place), {"objection": await an_objection(place)} | given


@scene
async def appeal_objection(place: Town) -> tuple[Viewer, Given]:
    made = await an_objection(place)
    await tasks.answer_objection(await leader(place), made, upheld=False, answer="清单上有。")
    return await secretary(place), {"objection": made, "words": "清单没有这一条。"}


@scene
async def answer_appeal(place: Town) -> tuple[Viewer, Given]:
    someone, given = await appeal_objection(place)
    made = given["objection"]
    await tasks.appeal(someone, await fresh(made), words="清单没有这一条。")
    keeper = await a_viewer("list_keeper", place.county)
    return keeper, {"objection": made, "upheld": True, "answer": "确实不属村里职责。"}


@scene
async def ask_for_time(place: Town) -> tuple[Viewer, Given]:
    mine = await an_assignment(place)
    return await secretary(place), {"assignment": mine, "until": mine.due_on + 3 * DAY, "reason": "下雨"}


@scene
async def answer_extension(place: Town) -> tuple[Viewer, Given]:
    someone, given = await ask_for_time(place)
    asked = await tasks.ask_for_time(someone, given.pop("assignment"), **given)
    return await desk(place), {"extension": asked, "granted": True, "answer": "同意"}


@scene
async def take_back_extension(place: Town) -> tuple[Viewer, Given]:
    someone, given = await ask_for_time(place)
    return someone, {"extension": await tasks.ask_for_time(someone, given.pop("assignment"), **given)}


@scene
async def take_back_objection(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"objection": await an_objection(place)}


@scene
async def take_back_report(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"assignment": await reported(place)}


@scene
async def suspend_assignment(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"assignment": await an_assignment(place), "reason": "防汛优先"}


@scene
async def resume_assignment(place: Town) -> tuple[Viewer, Given]:
    mine, someone = await an_assignment(place), await desk(place)
    await tasks.suspend(someone, mine, reason="防汛优先")
    return someone, {"assignment": mine}


@scene
async def hand_assignment_to(place: Town) -> tuple[Viewer, Given]:
    worker = await a_viewer("grid_worker", place.grid)
    given = {"assignment": await an_assignment(place), "post": await Post.get(pk=worker.post_id)}
    return await secretary(place), given


@scene
async def say_on_assignment(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"assignment": await an_assignment(place), "words": "哪天开始？"}


@scene
async def urge_assignment(place: Town) -> tuple[Viewer, Given]:
    await secretary(place)
    return await desk(place), {"assignment": await an_assignment(place)}


@scene
async def urge_all(place: Town) -> tuple[Viewer, Given]:
    await secretary(place)
    return await desk(place), {"task": await a_task(place)}


@scene
async def set_policy(place: Town) -> tuple[Viewer, Given]:
    given = {"name": "hours_a_week", "value": 30, "reason": "农忙", "fromOn": today()}
    return await a_viewer("list_keeper", place.county), {"unit": place.county} | given


@scene
async def set_work_year(place: Town) -> tuple[Viewer, Given]:
    given = {"year": 2027, "daysOff": [date(2027, 1, 1)], "makeUp": [], "source": "国办发明电〔2026〕1号"}
    return await a_viewer("city_admin", place.city), {"unit": place.city} | given


@scene
async def mark_messages_read(place: Town) -> tuple[Viewer, Given]:
    """Somebody who was given a task, and the message that says so."""
    there = await secretary(place)
    await a_task(place)
    await delivered()
    return there, {"messages": [await InboxMessage.get(person_id=there.person_id)]}


@scene
async def choose_outside(place: Town) -> tuple[Viewer, Given]:
    there = await secretary(place)
    return there, {"person": await Person.get(pk=there.person_id), "topics": ["task", "talk"]}
