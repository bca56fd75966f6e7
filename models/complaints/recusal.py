"""Who steps back (回避): nobody reads or answers what is said of their own work, whatever post they hold by now."""

from __future__ import annotations

from collections.abc import Collection

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.events import Event
from models.people import Post, in_force
from models.people.roles import DESK, OFFICES
from models.tasks import Task, TaskSource


def of_their_work(person_id: int) -> Q:
    """Complaints about a task this person had a hand in, or from a township where they ever decided.

    No length of time ends it: what is hidden in one year would otherwise come to light in the next.
    """
    tasks, townships = _tasks_of(person_id), _decided(person_id)
    return Q(task_id__in=Subquery(tasks.values("id"))) | Q(
        township_id__in=Subquery(townships.values("unit_id"))
    )


async def stepping_back(persons: Collection[int], township: int | None, task: int | None) -> set[int]:
    """Which of these persons may not answer what is said of this township and task."""
    here = Q(unit_id=township or 0)
    at_work = in_force() & (here | Q(role__in=OFFICES, unit__parent_id=township or 0))
    near = Post.filter(here & Q(role__in=DESK) | at_work, person_id__in=sorted(persons))
    found = {int(person) for (person,) in await near.values_list("person_id")}
    for person in sorted(set(persons) - found) if task else ():
        if await _tasks_of(person).filter(id=task).exists():
            found.add(person)
    return found


def _tasks_of(person_id: int) -> QuerySet[Task]:
    """What this person asked for, drafted, approved, dispatched or did anything to; of a series every round."""
    posts = Subquery(Post.filter(person_id=person_id).values("id"))
    deeds = Subquery(Event.filter(subject_type="Task", actor_post_id__in=posts).values("subject_id"))
    asked = Subquery(TaskSource.filter(request__submitted_by_id__in=posts).values("task_id"))
    signed = Q(drafted_by_id__in=posts) | Q(approved_by_id__in=posts)
    return Task.filter(signed | Q(id__in=deeds) | Q(series_id__in=deeds) | Q(id__in=asked))


def _decided(person_id: int) -> QuerySet[Post]:
    return Post.filter(person_id=person_id, role__in=DESK)
