"""What an asker need not ask for: the fields of a request that its villages have on file, village by village.

Told within the request alone: its villages, its data, while it stands; whose values are read is said where it is said
for all of them. Whether what is sensitive is on file stays with the township.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.base.clock import today
from models.base.pools import PACKING
from models.base.viewer import Viewer, for_all_eyes
from models.exporting import Table
from models.intake.fields import villages_of, wanted_codes
from models.people.roles import ASKERS, DESK
from models.registry import DataValue, Element, held, latest
from models.registry.masking import Reading, reading_of
from models.requests.records import WorkRequest
from models.units import Unit

TOLD_IN = ("pending_review", "admitted", "exception", "answered")
"""A request that was refused or taken back is told nothing."""
HELD, STALE, MISSING, KEPT_BACK = "held", "stale", "missing", "kept_back"
SAID = {HELD: "已有", STALE: "已过期", MISSING: "没有", KEPT_BACK: "不显示"}


@dataclass(frozen=True)
class Cell:
    """One field at one village: whether it is on file, and what of it this viewer may read."""

    village: Unit
    element: Element
    state: str
    value: str
    """With the word behind the number; empty where it is not told, or there is none."""
    as_of: date | None
    from_task: bool

    @property
    def age_days(self) -> int | None:
        return (today() - self.as_of).days if self.as_of else None

    @property
    def said(self) -> str:
        return self.value or SAID[self.state]


@dataclass(frozen=True)
class Column:
    """One field over all the villages of a request."""

    element: Element
    cells: Sequence[Cell]

    @property
    def held(self) -> int:
        return sum(cell.state == HELD for cell in self.cells)

    @property
    def missing(self) -> int:
        return sum(cell.state in (STALE, MISSING) for cell in self.cells)

    @property
    def is_kept_back(self) -> bool:
        return any(cell.state == KEPT_BACK for cell in self.cells)

    @property
    def is_complete(self) -> bool:
        return bool(self.cells) and self.held == len(self.cells)

    @property
    def oldest(self) -> date | None:
        return min((cell.as_of for cell in self.cells if cell.state == HELD and cell.as_of), default=None)


@dataclass(frozen=True)
class HeldValues:
    """The fields of one request at its villages."""

    villages: Sequence[Unit]
    columns: Sequence[Column]

    @property
    def sentence(self) -> str:
        """20 项里 14 项已经有, and how much of the rest is there."""
        told = [column for column in self.columns if not column.is_kept_back]
        whole = sum(column.is_complete for column in told)
        partly = sum(column.held > 0 and not column.is_complete for column in told)
        kept = len(self.columns) - len(told)
        return (
            f"{len(self.columns)} 项里 {whole} 项各村都已经有"
            + (f"，另有 {partly} 项部分村社已经有" if partly else "")
            + (f"，{kept} 项是敏感数据，由镇街掌握" if kept else "")
            + "。"
        )

    @property
    def cells_missing(self) -> int:
        return sum(column.missing for column in self.columns)


@for_all_eyes
def is_told(viewer: Viewer, request: WorkRequest) -> bool:
    """Whether this viewer, who sees the request, is told what its villages have on file."""
    return request.state in TOLD_IN and (_asked(viewer, request) or _at_the_desk(viewer, request))


@for_all_eyes
def _asked(viewer: Viewer, request: WorkRequest) -> bool:
    return viewer.is_a(*ASKERS, at=request.department.path)


@for_all_eyes
def _at_the_desk(viewer: Viewer, request: WorkRequest) -> bool:
    return viewer.is_a(*DESK, at=request.township.path)


async def held_values(viewer: Viewer, request: WorkRequest) -> HeldValues | None:
    """All cells of a request; None for who is not told, or where it wants no data. Five statements, however many, and what says who reads them."""
    if not is_told(viewer, request):
        return None
    codes = wanted_codes([request], request.matter.form if request.matter else [])
    rows = await Element.filter(code__in=codes, state="in_force") if codes else []
    if not rows:
        return None
    by_code = {one.code: one for one in rows}
    elements = [by_code[code] for code in codes if code in by_code]
    villages = await villages_of(request)
    near = _at_the_desk(viewer, request)
    asked = [one.code for one in elements if near or not one.is_sensitive]
    fresh = await held(asked, villages, today())
    newest = await latest(asked, villages, today())
    reading = await reading_of(viewer)
    return HeldValues(
        villages,
        [
            Column(one, [_cell(one, village, asked, reading, fresh, newest) for village in villages])
            for one in elements
        ],
    )


def _cell(
    element: Element,
    village: Unit,
    asked: Collection[str],
    reading: Reading,
    fresh: Mapping[tuple[str, int], DataValue],
    newest: Mapping[tuple[str, int], DataValue],
) -> Cell:
    if element.code not in asked:
        return Cell(village, element, KEPT_BACK, "", None, from_task=False)
    key = element.code, village.pk
    row = fresh.get(key) or newest.get(key)
    if row is None:
        return Cell(village, element, MISSING, "", None, from_task=False)
    state = HELD if key in fresh else STALE
    value = row.shown if reading.reads(element, village.path, row.number) else ""
    return Cell(village, element, state, value, row.as_of, from_task=row.task_id is not None)


async def sheet(told: HeldValues) -> bytes:
    """The same as an XLSX file: a line for each village, and for each field its value and its day."""
    heads = [(f"{one.element.name}", 16) for one in told.columns]
    days = [(f"{one.element.name}（日期）", 12) for one in told.columns]
    paired = [head for pair in zip(heads, days, strict=True) for head in pair]
    made = Table("已有数据", (("村社", 18), ("编码", 18), *paired))
    for at, village in enumerate(told.villages):
        cells = [column.cells[at] for column in told.columns]
        made.add([village.name, village.code, *(part for cell in cells for part in (cell.said, cell.as_of))])
    return await PACKING.run(made.packed)
