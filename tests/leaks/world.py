"""Two townships in the middle of their work, with a word of its own in everything somebody must not read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from models import files, intake, screening, tasks
from models.base.clock import today
from models.base.records import Record
from models.base.viewer import Viewer
from models.intake import RequestVersion
from models.requests import RequestUnit, WorkRequest
from models.screening import Screening
from models.tasks import (
    Assignment,
    Discussion,
    Extension,
    Message,
    Objection,
    Participant,
    Report,
    Task,
    TaskSource,
    TaskUnit,
)
from models.tasks.versions import TaskVersion
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_request, a_town, a_viewer


@dataclass(frozen=True)
class Row:
    """A row with what the table of rights asks about it."""

    record: Record
    of: str
    """The right it falls under, by its name in the table of rights."""
    township: Unit | None = None
    asker: tuple[int, ...] = ()
    """The units that asked for it."""
    villages: tuple[Unit, ...] = ()
    office: Unit | None = None
    """The office a refused request was sent on to, or the unit that has a concern now."""
    path: str = ""
    """Where it lies in the tree, for rows that belong to a place rather than to a township's work."""
    owner: int | None = None
    """The person whose own it is."""
    kept_from: frozenset[int] = frozenset()
    """Persons who would have the right by their post, and have had a hand in what it speaks of."""

    @property
    def kind(self) -> str:
        return type(self.record).__name__


@dataclass
class World:
    town: Town
    rows: list[Row] = field(default_factory=list)
    words: dict[str, list[Row]] = field(default_factory=dict)
    """A word found nowhere else, and the rows of which any one gives the right to read it."""
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Iterator[Row]:
        return (row for row in self.rows if row.kind == kind)


async def a_world(board: Callable[[World], Awaitable[None]] | None = None) -> World:
    """Two townships; what `board` adds happened before their other work."""
    world = World(await a_town())
    town = world.town
    await _viewers(world)
    if board is not None:
        await board(world)
    await a_list(town.city)
    await _refused(world)
    await _waiting(world)
    await _at_the_villages(world)
    await _elsewhere(world)
    await _planned(world)
    return world


async def _viewers(world: World) -> None:
    town = world.town
    posts = {
        "own secretary": ("secretary", town.village),
        "own grid worker": ("grid_worker", town.grid),
        "own village's supervisor": ("supervisor", town.village),
        "secretary of the second village": ("secretary", town.second_village),
        "secretary of another township": ("secretary", town.other_village),
        "asking department": ("department_officer", town.department),
        "another department": ("department_officer", town.other_department),
        "coordinator": ("coordinator", town.township),
        "leader": ("leader", town.township),
        "coordinator of another township": ("coordinator", town.other_township),
        "office": ("office", town.office),
        "observer": ("observer", town.county),
        "list keeper": ("list_keeper", town.city),
    }
    for name, (role, unit) in posts.items():
        world.viewers[name] = await a_viewer(role, unit, name=f"人{len(world.viewers)}")
    world.viewers["nobody"] = Viewer(None, None, "", via="nobody")


async def _refused(world: World) -> None:
    """One refused by the reader and sent on to an office, one refused at once."""
    town = world.town
    scan = await files.keep("词元附件驳回".encode(), "附件.txt")
    read = await a_request(
        town, title="词元标题驳回", body="词元正文驳回", contact="词元联系驳回", files=[scan]
    )
    coordinator = world.viewers["coordinator"]
    await screening.reject(coordinator, read, reason="词元理由驳回", office=town.office)
    await screening.handle(world.viewers["office"], read, answer="词元答复驳回")
    kept = await requests_of(world, read, town.township, town.department, office=town.office)
    for word in ("标题", "正文", "联系", "理由", "答复", "附件"):
        world.words[f"词元{word}驳回"] = kept
    at_once = await a_request(town, title="词元禁止标题", body="词元禁止正文", demands=["ranking"])
    kept = await requests_of(world, at_once, town.township, town.department)
    world.words["词元禁止标题"] = world.words["词元禁止正文"] = kept


async def _waiting(world: World) -> None:
    town = world.town
    asked = await _ask(world, town.other_department, "词元待复核", [town.second_village])
    world.words["词元待复核"] = await requests_of(world, asked, town.township, town.other_department)


async def _at_the_villages(world: World) -> None:
    """A task of two villages with all that can be said about it."""
    town, coordinator = world.town, world.viewers["coordinator"]
    asked = await _ask(world, town.department, "词元旧稿", [town.village, town.second_village])
    same = {n: getattr(asked, n) for n in ("title", "matter_code", "demands", "deadline")}
    asker = world.viewers["asking department"]
    await tasks.amend_request(asker, asked, **same, body="词元申请正文", reason="词元改因")
    await screening.admit(coordinator, asked, note="村社说可以。")
    kept = await requests_of(world, asked, town.township, town.department)
    for word in ("词元旧稿", "词元申请正文", "词元改因"):
        world.words[word] = kept
    task = await _task(world, town.township, [asked], "词元任务", [town.village, town.second_village])
    rows = await _dispatched(world, task, town.township, (town.department.pk,))
    world.words["词元任务"] = rows
    own, second = (
        await Assignment.filter(task=task).order_by("unit__path").prefetch_related(*Assignment.judged_with)
    )
    await _said_on(world, own, "梅渚", world.viewers["own secretary"])
    await _said_on(world, second, "棠村", world.viewers["secretary of the second village"])


async def _said_on(world: World, copy: Assignment, name: str, secretary: Viewer) -> None:
    row = next(r for r in world.of_kind("Assignment") if r.record.pk == copy.pk)
    await tasks.say(secretary, copy, words=f"词元留言{name}")
    await tasks.ask_for_time(secretary, copy, until=copy.due_on + 3 * DAY, reason=f"词元延期{name}")
    await tasks.receive(secretary, copy)
    if name == "梅渚":
        await tasks.report(secretary, copy, words=f"词元反馈{name}")
    else:
        await tasks.object_to(secretary, copy, kind="not_ours", words=f"词元异议{name}")
    for made in await Report.filter(assignment=copy):
        world.rows.append(Row(made, "copy", row.township, row.asker, row.villages))
    world.words[f"词元反馈{name}"] = [row]
    said = [
        made for record in (Message, Objection, Extension) for made in await record.filter(assignment=copy)
    ]
    talk = [Row(made, "talk", row.township, (), row.villages) for made in said]
    world.rows += talk
    for word in ("留言", "延期", "异议"):
        world.words[f"词元{word}{name}"] = talk


async def _elsewhere(world: World) -> None:
    town = world.town
    asked = await _ask(world, town.other_department, "词元邻镇申请", [town.other_village])
    await screening.admit(world.viewers["coordinator of another township"], asked, note="可以。")
    world.words["词元邻镇申请"] = await requests_of(world, asked, town.other_township, town.other_department)
    task = await _task(world, town.other_township, [asked], "词元邻镇任务", [town.other_village])
    rows = await _dispatched(world, task, town.other_township, (town.other_department.pk,))
    world.words["词元邻镇任务"] = rows


async def _planned(world: World) -> None:
    """A draft for the second village with its discussion: no village knows of it yet."""
    town, coordinator = world.town, world.viewers["coordinator"]
    asked = await _ask(world, town.department, "词元将来申请", [town.second_village])
    await screening.admit(coordinator, asked, note="村社说可以。")
    world.words["词元将来申请"] = await requests_of(world, asked, town.township, town.department)
    draft = await tasks.draft(
        coordinator,
        town.township,
        requests=[asked],
        title="词元草稿",
        body="词元草稿",
        due_on=today() + 9 * DAY,
        units=[town.second_village],
    )
    kept = await _task_rows(world, draft, town.township, (town.department.pk,), ())
    world.words["词元草稿"] = kept
    leaders = [world.viewers["leader"], coordinator, await a_viewer("head", town.township, name="词元参会")]
    from models.people import Post

    posts = await Post.filter(id__in=[one.post_id for one in leaders])
    held = await tasks.record_discussion(
        coordinator,
        draft,
        held_on=today(),
        minutes_number="词元纪要号",
        outcome="词元讨论结果",
        agreed=True,
        participants=posts,
    )
    seats = [held, *await Participant.filter(discussion=held)]
    rows = [Row(one, "discussion", town.township, ()) for one in seats]
    world.rows += rows
    world.words["词元讨论结果"] = world.words["词元纪要号"] = rows


async def _ask(world: World, department: Unit, word: str, units: list[Unit]) -> WorkRequest:
    actor = next(v for v in world.viewers.values() if v.unit_id == department.pk)
    made: list[WorkRequest] = await intake.submit(
        actor,
        department,
        title="秸秆巡查",
        body=word,
        matter_code="XZ-NY-01",
        demands=["patrol"],
        deadline=today() + 20 * DAY,
        units=units,
    )
    return made[0]


async def _task(world: World, township: Unit, asked: list[WorkRequest], word: str, units: list[Unit]) -> Task:
    coordinator = next(v for v in world.viewers.values() if v.is_a("coordinator", at=township.path))
    leader = await a_viewer("head", township, name="领导")
    details: dict[str, Any] = {"title": word, "body": word, "due_on": today() + 9 * DAY, "units": units}
    task: Task = await tasks.draft(coordinator, township, requests=asked, **details)
    await tasks.submit_for_approval(coordinator, task)
    await tasks.approve(leader, task)
    await tasks.dispatch(coordinator, task)
    return task


async def requests_of(
    world: World, request: WorkRequest, township: Unit, department: Unit, office: Unit | None = None
) -> list[Row]:
    of_it: list[Record] = [await WorkRequest.get(pk=request.pk)]
    for record in (Screening, RequestUnit, RequestVersion):
        of_it += await record.filter(request=request)
    rows = [Row(one, "request", township, (department.pk,), office=office) for one in of_it]
    world.rows += rows
    return rows[:1]


async def _task_rows(
    world: World, task: Task, township: Unit, asker: tuple[int, ...], villages: tuple[Unit, ...]
) -> list[Row]:
    whole = Row(task, "task", township, asker, villages)
    sources = [Row(one, "request", township, asker) for one in await TaskSource.filter(task=task)]
    planned = [Row(one, "plan", township, asker) for one in await TaskUnit.filter(task=task)]
    versions = [
        Row(one, "task" if one.state == "out" else "plan", township, asker, villages)
        for one in await TaskVersion.filter(task=task)
    ]
    world.rows += [whole, *sources, *planned, *versions]
    return [whole]


async def _dispatched(world: World, task: Task, township: Unit, asker: tuple[int, ...]) -> list[Row]:
    copies = await Assignment.filter(task=task).select_related("unit")
    for one in copies:
        world.rows.append(Row(one, "copy", township, asker, (one.unit,)))
    return await _task_rows(world, task, township, asker, tuple(one.unit for one in copies))


WALKED = frozenset(
    {WorkRequest, Screening, RequestUnit, RequestVersion, Task, TaskSource, TaskUnit, Assignment, Report}
    | {Message, Objection, Extension, Discussion, Participant, TaskVersion}
)
"""Records whose every row is in the table of rights."""
