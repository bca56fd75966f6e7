"""The fields of a task: what the villages' form asks once everything held is struck from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.base.viewer import Viewer
from models.intake.fields import FieldReport, fields_at, fresh_values, wanted_codes
from models.people import Post
from models.people.roles import VALUE_READERS
from models.registry import DataValue, Element, current_codes
from models.requests.records import WorkRequest
from models.tasks.records import Assignment, Task, TaskUnit
from models.tasks.versions import latest_version
from models.units import Unit


@dataclass(frozen=True)
class Form:
    """What one village is asked for, and what it need not fill in because it is on file."""

    to_fill: tuple[Element, ...]
    on_file: tuple[tuple[Element, DataValue], ...]


async def fields_of_task(
    viewer: Viewer, task: Task, planned: Sequence[TaskUnit], requests: Sequence[WorkRequest], *, others: bool
) -> FieldReport:
    """The report on everything the task's requests and its matter want of the villages it is planned for."""
    codes = wanted_codes(requests, task.matter.form)
    villages = await _villages_of(planned) if codes else []
    return await fields_at(
        viewer, task.township, codes, villages, beside=[one.pk for one in requests] if others else None
    )


async def form_of(viewer: Viewer, assignment: Assignment) -> Form | None:
    """The form of one village: fields held fresh are struck, with value and day; None for who may not read them."""
    if not viewer.oversees(assignment.unit.path, *VALUE_READERS):
        return None
    codes = await _codes_of(assignment.task)
    rows = await Element.visible_to(viewer).filter(code__in=codes) if codes else []
    elements = {one.code: one for one in rows}
    village = _village_number(assignment.unit)
    held = await fresh_values(viewer, list(elements.values()), [village] if village else [])
    asked = [elements[code] for code in codes if code in elements]
    return Form(
        tuple(one for one in asked if one.code not in held),
        tuple((one, held[one.code][0]) for one in asked if one.code in held),
    )


async def sources_of(viewer: Viewer, values: Sequence[DataValue]) -> dict[int, str]:
    """In words, where each of these values came from, as far as the viewer may know."""
    tasks = Task.visible_to(viewer).filter(id__in={value.task_id for value in values if value.task_id})
    titles = {task.pk: task.title for task in await tasks.only("id", "title")}
    posts = Post.visible_to(viewer).filter(id__in={value.by_id for value in values if value.by_id})
    makers = {post.pk: f"{post.unit.name}{post.role_label}" for post in await posts.select_related("unit")}
    return {value.pk: _source(value, titles, makers) for value in values}


def _source(value: DataValue, titles: Mapping[int, str], makers: Mapping[int, str]) -> str:
    maker = makers.get(value.by_id or 0, "")
    if value.task_id is None:
        return f"{maker}登记" if maker else "直接登记"
    return f"任务“{titles[value.task_id]}”的反馈" if value.task_id in titles else "以前任务的反馈"


async def _codes_of(task: Task) -> list[str]:
    """A village does not see requests: it is asked what the version before it asks."""
    version = await latest_version(task.pk)
    return current_codes(version.elements) if version else []


async def _villages_of(planned: Sequence[TaskUnit]) -> list[Unit]:
    numbers = {number for row in planned if (number := _village_number(row.unit))}
    return await Unit.filter(id__in=sorted(numbers)).order_by("path") if numbers else []


def _village_number(unit: Unit) -> int | None:
    return unit.parent_id if unit.level == "grid" else unit.pk
