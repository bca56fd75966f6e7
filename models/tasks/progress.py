"""How far a task has come at its villages, in figures for whoever may see the copies, and whom to call about one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.traces import bare
from models.base.viewer import Viewer
from models.people import Post, in_force
from models.people.roles import CALLED_FIRST
from models.tasks.records import Assignment
from models.tasks.states import ASSIGNMENT_STATES

ANSWERED = ("reported", "accepted")
NOT_COUNTED = ("withdrawn",)


@dataclass(frozen=True)
class Progress:
    """Copies of one task: all that stand, those answered, those waiting for review, those done."""

    villages: int
    answered: int
    waiting: int
    done: int

    @property
    def sentence(self) -> str:
        return f"{self.villages} 个村社，已反馈 {self.answered}"


@dataclass(frozen=True)
class Waiting:
    """A task some of whose reports wait for review."""

    task_id: int
    title: str
    progress: Progress


async def waiting_for_review(viewer: Viewer, here: Q, most: int) -> list[Waiting]:
    """Tasks with reports to review, one row each however many villages reported, in one statement."""
    reported = Assignment.filter(here, state="reported").values("task_id")
    rows = _standing(viewer).filter(task_id__in=Subquery(reported)).annotate(many=Count("id"))
    grouped = (
        rows.group_by("task_id", "task__title", "state")
        .order_by("task_id")
        .limit(most * len(ASSIGNMENT_STATES))
    )
    counted: dict[tuple[int, str], Counter[str]] = {}
    for task, title, state, many in await grouped.values_list("task_id", "task__title", "state", "many"):
        counted.setdefault((int(task), str(title)), Counter())[str(state)] += int(many)
    return [Waiting(task, title, _progress(states)) for (task, title), states in counted.items()][:most]


async def progress_of(viewer: Viewer, tasks: Collection[int]) -> dict[int, Progress]:
    """The progress of each of these tasks, in one statement."""
    counted: dict[int, Counter[str]] = {}
    if tasks:
        rows = _standing(viewer).filter(task_id__in=list(tasks)).annotate(many=Count("id"))
        for task, state, many in await rows.group_by("task_id", "state").values_list(
            "task_id", "state", "many"
        ):
            counted.setdefault(int(task), Counter())[str(state)] += int(many)
    return {task: _progress(states) for task, states in counted.items()}


def _standing(viewer: Viewer) -> QuerySet[Assignment]:
    """What is counted by state: of those not answered yet no figure tells more than how many they are."""
    return bare(Assignment.visible_to(viewer))


def _progress(states: Counter[str]) -> Progress:
    return Progress(
        villages=sum(many for state, many in states.items() if state not in NOT_COUNTED),
        answered=sum(states[state] for state in ANSWERED),
        waiting=states["reported"],
        done=states["accepted"],
    )


async def to_call(viewer: Viewer, assignments: Iterable[Assignment]) -> dict[int, Post]:
    """Whom the township calls about each copy: who was given it, or else the village's secretary; two statements."""
    rows = list(assignments)
    handed = [row.handed_to_id for row in rows if row.handed_to_id]
    places = {place for row in rows for place in (row.unit_id, row.unit.parent_id) if place}
    posts = Post.visible_to(viewer).filter(in_force()).exclude(person__phone="").select_related("person")
    given = {post.pk: post for post in await posts.filter(pk__in=handed)} if handed else {}
    there: dict[int, list[Post]] = {}
    if places:
        for post in await posts.filter(unit_id__in=sorted(places), role__in=CALLED_FIRST).order_by("id"):
            there.setdefault(int(post.unit_id), []).append(post)
    found = {row.pk: given.get(row.handed_to_id or 0) or _first(row, there) for row in rows}
    return {number: post for number, post in found.items() if post is not None}


def _first(row: Assignment, there: dict[int, list[Post]]) -> Post | None:
    """Of the copy's own place, or for a grid of the village above it, the post that is called first."""
    own = there.get(row.unit_id) or there.get(row.unit.parent_id or 0) or []
    return min(own, key=lambda post: CALLED_FIRST.index(post.role), default=None)
