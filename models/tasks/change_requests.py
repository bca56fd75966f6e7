"""A task that is out changes only by a new version: proposed, approved by somebody else, counted, and told as a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from models.base.clock import end_of, now, today, town_day
from models.base.commands import FromAbove, command, rule
from models.base.days import Planned
from models.base.labels import labels
from models.base.refusals import Invalid, NotNow
from models.base.separation_of_duties import must_be_another
from models.base.signatures import WHOLE, whole_but
from models.base.text import Line
from models.base.viewer import Viewer
from models.people import Post
from models.people.roles import REVIEWERS
from models.registry import Element
from models.screening import in_turn
from models.tasks.ask_once import must_ask_once
from models.tasks.asked_fields import ask
from models.tasks.deadlines import move_with
from models.tasks.gates import must_be_discussed, must_stay_bearable, must_still_be_asked_for
from models.tasks.messages import tell_villages
from models.tasks.planning import approves_for_the_township
from models.tasks.records import Task
from models.tasks.versions import (
    SHOWN,
    TaskVersion,
    latest_version,
    must_bear_reading,
    proposed_change,
    words_of,
)


@rule("只有本镇街的统筹员或领导可以提出变更。")
def works_at_the_desk(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*REVIEWERS, at=task.township.path)


@command(said="提出变更", who=works_at_the_desk)
async def carry_over(
    actor: Viewer,
    task: Task,
    *,
    title: FromAbove[Line[str]],
    body: FromAbove[str],
    due_on: Planned[date],
    reason: FromAbove[str],
) -> Task:
    """Propose to bring an amended request to the villages: they go on as before until somebody else approves it."""
    await must_still_be_asked_for(task)
    if await proposed_change(task) is not None:
        raise NotNow("这个任务已有一个变更在等领导批准，请先处理。")
    words = {"title": title.strip(), "body": body.strip(), "due_at": _until(task, due_on)}
    if not words["title"] or not words["body"] or due_on < today():
        raise Invalid("请写明任务名称和内容，期限不能早于今天。", field="body")
    new = TaskVersion(task=task, drafted_by_id=actor.post_id, made_at=now(), reason=_why(reason))
    new.update_from_dict(await words_of(task) | words)
    if not await changes(await latest_version(task.pk), new):
        raise Invalid("内容没有变化。", field="body")
    await new.save()
    # What was signed for the words that are out is no word for these.
    task.asked_anew = []
    await task.save(update_fields=["asked_anew"])
    return task


@command(said="批准变更", who=approves_for_the_township, binds=whole_but("load", "reads"))
async def approve_change(actor: Viewer, task: Task, *, note: FromAbove[str] = "") -> Task:
    """Let a proposed version stand before the villages, through the gates of the first: they read what changed and why."""
    new, before = await _waiting(task), await latest_version(task.pk)
    proposer = await Post.get(pk=new.drafted_by_id).select_related("person")
    must_be_another(actor, "变更不能由提出的本人批准，请另一位领导批准。", proposer.person)
    await _must_rest_on_what_stands(task, new)
    await must_be_discussed(task)
    await in_turn(task.township_id)
    await must_stay_bearable(task, new.due_at)
    await must_bear_reading(task, new)
    new.update_from_dict({"number": (before.number or 0) + 1 if before else 1, "state": "out", "note": note})
    await _decide(actor, new)
    told = await changes(before, new)
    await task.update_from_dict({name: getattr(new, name) for name in WORDS}).save(update_fields=list(WORDS))
    await must_ask_once(task)
    await ask(task, new)
    said = [f"任务有变更（第 {new.number} 版）。", *told, f"原因：{new.reason}"]
    await tell_villages(actor, task, "\n".join(said))
    await move_with(task)
    return task


@command(said="不采用变更", who=works_at_the_desk, binds=WHOLE)
async def drop_change(actor: Viewer, task: Task, *, reason: str) -> Task:
    """Leave a proposed version aside, and say why: the villages have never heard of it."""
    new = await _waiting(task)
    new.update_from_dict({"state": "dropped", "note": _why(reason)})
    await _decide(actor, new)
    return task


WORDS = ("title", "body", "due_at")


async def changes(before: TaskVersion | None, new: TaskVersion) -> list[str]:
    """What a version changes, in sentences for the villages."""
    return (await _changes([(before, new)]))[new.pk]


async def changes_by(versions: Sequence[TaskVersion]) -> dict[int, list[str]]:
    """The same for each of these against the version that went out before it; two statements, however many."""
    out = TaskVersion.filter(task_id__in={one.task_id for one in versions}, state="out").order_by("number")
    earlier = await out if versions else []
    return await _changes([(_before(one, earlier), one) for one in versions])


async def changes_of(viewer: Viewer, task_id: int) -> list[tuple[TaskVersion, list[str]]]:
    """What became of a task since it went out, the newest first, as far as the viewer reads it."""
    rows = TaskVersion.visible_to(viewer).filter(task_id=task_id, state="out").order_by("number")
    versions = await rows
    told = await _changes(list(pairwise(versions)))
    return [(one, told[one.pk]) for one in reversed(versions[1:])]


def _before(version: TaskVersion, out: Sequence[TaskVersion]) -> TaskVersion | None:
    mine = [one for one in out if one.task_id == version.task_id]
    older = [one for one in mine if version.number is None or (one.number or 0) < version.number]
    return older[-1] if older else None


async def _changes(pairs: Sequence[tuple[TaskVersion | None, TaskVersion]]) -> dict[int, list[str]]:
    differing = [pair for pair in pairs if pair[0] is not None and pair[0].elements != pair[1].elements]
    codes = {code for pair in differing for one in pair if one is not None for code in one.elements}
    named = await Element.filter(code__in=sorted(codes)).values_list("code", "name") if codes else []
    names = {str(code): str(name) for code, name in named}
    return {
        new.pk: [
            f"{what}：原为“{_told(getattr(before, name), names)}”，现为“{_told(getattr(new, name), names)}”。"
            for name, what in labels(TaskVersion, *SHOWN).items()
            if before is not None and getattr(before, name) != getattr(new, name)
        ]
        for before, new in pairs
    }


def _told(value: str | datetime | list[str], names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return "、".join(names.get(code, code) for code in value) or "无"
    return str(town_day(value)) if isinstance(value, datetime) else value


async def _waiting(task: Task) -> TaskVersion:
    found = await proposed_change(task)
    if found is None:
        raise NotNow("这个任务没有待批准的变更，可能已有人处理，请刷新后再看。")
    return found


async def _must_rest_on_what_stands(task: Task, new: TaskVersion) -> None:
    """Raise NotNow unless its requests still say what they said when it was proposed, and its end lies ahead."""
    if new.due_at < now():
        raise NotNow("变更后的期限已经过了，请不采用这个变更，重新提出。")
    await must_still_be_asked_for(task)
    words: dict[str, Any] = await words_of(task)
    if any(words[name] != getattr(new, name) for name in ("elements", "screenings")):
        raise NotNow("提出变更以后申请又改过，请不采用这个变更，重新提出。")


async def _decide(actor: Viewer, version: TaskVersion) -> None:
    version.decided_by_id, version.decided_at = actor.post_id, now()
    await version.save(update_fields=["number", "state", "note", "decided_by_id", "decided_at"])


def _until(task: Task, due_on: date) -> datetime:
    """The hour of an emergency stays while its day does."""
    return task.due_at if due_on == task.due_on else end_of(due_on)


def _why(reason: str) -> str:
    if not 1 <= len(reason.strip()) <= 500:
        raise Invalid("请写明原因（不超过 500 个字）。", field="reason")
    return reason.strip()
