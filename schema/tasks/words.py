"""The closed lists of words of tasks, and what readers of them look for and sort by."""

from __future__ import annotations

from tortoise.expressions import Q

from models import matters, tasks
from models.base.clock import now
from models.base.viewer import NOTHING, subtree
from schema.base.enums import enum_of
from schema.base.filters import (
    any_code,
    any_of,
    any_row,
    below,
    days,
    either,
    filter_of,
    moments,
    related,
    text,
)
from schema.base.orders import By, order_of
from schema.base.statements import padded
from schema.units import UnitRef

TaskState = enum_of("TaskState", tasks.TASK_STATES, "How far a task has come.")
AssignmentState = enum_of(
    "AssignmentState", tasks.ASSIGNMENT_STATES, "How far a task has come at one village."
)
TaskVersionState = enum_of("TaskVersionState", tasks.VERSION_STATES, "What became of a change.")
Repetition = enum_of(
    "Repetition",
    tasks.REPEATS,
    "How often a task comes again.",
    names={"week": "WEEKLY", "month": "MONTHLY", "quarter": "QUARTERLY"},
)

FieldHow = enum_of("FieldHow", tasks.HOWS, "Whether what is asked was on file when the task was sent.")
FieldOutcome = enum_of(
    "FieldOutcome",
    {code: label for code, label in tasks.OUTCOMES.items() if code},
    "How an answer stands to what was reported before.",
)


def _of_late_tasks() -> Q:
    return Q(state="dispatched", due_at__lt=now())


AssignmentFilter = filter_of(
    "AssignmentFilter",
    "What to look for among assignments.",
    text=text(tasks.AssignmentFilter, "Part of the task's title."),
    states=any_of("state", AssignmentState, "Assignments in any of these states."),
    within=below("unit__path", "Assignments of units at or below this one."),
    matter_codes=any_code(
        "task__matter__code",
        "Assignments of tasks of matters with any of these codes.",
        (matters.Matter, "code"),
    ),
    dispatched_at=moments("task__dispatched_at", "Assignments of tasks sent out between these instants."),
    decided_at=moments("decided_at", "Assignments accepted or returned between these instants."),
    task_codes=any_code("task__code", "Assignments of tasks with any of these codes.", (tasks.Task, "code")),
    due_on=days("due_at", "「办理期限」 within these days.", of_moments=True),
    is_open=either(tasks.STILL_OPEN, "Still the village's to do."),
    is_overdue=either(tasks.still_late, "「逾期」 Still the village's to do, and late."),
)


AssignmentOrder = order_of(
    "AssignmentOrder",
    CREATED_AT=By("id", "In the order in which they were sent."),
    DUE_ON=By("due_at", "「办理期限」 By when they are due, to the moment."),
    UNIT=By("unit_id", "By unit: those of one stand together."),
)


TaskFilter = filter_of(
    "TaskFilter",
    "What to look for among tasks.",
    text=text(tasks.TaskFilter, "Part of the title, or the beginning of the code."),
    codes=any_code("code", "Tasks with any of these codes.", (tasks.Task, "code")),
    states=any_of("state", TaskState, "Tasks in any of these states."),
    within=below("township__path", "Tasks of townships at or below this unit."),
    matter_codes=any_code(
        "matter__code", "Tasks of matters with any of these codes.", (matters.Matter, "code")
    ),
    series=any_row("series_id", tasks.Task, "Tasks that repeat any of these, each the first of its series."),
    responses=any_row(
        "response_id", tasks.EmergencyResponse, "Tasks under any of these emergency responses."
    ),
    departments=related(
        list[UnitRef],
        tasks.TaskSource,
        "task_id",
        lambda rows, units: (
            rows.filter(request__department_id__in=padded([one.pk for one in units]))
            if units
            else rows.filter(NOTHING)
        ),
        "Tasks that answer a request of any of these departments.",
    ),
    village=related(
        UnitRef,
        tasks.Assignment,
        "task_id",
        lambda rows, unit: rows.filter(subtree("unit__path", unit.path)),
        "Tasks that were sent to a unit at or below this one.",
    ),
    created_at=moments("made_at", "Tasks drafted between these instants."),
    dispatched_at=moments("dispatched_at", "Tasks sent out between these instants."),
    is_overdue=either(_of_late_tasks, "「逾期」 Sent out, not closed, and late."),
    is_emergency=either(Q(response_id__isnull=False), "「应急」 Sent out under an emergency response."),
    due_on=days("due_at", "「办理期限」 within these days.", of_moments=True),
    has_reports_to_review=related(
        bool,
        tasks.Assignment,
        "task_id",
        lambda rows, _: rows.filter(tasks.TO_REVIEW),
        "With reports that wait for review.",
    ),
)


TaskOrder = order_of(
    "TaskOrder",
    CREATED_AT=By("made_at", "By when they were made."),
    DUE_ON=By("due_at", "「办理期限」 By when they are due, to the moment."),
    CODE=By("code", "「编号」"),
)
