"""What each copy of a task asks of the registry, field by field, and what its reports put into these fields.

A field is written down when the copy is made and whenever a version goes out: with it whether the village had the
answer on file that day, so that what was asked, and what was spared, is counted from rows that stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.registry import DataValue, Element, current_codes, held, latest, shown
from models.registry.reasons import REASONS
from models.tasks.ask_once import asked_anew, must_ask_once, place_of
from models.tasks.records import Assignment, Task
from models.tasks.reports import Report
from models.tasks.states import OPEN
from models.tasks.versions import TaskVersion
from models.tasks.visibility import talk_reach
from models.units import Unit

HOWS = {
    "missing": "没有报过",
    "stale": "报过，已过期",
    "waived": "已有，签批后重新要",
    "held": "已有，不用填",
}
OUTCOMES = {"": "还没有报", "filled": "新报的", "confirmed": "确认没有变化", "corrected": "改过的"}


class AskedField(Record):
    """One field that a task asks of one village or grid, or would ask if the answer were not on file."""

    assignment: fields.ForeignKeyRelation[Assignment] = link("Assignment", "asked_fields")
    assignment_id: int
    element: fields.ForeignKeyRelation[Element] = link("Element", "asked_fields", said="数据项", indexed=True)
    element_id: int
    how = column("册上有没有", fields.CharField(max_length=10))
    outcome = column("报得怎样", fields.CharField(max_length=10, default="", db_default=""))
    asked_at = column("什么时候要的", fields.DatetimeField())
    dropped_at = column("什么时候不再要", fields.DatetimeField(null=True))
    """When a later version left it out."""

    called = "要填的数据"
    opens = frozenset({"assignment", "element"})

    class Meta:
        table = "asked_field"
        unique_together = (("assignment", "element"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """What a village is asked is between it and those from whom the work comes: whether it is on file tells of the village."""
        return cls.filter(talk_reach(viewer, "assignment__"))

    @property
    def is_open(self) -> bool:
        """Whether a report has to say something of it."""
        return self.how != "held" and self.dropped_at is None


class ReportValue(Record):
    """What one report says for one field, on its way to the file until the report is accepted."""

    report: fields.ForeignKeyRelation[Report] = link("Report", "values", said="反馈")
    report_id: int
    element: fields.ForeignKeyRelation[Element] = link(
        "Element", "reported_values", said="数据项", indexed=True
    )
    element_id: int
    value = column("报的数", fields.TextField())
    how = column("报得怎样", fields.CharField(max_length=10))
    reason = column("为什么和上次不同", fields.CharField(max_length=20, default="", db_default=""))

    called = "填报的数据"
    opens = frozenset({"report", "element"})
    personal = frozenset({"value"})

    class Meta:
        table = "report_value"
        unique_together = (("report", "element"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Between the village and those from whom the work comes; what is asked for is answered from the file."""
        return cls.filter(talk_reach(viewer, "report__assignment__"))

    @property
    def told(self) -> str:
        """The value as people read it."""
        return shown(self.element, self.value)

    @property
    def remark(self) -> str:
        """How it stands to what was reported before, and why."""
        why = REASONS.get(self.reason, "")
        return "" if self.how == "filled" else OUTCOMES[self.how] + (f"：{why}" if why else "")


async def values_of(viewer: Viewer, reports: Collection[int]) -> dict[int, list[ReportValue]]:
    """What each of these reports says field by field, by the report's number, as far as the viewer may read it."""
    found: dict[int, list[ReportValue]] = {}
    if reports:
        rows = ReportValue.visible_to(viewer).filter(report_id__in=list(reports)).order_by("id")
        for row in await rows.select_related("element"):
            found.setdefault(row.report_id, []).append(row)
    return found


async def send_to(task: Task, version: TaskVersion, units: Sequence[int], due_at: datetime) -> None:
    """Make the copies of a task, each with the fields that its version asks for: the one place where copies are made."""
    copies = [Assignment(task_id=task.pk, unit_id=unit_id, due_at=due_at) for unit_id in units]
    await Assignment.bulk_create(copies, batch_size=200)
    await must_ask_once(task)
    await ask(task, version)


async def ask(task: Task, version: TaskVersion) -> None:
    """Write down what a version that goes out asks of each copy that is open, and what it no longer asks."""
    there = Assignment.filter(task_id=version.task_id, state__in=OPEN).order_by("id").select_related("unit")
    copies = await there
    elements = await elements_in_force(version.elements)
    before = await _asked_before(copies)
    await _leave_out(before, {one.pk for one in elements})
    if elements and copies:
        await _write(copies, elements, before, await asked_anew(task))


async def elements_in_force(codes: Collection[str]) -> list[Element]:
    """The elements that may be asked, of these codes as they are called today, in their order: no other field is ever asked."""
    today_called = current_codes(codes)
    rows = await Element.filter(code__in=today_called, state="in_force") if today_called else []
    return sorted(rows, key=lambda one: today_called.index(one.code))


async def _asked_before(copies: Sequence[Assignment]) -> dict[tuple[int, int], AskedField]:
    rows = await AskedField.filter(assignment_id__in=[one.pk for one in copies]) if copies else []
    return {(row.assignment_id, row.element_id): row for row in rows}


async def _leave_out(before: Mapping[tuple[int, int], AskedField], wanted: Collection[int]) -> None:
    """What a later version leaves out stays in the count of what was once asked."""
    gone = [row.pk for row in before.values() if row.element_id not in wanted and row.dropped_at is None]
    if gone:
        await AskedField.filter(id__in=gone).update(dropped_at=now())


async def _write(
    copies: Sequence[Assignment],
    elements: Sequence[Element],
    before: Mapping[tuple[int, int], AskedField],
    anew: Collection[str],
) -> None:
    on_file = await OnFile.of(elements, [copy.unit for copy in copies])
    wanted = {
        (copy.pk, element.pk): on_file.how(element, copy.unit, anew=element.code in anew)
        for element in elements
        for copy in _asked_once(copies, element, before)
    }
    fresh = [
        AskedField(assignment_id=key[0], element_id=key[1], how=how, asked_at=now())
        for key, how in wanted.items()
        if key not in before
    ]
    await AskedField.bulk_create(fresh, batch_size=100)
    again = [key for key, row in before.items() if key in wanted and _is_asked_otherwise(row, wanted[key])]
    for how in sorted({wanted[key] for key in again}):
        rows = [before[key].pk for key in again if wanted[key] == how]
        await AskedField.filter(id__in=rows).update(how=how, dropped_at=None)


def _asked_once(
    copies: Sequence[Assignment], element: Element, before: Collection[tuple[int, int]]
) -> Iterable[Assignment]:
    """The copies that ask for an element: what is the village's is asked once there, and not of each of its grids.

    Whoever was asked before stays asked; else the village's own copy, or the one of its first grid.
    """
    first: dict[int, Assignment] = {}
    by_right = sorted(
        copies, key=lambda one: ((one.pk, element.pk) not in before, one.unit.level == "grid", one.unit_id)
    )
    for copy in by_right:
        first.setdefault(place_of(element, copy.unit), copy)
    return first.values()


def _is_asked_otherwise(row: AskedField, how: str) -> bool:
    """Whether a later version asks again what one had left out, or has or lacks the leader's word for asking anew."""
    signed = row.how != how and "waived" in (row.how, how)
    return row.dropped_at is not None or (signed and not row.outcome)


class OnFile:
    """What is on file of some elements at some places: what is fresh, and the newest whatever its age. A few statements."""

    def __init__(
        self, fresh: Mapping[tuple[str, int], DataValue], newest: Mapping[tuple[str, int], DataValue]
    ):
        self.fresh, self.newest = fresh, newest

    @classmethod
    async def of(cls, elements: Sequence[Element], units: Sequence[Unit]) -> Self:
        codes = [one.code for one in elements]
        places = {place_of(element, unit) for element in elements for unit in units}
        homes = await Unit.filter(id__in=sorted(places)) if places else []
        return cls(await held(codes, homes, today()), await latest(codes, homes, today()))

    def how(self, element: Element, unit: Unit, *, anew: bool) -> str:
        key = element.code, place_of(element, unit)
        if key in self.fresh:
            return "waived" if anew else "held"
        return "stale" if key in self.newest else "missing"
