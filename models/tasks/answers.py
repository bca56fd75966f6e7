"""What a village's answer says as a whole, and what it answers to: whoever decides on it has read the very same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from models.base.aggregates import veiled
from models.base.derived_figures import WorkedOut
from models.base.versions import versions_of
from models.registry import DataValue, current_codes
from models.tasks.asked_fields import ReportValue
from models.tasks.extensions import Extension
from models.tasks.objections import Objection
from models.tasks.records import Assignment
from models.tasks.reports import Report
from models.tasks.versions import TaskVersion
from models.units import Unit

Rows = Mapping[int, list[Any]]
WORDS = ("number", "title", "body", "elements")
VALUES = ("report_id", "element__code", "value", "reason")
DATA = ("unit_id", "element__code", "id", "value", "as_of")


async def not_as_read(copies: Sequence[Assignment], versions: Sequence[str]) -> list[Assignment]:
    """Those of these copies whose version is none of those that were read."""
    current = await versions_of(copies)
    return [one for one in copies if current[one.pk] not in versions]


async def _versions(tasks: Collection[int]) -> Rows:
    """What stands before the villages of each of these tasks: its newest version."""
    out = TaskVersion.filter(task_id__in=sorted(set(tasks)), state="out").order_by("number")
    return {int(str(task)): said for task, *said in await out.values_list("task_id", *WORDS)}


async def _asked(copies: Sequence[Assignment]) -> dict[int, str]:
    """What the village is asked, and by when."""
    words = await _versions([one.task_id for one in copies])
    return {one.pk: veiled([one.due_at, words.get(one.task_id)]) for one in copies}


async def _asked_beside(rows: Sequence[Objection] | Sequence[Extension]) -> dict[int, str]:
    """The same for what was said about a copy."""
    told = await _asked(await Assignment.filter(id__in={row.assignment_id for row in rows}))
    return {row.pk: told[row.assignment_id] for row in rows}


async def _answered(copies: Sequence[Assignment]) -> dict[int, str]:
    """The reports that stand, with what came with them, the data on file that goes with them, and what they answer to."""
    words = await _versions([one.task_id for one in copies])
    said = await _by_copy(_standing(copies), "assignment_id", "id", "round", "words", "at", "by_id")
    came = _standing(copies).filter(attachments__id__gt=0).order_by("attachments__id")
    files = await _by_copy(
        came, "assignment_id", "id", "attachments__file__name", "attachments__file__sha256"
    )
    values = await _values(copies)
    data = await _data(copies, words)
    return {
        one.pk: veiled(
            [words.get(one.task_id), *(rows.get(one.pk, []) for rows in (said, files, values, data))]
        )
        for one in copies
    }


async def _values(copies: Sequence[Assignment]) -> Rows:
    """What the reports that stand say field by field: accepted, it goes on file as it was read."""
    numbers = [one.pk for one in copies]
    rows = ReportValue.filter(report__assignment_id__in=numbers, report__taken_back_at=None).order_by("id")
    return await _by_copy(rows, "report__assignment_id", *VALUES)


def _standing(copies: Sequence[Assignment]) -> Any:
    return Report.filter(assignment_id__in=[one.pk for one in copies], taken_back_at=None).order_by("id")


async def _by_copy(rows: Any, copy: str, *columns: str) -> Rows:
    found: dict[int, list[Any]] = defaultdict(list)
    for number, *values in await rows.values_list(copy, *columns):
        found[int(str(number))].append(values)
    return found


async def _data(copies: Sequence[Assignment], words: Rows) -> Rows:
    """The newest value of each thing that is asked for, at the place itself and at the village of a grid."""
    codes = {code for *_, asked in words.values() for code in asked}
    if not codes:
        return {}
    above = dict(await Unit.filter(id__in={one.unit_id for one in copies}).values_list("id", "parent_id"))
    rows = DataValue.filter(
        element__code__in=sorted(current_codes(codes)), unit_id__in={*above, *above.values()} - {None}
    )
    newest: dict[tuple[int, str], list[Any]] = {}
    for unit, code, *said in await rows.order_by("as_of", "id").values_list(*DATA):
        newest[int(str(unit)), str(code)] = [code, *said]
    return {
        one.pk: [
            newest.get((place, code))
            for code in sorted(current_codes(words.get(one.task_id, [[]])[-1]))
            for place in (one.unit_id, above[one.unit_id])
        ]
        for one in copies
    }


Assignment.parts_called = {"answer": "反馈（连同填报的数、在册的数据、附件和任务要求）"}
Assignment.works_out = {"answer": WorkedOut(_answered)}
Assignment.own_course = frozenset(
    {
        *("state", "decided_at", "return_note", "received_at", "handed_to_id", "unanswered_on"),
        *("extended", "granted_until", "rested_days", "suspended_at", "suspended_from"),
    }
)
Extension.parts_called = Objection.parts_called = {"asked": "任务要求"}
Extension.works_out = {"asked": WorkedOut(_asked_beside)}
Extension.own_course = frozenset({"state", "answer", "decided_by_id", "decided_at"})
Objection.works_out = {"asked": WorkedOut(_asked_beside)}
Objection.own_course = frozenset(
    {
        *("state", "finding", "answer", "decided_by_id", "decided_at", "appeal_until", "appealed_at"),
        *("appeal_answer", "appeal_decided_by_id"),
    }
)
