"""What stands between a draft and the villages: merging, burden, discussion, the head's reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Subquery

from models import tasks
from models.base.signatures import note_words
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.intake import FieldReport
from models.matters.decision import DATA_DEMANDS
from models.people import Post, in_force
from models.people.roles import DISCUSSANTS, PREPARERS
from models.requests import WorkRequest
from models.tasks import BEFORE_RELEASE, Discussion, Participant, Task, TaskOffice, TaskSource, TaskVersion
from models.tasks.merging import ADMITTING
from models.units import Unit

MOST = 20


async def beside(viewer: Viewer, task: Task, change: TaskVersion | None) -> dict[str, Any]:
    """What the task's page shows to those who prepare and approve it; once it is with the villages, only for a change."""
    offices = await _assisting(viewer, task)
    told: dict[str, Any] = {
        "assisting": [office.name for office in offices],
        "assisting_ids": [office.pk for office in offices],
        "loads": [],
        "waiting": [],
        "leaders": [],
    }
    discussions = Discussion.visible_to(viewer).filter(task=task).order_by("-id")
    discussion = await discussions.select_related("recorded_by__person").first()
    told["discussion"] = discussion
    told["participants"] = await _participants(viewer, task, discussion) if discussion else []
    await note_versions(
        *(one for one in told["participants"] if tasks.confirm_discussion.allows(viewer, one))
    )
    if (task.state not in BEFORE_RELEASE and change is None) or not viewer.is_a(
        *PREPARERS, at=task.township.path
    ):
        return told
    # A preparer's version of the task was noted, which told what each village would carry.
    told["loads"] = await tasks.added_by(task, change.due_at) if change else task.loads
    if tasks.merge.allows(viewer, task):
        told["waiting"] = await mergeable(viewer, task.township_id, task.matter_id)
    if task.matter.major and tasks.record_discussion.allows(viewer, task):
        told["leaders"] = await _leaders(task)
    return told


async def signed(viewer: Viewer, task: Task) -> dict[str, Any]:
    """The words given on the task, each with whether it still holds; and its version for whoever has a form here."""
    if not viewer.is_a(*PREPARERS, at=task.township.path):
        await note_words(viewer, task)
        return {"approval": None, "signed": None, "discussed": None}
    told = await note_versions(task)
    on_it = (await note_words(viewer, task, told=told)).get(task.pk, {})
    return {
        "approval": await tasks.approval_of(task) if task.state == "approved" else None,
        "signed": on_it.get(tasks.sign_overload.name),
        "discussed": on_it.get(tasks.record_discussion.name),
    }


def asked_once(fields: FieldReport | None, sources: Sequence[TaskSource]) -> dict[str, Any]:
    """Villages that have everything on file which is asked of them, and the data of which somebody has some."""
    alone = all(DATA_DEMANDS.issuperset(one.request.demands) for one in sources)
    held = [one for one in fields.fields if one.held and one.element] if fields else []
    return {
        "idle": fields.lacking_nothing if fields and alone else (),
        "on_file": [(one.element.pk, one.name, f"{one.held} 个村社已有") for one in held if one.element],
    }


async def _assisting(viewer: Viewer, task: Task) -> list[Unit]:
    rows = TaskOffice.visible_to(viewer).filter(task=task).order_by("office__path")
    return [row.office for row in await rows.select_related("office")]


async def _participants(viewer: Viewer, task: Task, discussion: Discussion) -> list[Participant]:
    """Each with the discussion and the task as they were read already."""
    rows = Participant.visible_to(viewer).filter(discussion=discussion).order_by("id")
    discussion.task, seats = task, list(await rows.select_related("post__person", "post__unit"))
    for seat in seats:
        seat.discussion = discussion
    return seats


async def mergeable(viewer: Viewer, township_id: int, matter_id: int | None) -> list[WorkRequest]:
    """Admitted requests under one matter and list version that no live task answers yet."""
    taken = TaskSource.exclude(task__state="withdrawn").filter(
        request__township_id=township_id, request__matter_id=matter_id
    )
    rows = WorkRequest.visible_to(viewer).filter(
        township_id=township_id, matter_id=matter_id, state__in=ADMITTING
    )
    free = rows.exclude(id__in=Subquery(taken.values("request_id")))
    return list(await free.select_related("department").order_by("id").limit(MOST))


async def _leaders(task: Task) -> list[tuple[int, str]]:
    posts = Post.filter(in_force(), unit=task.township, role__in=DISCUSSANTS).order_by("id")
    return [
        (p.pk, f"{p.person.name}（{p.title or p.role_label}）") for p in await posts.select_related("person")
    ]
