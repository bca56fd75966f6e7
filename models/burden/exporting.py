"""The dashboard's part of the archive that anybody can count again: its figures, and the requests behind each task."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from models.base.viewer import Viewer
from models.burden.asked_fields import asked_fields, fields_by_month
from models.burden.figures import hours_of
from models.burden.months import months
from models.burden.rows import merged_away, taken_up
from models.ledger import Wanted

FIGURE_HEADS = ("项目", "数")
SOURCE_HEADS = ("编号", "任务编码", "申请编号")
FIELDS = {
    "asked": "村里要填的数据项",
    "prefilled": "其中已预填",
    "held": "已有、没有再要",
    "waived": "签批后重新要",
}
CHUNK = 5000
Rows = list[Sequence[object]]


async def tables_to_count(viewer: Viewer, wanted: Wanted) -> AsyncIterator[tuple[str, Rows]]:
    """Both as tables of an archive, each with the name of its file."""
    yield "看板.csv", [FIGURE_HEADS, *await _figures(viewer, wanted)]
    number = 0
    async for rows in _sources(viewer, wanted):
        number += 1
        yield f"并入-{number:03}.csv", [SOURCE_HEADS, *rows]


async def _figures(viewer: Viewer, wanted: Wanted) -> Rows:
    """What the dashboard shows of the period, month by month where a month lies in it altogether."""
    told: Rows = [
        ("预计用时", await hours_of(viewer, wanted)),
        ("办成任务的申请", await taken_up(viewer, wanted).count()),
        ("合并减少的申请", await merged_away(viewer, wanted).count()),
    ]
    forms = await asked_fields(viewer, wanted)
    told += [(said, getattr(forms, name)) for name, said in FIELDS.items()]
    period = wanted.period
    for month in await months(viewer, wanted):
        if period.since <= month.period.since and month.period.until <= period.until:
            told.append((f"{month.period.since:%Y-%m}", month.assignments))
    for span, fields in await fields_by_month(viewer, wanted):
        if period.since <= span.since and span.until <= period.until:
            told += [(f"{span.since:%Y-%m} {said}", getattr(fields, name)) for name, said in FIELDS.items()]
    return told


async def _sources(viewer: Viewer, wanted: Wanted) -> AsyncIterator[Rows]:
    """Which request stands behind which task, some thousands at a time."""
    rows = taken_up(viewer, wanted).order_by("id").select_related("task")
    after = 0
    while chunk := await rows.filter(id__gt=after).limit(CHUNK):
        yield [(row.pk, row.task.code, row.request_id) for row in chunk]
        after = chunk[-1].pk
