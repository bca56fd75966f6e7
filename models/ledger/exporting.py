"""Taking the ledger away: one table for a desk, and an archive that anybody can count again without this program."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from models.base.clock import TOWN_ZONE, now
from models.base.pools import PACKING
from models.base.viewer import Viewer
from models.exporting import Archive, Cell, Table
from models.ledger.figures import (
    LABELS,
    VERDICTS_COUNTED,
    Figures,
    departments,
    entries,
    in_chunks,
    lines,
    total,
)
from models.ledger.load import BASELINE, Load, by_village, dispatched, load, oversees_villages, villages
from models.ledger.period import Wanted
from models.matters import VERDICTS
from models.policies import KNOWN
from models.screening import Screening
from models.tasks import Assignment

Tables = Callable[[Viewer, Wanted], AsyncIterator[tuple[str, Sequence[Sequence[object]]]]]
"""Further tables of the same viewer and period, each with the name of its file."""
SCRIPT = Path(__file__).parents[2] / "static" / "recount_ledger.py"
PAGE, A_FILE = 200, 5000
HEADS = (
    *(("时间", 17), ("提出单位", 24), ("镇街", 14), ("工作名称", 40), ("事项编码", 12), ("结论", 18)),
    *(("理由", 60), ("依据", 40), ("合法途径", 40), ("过筛编码", 40)),
)
SCREENING_HEADS = ("编号", "时间", "单位编码", "单位", "镇街编码", "结论")
ASSIGNMENT_HEADS = ("编号", "下派时间", "村社或网格编码", "任务编码", "预计用时", "所属村社编码")
LOAD_HEADS = ("天数", "村数", "任务单数", "每村任务数", "每村每年基线", "比基线百分之", "上年同期任务单数")


async def table(viewer: Viewer, wanted: Wanted) -> bytes:
    """Every screening of the ledger as a row of an XLSX file."""
    made = Table("过筛台账", HEADS)
    async for chunk in in_chunks(viewer, wanted, "request__department", "request__township"):
        await PACKING.run(_add, made, chunk)
    return await PACKING.run(made.packed)


def _add(made: Table, chunk: Iterable[Screening]) -> None:
    for row in chunk:
        made.add(_told(row))


def _told(row: Screening) -> list[Cell]:
    asked = row.request
    return [
        row.at,
        asked.department.name,
        asked.township.name,
        asked.title,
        asked.matter_code,
        row.verdict_label,
        row.sentence,
        row.clause,
        row.route,
        row.code,
    ]


async def archive(viewer: Viewer, wanted: Wanted, beside: Tables) -> AsyncIterator[bytes]:
    """Figures, every single screening and assignment behind them, what stands beside them, and the script that counts them again."""
    fixed, made, at = await _up_to_now(viewer, wanted), Archive(), now()
    whole = await total(viewer, fixed)
    burden = await load(viewer, fixed) if oversees_villages(viewer) else None
    yield made.add("说明.txt", _explained(fixed, burden).encode("utf-8-sig"), at)
    yield made.add("recount.py", SCRIPT.read_bytes(), at)
    yield made.add("合计.csv", _csv(await _figures(viewer, fixed, whole)), at)
    async for name, content in _screenings(viewer, fixed):
        yield made.add(name, content, at)
    if burden is not None:
        yield made.add("负担.csv", _csv([LOAD_HEADS, _burden(burden)]), at)
        yield made.add("各村.csv", _csv(await _villages(viewer, fixed)), at)
        async for name, content in _assignments(viewer, fixed):
            yield made.add(name, content, at)
        async for name, rows in beside(viewer, fixed):
            yield made.add(name, _csv(rows), at)
    yield made.end()


async def _up_to_now(viewer: Viewer, wanted: Wanted) -> Wanted:
    """The ledger as it stands, so that figures and rows agree though more comes in while they are written."""
    screening = await entries(viewer, wanted).order_by("-id").first()
    assignment = await dispatched(viewer, wanted, wanted.period).order_by("-id").first()
    return replace(wanted, last=(screening.pk if screening else 0, assignment.pk if assignment else 0))


async def _figures(viewer: Viewer, wanted: Wanted, whole: Figures) -> list[Sequence[object]]:
    told: list[Sequence[object]] = [("单位编码", "单位", *(VERDICTS[name] for name in VERDICTS_COUNTED))]
    rows, after = departments(viewer, wanted).order_by("path").limit(PAGE), ""
    while page := await rows.filter(path__gt=after):
        for line in await lines(viewer, wanted, page):
            told.append((line.department.code, line.department.name, *_in_order(line.figures)))
        after = page[-1].path
    return [*told, ("", "合计", *_in_order(whole))]


def _in_order(figures: Figures) -> list[int]:
    return [getattr(figures, name) for name in VERDICTS_COUNTED]


async def _screenings(viewer: Viewer, wanted: Wanted) -> AsyncIterator[tuple[str, bytes]]:
    held: list[Sequence[object]] = []
    number = 0
    async for chunk in in_chunks(viewer, wanted, "request__department", "request__township"):
        held += [_bare(row) for row in chunk]
        if len(held) >= A_FILE:
            number += 1
            yield f"过筛-{number:03}.csv", _csv([SCREENING_HEADS, *held])
            held = []
    if held or not number:
        yield f"过筛-{number + 1:03}.csv", _csv([SCREENING_HEADS, *held])


def _bare(row: Screening) -> Sequence[object]:
    at = row.at.astimezone(TOWN_ZONE).isoformat(timespec="seconds")
    asker = row.request.department
    return (row.pk, at, asker.code, asker.name, row.request.township.code, row.verdict_label)


async def _villages(viewer: Viewer, wanted: Wanted) -> list[Sequence[object]]:
    told: list[Sequence[object]] = [("村社编码", "村社", "任务单数")]
    rows, after = villages(viewer, wanted).order_by("path").limit(PAGE), ""
    while page := await rows.filter(path__gt=after):
        told += [
            (one.village.code, one.village.name, one.tasks) for one in await by_village(viewer, wanted, page)
        ]
        after = page[-1].path
    return told


async def _assignments(viewer: Viewer, wanted: Wanted) -> AsyncIterator[tuple[str, bytes]]:
    rows = (
        dispatched(viewer, wanted, wanted.period)
        .order_by("id")
        .select_related("task__matter", "unit__parent")
    )
    number, after = 1, 0
    while chunk := await rows.filter(id__gt=after).limit(A_FILE):
        yield f"任务单-{number:03}.csv", _csv([ASSIGNMENT_HEADS, *(_sent(row) for row in chunk)])
        number, after = number + 1, chunk[-1].pk


def _sent(row: Assignment) -> Sequence[object]:
    unit, sent = row.unit, row.task.dispatched_at
    village = unit.parent if unit.level == "grid" and unit.parent else unit
    at = sent.astimezone(TOWN_ZONE).isoformat(timespec="seconds") if sent else ""
    return (row.pk, at, unit.code, row.task.code, row.task.matter.effort_hours or 0, village.code)


def _burden(told: Load) -> Sequence[object]:
    against = "" if told.against_baseline is None else told.against_baseline
    return (
        told.days,
        told.villages,
        told.tasks,
        told.per_village,
        told.baseline,
        against,
        told.a_year_before,
    )


def _explained(wanted: Wanted, told: Load | None) -> str:
    """What the files hold and what the figures mean, for whoever opens the archive."""
    period = wanted.period
    words = [
        f"过筛台账 {period.since} 至 {period.until}，{now().astimezone(TOWN_ZONE):%Y-%m-%d %H:%M} 生成。",
        "每次过筛计一次，按作出结论的日期归入时间段；修改后重新过筛的另计一次。",
        f"驳回 = {'、'.join(LABELS[name] for name in ('forbidden', 'not_listed', 'too_often', 'rejected'))}之和。",
        "重算：装有 Python 3 的电脑上，解压后在本文件夹运行 python recount.py，逐条重数，并与合计、各村、负担、看板四张表核对。",
    ]
    if told is not None and told.stated is not None:
        words.append(
            f"{KNOWN[BASELINE].label}：{told.baseline} 件，由{told.stated.unit.name}规定。理由：{told.stated.reason}"
        )
    return "\r\n".join(words) + "\r\n"


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")
