"""汇总表: every village's answer to a task as one table, and all that came with the answers as one archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tortoise.expressions import Q

from models.base.clock import now, today, town_day
from models.base.pools import PACKING
from models.base.refusals import NotFound
from models.base.traces import Extent
from models.base.viewer import Viewer
from models.exporting import Archive, Cell, Names, Table, as_number
from models.files import File, content_of
from models.people import Post
from models.registry import MASK, DataValue, Element, current_codes
from models.tasks import files_of
from models.tasks.asked_fields import ReportValue
from models.tasks.receipts import RECEIPT
from models.tasks.records import Assignment, Task
from models.tasks.reports import Report
from models.tasks.versions import latest_version

CHUNK = 100
"""Villages read at a time: what is held does not grow with the task."""
HEADS = (("村社", 18), ("编码", 18), ("状态", 10), ("期限", 12))
HEADS_OF_THE_DISPATCHER = (("签收时间", 17),)
"""Only for whoever may know when somebody has looked."""
HEADS_OF_A_REPORT = (("反馈时间", 17), ("反馈人", 12), ("第几次反馈", 11), ("办理情况", 60))
HEADS_AT_THE_END = (("附件", 40), ("退回要求", 30))
LEAST_WIDTH = 12


@dataclass(frozen=True)
class Answer:
    """What one village answered: its newest report, its values, and every attachment with its name in the archive."""

    assignment: Assignment
    report: Report | None
    reporter: str
    values: dict[int, str]
    files: list[tuple[str, Report, File]]


async def questions_of(task: Task) -> list[Element]:
    """The data elements that stand before the villages, in the order of the form; before that those of the matter."""
    version = await latest_version(task.pk)
    codes = current_codes(version.elements if version else task.matter.form)
    found = {element.code: element for element in await Element.filter(code__in=codes)} if codes else {}
    return [found[code] for code in codes if code in found]


async def answers(viewer: Viewer, task: Task, questions: Sequence[Element]) -> AsyncIterator[Answer]:
    """The answers this viewer may see, in the order of the tree."""
    folders, after = Names(), ""
    rows = Assignment.visible_to(viewer).filter(task=task).order_by("unit__path").limit(CHUNK)
    while True:
        chunk = await rows.filter(unit__path__gt=after).select_related("unit__parent", "task")
        reports = await _reports(viewer, chunk)
        names = await _reporters(viewer, reports)
        files = await files_of(viewer, [report.pk for report in reports])
        values = await _values(viewer, task, chunk, questions, reports)
        for row in chunk:
            rounds = [report for report in reports if report.assignment_id == row.pk]
            last = rounds[-1] if rounds else None
            yield Answer(
                row,
                last,
                names.get(last.by_id, "") if last else "",
                values.get(row.unit_id, {}),
                _named(folders.new(place_of(row)), rounds, files),
            )
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].unit.path


def place_of(assignment: Assignment) -> str:
    """The village, or the village and its grid, whose name alone many villages share."""
    unit = assignment.unit
    above = f"{unit.parent.name}-" if unit.level == "grid" and unit.parent else ""
    return f"{above}{unit.name}"


async def _reports(viewer: Viewer, rows: Iterable[Assignment]) -> list[Report]:
    numbers = [row.pk for row in rows]
    return (
        await Report.visible_to(viewer)
        .filter(assignment_id__in=numbers, taken_back_at=None)
        .order_by("round")
    )


async def _reporters(viewer: Viewer, reports: Iterable[Report]) -> dict[int, str]:
    """The names of those who reported, as far as the viewer works with them."""
    posts = Post.visible_to(viewer).filter(id__in={report.by_id for report in reports})
    return {post.pk: post.person.name for post in await posts.select_related("person")}


def _named(
    folder: str, rounds: Sequence[Report], files: dict[int, list[File]]
) -> list[tuple[str, Report, File]]:
    """A folder for each village; where it reported more than once, each file says with which report it came."""
    names = Names()
    return [
        (
            f"{folder}/{names.new(f'第{report.round}次-{file.name}' if len(rounds) > 1 else file.name)}",
            report,
            file,
        )
        for report in rounds
        for file in files.get(report.pk, [])
    ]


async def _values(
    viewer: Viewer,
    task: Task,
    rows: Sequence[Assignment],
    questions: Sequence[Element],
    reports: Sequence[Report],
) -> dict[int, dict[int, str]]:
    """What the newest report says, or was put on file for this task, or else was on file and fresh on the day of the report."""
    if not questions or not rows:
        return {}
    days = {row.unit_id: town_day(row.reported_at) if row.reported_at else today() for row in rows}
    asked = {element.pk: element for element in questions}
    oldest = min(days.values()) - timedelta(days=max(element.freshness_days for element in questions))
    kept = DataValue.visible_to(viewer).filter(
        Q(task_id=task.pk) | Q(as_of__gte=oldest), unit_id__in=list(days), element_id__in=list(asked)
    )
    told: dict[int, dict[int, str]] = {}
    for value in sorted(await kept, key=lambda value: (value.task_id == task.pk, value.as_of, value.pk)):
        element, on = asked[value.element_id], days[value.unit_id]
        if value.task_id == task.pk or element.is_fresh(value.as_of, on):
            told.setdefault(value.unit_id, {})[value.element_id] = value.value or MASK
    for unit, element_id, said in await _said(viewer, rows, reports):
        told.setdefault(unit, {})[element_id] = said
    return told


async def _said(
    viewer: Viewer, rows: Sequence[Assignment], reports: Sequence[Report]
) -> list[tuple[int, int, str]]:
    """What the newest report of each village says: its unit, the element and the value."""
    units = {row.pk: row.unit_id for row in rows}
    last = {report.assignment_id: report.pk for report in reports}
    at = {report: units[copy] for copy, report in last.items()}
    said = ReportValue.visible_to(viewer).filter(report_id__in=list(at))
    return [(at[one.report_id], one.element_id, one.value or MASK) for one in (await said if at else ())]


async def table(viewer: Viewer, task: Task) -> bytes:
    """The answers as an XLSX file; its rows wait on disk until the last of them is there."""
    questions = await questions_of(task)
    asked = tuple((element.name, max(LEAST_WIDTH, 2 * len(element.name) + 2)) for element in questions)
    receipts = RECEIPT.extent(viewer) is not Extent.NONE
    heads = (*HEADS, *(HEADS_OF_THE_DISPATCHER if receipts else ()), *HEADS_OF_A_REPORT)
    made = Table("汇总表", (*heads, *asked, *HEADS_AT_THE_END))
    async for answer in answers(viewer, task, questions):
        made.add(_row(answer, questions, receipts))
    return await PACKING.run(made.packed)


def _row(answer: Answer, questions: Sequence[Element], receipts: bool) -> list[Cell]:
    row, report = answer.assignment, answer.report
    return [
        place_of(row),
        row.unit.code,
        row.state_label,
        row.due_at if row.is_by_the_clock else row.due_on,
        *((row.received_at,) if receipts else ()),
        report.at if report else None,
        answer.reporter,
        report.round if report else None,
        report.words if report else None,
        *(as_number(answer.values.get(element.pk, "")) for element in questions),
        "\n".join(name for name, of, _ in answer.files if of is report),
        row.return_note,
    ]


async def archive(viewer: Viewer, task: Task) -> AsyncIterator[bytes]:
    """The table and every attachment as one ZIP archive, in pieces, each made when the last one has gone."""
    made, missing = Archive(), list[str]()
    yield made.add("汇总表.xlsx", await table(viewer, task), now())
    async for answer in answers(viewer, task, ()):
        for name, report, kept in answer.files:
            try:
                yield made.add(name, await content_of(kept), report.at)
            except NotFound:
                missing.append(name)
    if missing:
        told = "这些附件的内容不在服务器上，请联系管理员：\r\n" + "\r\n".join(missing)
        yield made.add("缺少的附件.txt", told.encode("utf-8-sig"), now())
    yield made.end()
