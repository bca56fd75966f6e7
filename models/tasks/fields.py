"""The fields of a task: what the villages' form asks once everything held is struck from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.base.viewer import Viewer
from models.intake.fields import FieldReport, fields_at, wanted_codes
from models.people import Post
from models.people.roles import VALUE_READERS
from models.registry import DataValue, Element, shown
from models.requests.records import WorkRequest
from models.tasks.ask_once import place_of
from models.tasks.asked_fields import AskedField, OnFile, ReportValue
from models.tasks.field_checks import Terms, sums_among
from models.tasks.records import Assignment, Task, TaskUnit
from models.tasks.visibility import at_the_village
from models.units import Unit


@dataclass(frozen=True)
class FormField:
    """One field to fill in: what was last reported stands in it, and a sum is worked out from its parts."""

    element: Element
    how: str
    last: DataValue | None
    terms: Terms = ()
    """Of a sum all of whose parts are known here: their codes, each with 1 or -1."""
    of_village: bool = False
    """Whether a grid is asked for what the whole village has."""
    before: ReportValue | None = None
    """What the last report on this very copy said, which was returned or taken back."""

    @property
    def options(self) -> list[tuple[str, str]]:
        """What may be chosen, as a form shows it."""
        return [(one, one) for one in self.element.options]

    @property
    def label(self) -> str:
        """The name with its measure."""
        measured = self.element.measure and self.element.kind != "choice"
        beside = [
            one
            for one in ("全村" if self.of_village else "", self.element.measure if measured else "")
            if one
        ]
        return f"{self.element.name}（{'，'.join(beside)}）" if beside else self.element.name

    @property
    def was(self) -> str:
        """What was last reported, with its measure; empty where nothing was."""
        return shown(self.element, self.last.value) if self.last else ""

    @property
    def begins_with(self) -> str:
        """What stands in the field before anybody types."""
        if self.before is not None:
            return self.before.value
        return self.last.value if self.last else ""

    @property
    def written(self) -> str:
        """The terms as the page adds them up while they are typed."""
        return " ".join(f"{'+' if sign > 0 else '-'}{code}" for sign, code in self.terms)


@dataclass(frozen=True)
class Form:
    """What one village is asked for, and what it need not fill in because it is on file."""

    to_fill: tuple[FormField, ...] = ()
    on_file: tuple[tuple[Element, DataValue], ...] = ()

    @property
    def known(self) -> list[tuple[Element, DataValue, str]]:
        """What is on file, each with its value as people read it."""
        return [(element, value, shown(element, value.value)) for element, value in self.on_file]

    @property
    def is_filled(self) -> bool:
        """Whether all that is asked stands there as it was last reported: one tap says that nothing has changed."""
        typed = [field for field in self.to_fill if not field.terms]
        return bool(typed) and all(field.last and field.begins_with == field.last.value for field in typed)


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
    """The form of one village, for whoever fills it in or may read what it holds; None for all others."""
    fills = viewer.oversees(assignment.unit.path, *VALUE_READERS) or at_the_village(viewer, assignment)
    if not fills:
        return None
    form = await form_at(assignment)
    before = await _last_words(assignment) if form.to_fill else {}
    return replace(
        form, to_fill=tuple(replace(one, before=before.get(one.element.pk)) for one in form.to_fill)
    )


async def _last_words(assignment: Assignment) -> dict[int, ReportValue]:
    """What the newest report said, by element, whatever became of it: nothing that was typed is typed again."""
    rows = ReportValue.filter(report__assignment_id=assignment.pk).order_by("report__round")
    return {row.element_id: row for row in await rows}


async def form_at(assignment: Assignment) -> Form:
    """What this copy asks now: what came on file since it was sent is struck, but for what a leader asks anew."""
    rows = AskedField.filter(assignment_id=assignment.pk, dropped_at=None, element__state="in_force")
    asked = await rows.order_by("id").select_related("element")
    if not asked:
        return Form()
    return _form(assignment.unit, asked, await OnFile.of([row.element for row in asked], [assignment.unit]))


def _form(unit: Unit, asked: Sequence[AskedField], on_file: OnFile) -> Form:
    keys = {row.pk: (row.element.code, place_of(row.element, unit)) for row in asked}
    struck = [row for row in asked if _is_struck(row, on_file, keys[row.pk])]
    open_ones = [row for row in asked if row not in struck]
    sums = sums_among([row.element for row in open_ones], {row.element.code for row in asked})
    return Form(
        tuple(
            FormField(
                row.element,
                row.how,
                on_file.newest.get(keys[row.pk]),
                sums.get(row.element.code, ()),
                keys[row.pk][1] != unit.pk,
            )
            for row in open_ones
        ),
        tuple((row.element, on_file.newest[keys[row.pk]]) for row in struck),
    )


def _is_struck(row: AskedField, on_file: OnFile, key: tuple[str, int]) -> bool:
    if row.how == "held":
        return key in on_file.newest
    return row.how != "waived" and key in on_file.fresh


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


async def _villages_of(planned: Sequence[TaskUnit]) -> list[Unit]:
    numbers = {number for row in planned if (number := _village_number(row.unit))}
    return await Unit.filter(id__in=sorted(numbers)).order_by("path") if numbers else []


def _village_number(unit: Unit) -> int | None:
    return unit.parent_id if unit.level == "grid" else unit.pk
