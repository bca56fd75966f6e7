"""Whom a reminder goes to: who does the task, who looks after it, who may approve it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.base.clock import now
from models.base.commands import Command
from models.base.viewer import Viewer
from models.people import Post, in_force
from models.reminders.records import Reminder
from models.reminders.words import TOLD
from models.tasks import Assignment, Task

WORKS_AT = {"village": "secretary", "grid": "grid_worker"}


@dataclass(frozen=True)
class Wanted:
    """That a person should hear of a thing."""

    person_id: int
    kind: str
    subject_type: str
    subject_id: int
    stage: str = ""


async def queue(wanted: Iterable[tuple[Wanted, date]]) -> None:
    """Put down each reminder with its day, once: the database holds no second of the same day."""
    rows = [
        Reminder(
            person_id=one.person_id,
            kind=one.kind,
            subject_type=one.subject_type,
            subject_id=one.subject_id,
            stage=one.stage,
            day=day,
            words=TOLD[one.stage or one.kind].format(1),
            made_at=now(),
        )
        for one, day in wanted
    ]
    if rows:
        await Reminder.bulk_create(rows, ignore_conflicts=True, batch_size=200)


async def doers_of(copies: Collection[Assignment]) -> dict[int, set[int]]:
    """By number of the assignment, the persons who do it: whom it was handed to, or who works there."""
    places = {one.unit_id for one in copies} | {one.unit.parent_id for one in copies if one.unit.parent_id}
    handed = {one.handed_to_id for one in copies if one.handed_to_id}
    here: dict[tuple[int, str], set[int]] = defaultdict(set)
    workers = Post.filter(in_force(), unit_id__in=sorted(places), role__in=sorted(WORKS_AT.values()))
    for unit_id, role, person_id in await workers.values_list("unit_id", "role", "person_id"):
        here[unit_id, role].add(person_id)
    holders = dict(
        await Post.filter(in_force(), id__in=sorted(handed)).values_list("id", "person_id") if handed else []
    )
    return {one.pk: _doers(one, here, holders) for one in copies}


def _doers(one: Assignment, here: dict[tuple[int, str], set[int]], holders: dict[int, int]) -> set[int]:
    if one.handed_to_id in holders:
        return {holders[one.handed_to_id]}
    role = WORKS_AT.get(one.unit.level, "secretary")
    return here.get((one.unit_id, role)) or here.get((one.unit.parent_id or 0, "secretary"), set())


async def approvers_of(task: Task, verb: Command[Task, Any, Any]) -> set[int]:
    """The leaders whom the rules of the verb would let do it."""
    posts = Post.filter(in_force(), unit_id=task.township_id, role__in=("leader", "head"))
    return {
        post.person_id
        for post in await posts.select_related("unit")
        if verb.allows(Viewer(post.person_id, None, "", (post.hat(),)), task)
    }


async def at_the_desks(townships: Collection[int], role: str) -> dict[int, set[int]]:
    """By township, the persons who hold a role there."""
    found: dict[int, set[int]] = defaultdict(set)
    posts = Post.filter(in_force(), unit_id__in=sorted(townships), role=role)
    for unit_id, person_id in await posts.values_list("unit_id", "person_id"):
        found[unit_id].add(person_id)
    return found
