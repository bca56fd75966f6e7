"""What reached villages and what was screened, counted by place, stretch of time and one or two other sides.

One statement counts, whatever is asked; another brings the places of a page, a third counts the villages in them. The rows are those
behind the dashboard's own figures (`sent`, `entries`), so that both say the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tortoise.functions import Count

from models.base.clock import now
from models.base.refusals import Invalid
from models.base.statement_cache import run
from models.base.viewer import Viewer
from models.burden.cells import Cell, Cut, Tally
from models.burden.lateness import answers_for, is_of_many, is_told_of_many, with_few
from models.burden.rows import REFUSED, sent
from models.ledger import entries, villages
from models.tasks import WITH_THE_VILLAGE
from models.units import Unit

PHASES = {"open": "已下派未反馈", "reported": "待审核", "accepted": "已办结", "other": "异议、中止或撤回"}
"""Read and unread are one: nobody but the dispatcher learns who has not looked."""
ASSIGNMENT_SIDES = {"phase": "办理阶段", "matter": "事项", "department": "提出单位"}
SCREENING_SIDES = {"verdict": "结论", "matter": "事项", "department": "提出单位", "demand": "要求"}
DEPTHS = {"county": 2, "township": 3, "village": 4}
"""How many codes the path of a unit of this level has: each level stands directly below the one before."""
LEVELS_BELOW = tuple(DEPTHS)
MOST_CELLS = 100_000
"""So many rows the database counts at the most for one answer, of which a page shows a thousand."""
TOO_MANY = "这样统计的结果太多，请缩小范围、缩短时间，或者少选一个方面。"


Page = Callable[[list[Cell]], list[Cell]]
"""Which rows are wanted, of all that have something in them and in their order."""


@dataclass(frozen=True)
class Row:
    """One row of figures with the place it is of: none where the whole is meant and no place was named."""

    cell: Cell
    unit: Unit | None
    villages: int
    tally: Tally
    tells_lateness: bool


async def assignments_by_place(viewer: Viewer, cut: Cut, page: Page = list) -> list[Row]:
    """Copies of tasks that went out, in the order of places, pieces and sides."""
    near = cut.level == "village"
    path = "unit__path" if near else "task__township__path"
    held = {"matter": "task__matter_id", "department": "task__sources__request__department_id"}
    sides = [one for one in cut.sides if one in held]
    plain = (
        "id",
        "task__dispatched_at",
        path,
        "state",
        "due_at",
        "reported_at",
        "task__matter__effort_hours",
    )
    columns = (*plain, *(held[one] for one in sides))
    by = (2, 3, *range(6, len(columns)))
    reach = _VILLAGE if is_told_of_many(viewer, cut) else ()
    frame = Grouped(
        _piece(cut, 1), by, _lateness(state=3, due=4, reported=5), _distinct_villages(len(columns), reach)
    )
    counted = await run(cut.of(sent(viewer, cut.wanted)), (*columns, *reach), frame)
    found: dict[Cell, Tally] = defaultdict(Tally)
    for piece, late, at, state, effort, *others, reached, copies in _bounded(counted):
        told = dict(zip(sides, others, strict=True)) | {"phase": phase_of(state)}
        tally = found[_cell(cut, at, piece, told)]
        tally.copies[state, late] += copies
        tally.hours += Decimal(str(effort or 0)) * int(copies)
        tally.reached = max(tally.reached, int(reached))
    return await _rows(viewer, cut, found, page)


async def screenings_by_place(viewer: Viewer, cut: Cut, page: Page = list) -> list[Row]:
    """Stored verdicts, each once in the stretch it was given in; with a demand, once for each that was asked."""
    held = {"matter": "matter_id", "department": "request__department_id", "demand": "request__demands"}
    sides = [one for one in cut.sides if one in held]
    columns = ("id", "at", "request__township__path", "verdict", *(held[one] for one in sides))
    frame = Grouped(_piece(cut, 1), tuple(range(2, len(columns))))
    counted = await run(entries(viewer, cut.wanted), columns, frame)
    found: dict[Cell, Tally] = defaultdict(Tally)
    for piece, _, at, verdict, *others, _, count in _bounded(counted):
        for told in _each_demand(dict(zip(sides, others, strict=True))):
            cell = _cell(cut, at, piece, told | {"verdict": verdict})
            found[cell].copies[verdict, 0] += count
    return await _rows(viewer, cut, found, page)


def _each_demand(told: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if "demand" not in told:
        return [told]
    held = told["demand"]
    listed = json.loads(held) if isinstance(held, str) else held or []
    return [told | {"demand": one} for one in dict.fromkeys(listed)]


def phase_of(state: str) -> str:
    if state in WITH_THE_VILLAGE:
        return "open"
    return state if state in PHASES else "other"


def screened(tally: Tally) -> int:
    """Automatic screenings: one for every request and township, and for every amendment."""
    return tally.in_states("forbidden", "not_listed", "too_often", "answered", "pending_review")


def rejected(tally: Tally) -> int:
    return tally.in_states(*REFUSED)


@dataclass(frozen=True)
class Grouped:
    """What is put around a statement to count its rows by the piece they fall in, by lateness and by some of its columns."""

    piece: str
    columns: tuple[int, ...]
    lateness: str = "CAST(0 AS INTEGER)"
    villages: str = "0"

    def around(self, sql: str) -> str:
        by = [self.piece, self.lateness, *(f'q."{at}"' for at in self.columns)]
        places = ", ".join(str(number + 1) for number in range(len(by)))
        told = f'{", ".join(by)}, {self.villages}, COUNT(DISTINCT q."0")'
        return f"SELECT {told} FROM ({sql}) q GROUP BY {places} LIMIT {MOST_CELLS + 1}"  # noqa: S608


def _bounded(counted: Sequence[Any]) -> Sequence[Any]:
    if len(counted) > MOST_CELLS:
        raise Invalid(TOO_MANY)
    return counted


_VILLAGE = ("unit__level", "unit__parent_id", "unit_id")


def _distinct_villages(at: int, columns: tuple[str, ...]) -> str:
    """How many different villages a counted row is of, a grid's being its own; the columns stand from `at` on."""
    if not columns:
        return "0"
    return f'COUNT(DISTINCT CASE WHEN q."{at}" = \'grid\' THEN q."{at + 1}" ELSE q."{at + 2}" END)'


def _piece(cut: Cut, column: int) -> str:
    """The number of the piece that holds the instant; its bounds are the town's calendar's, so no database needs one."""
    ends = [one.days.ends for one in cut.pieces[:-1]]
    cases = " ".join(f'WHEN q."{column}" < {_instant(at)} THEN {number}' for number, at in enumerate(ends))
    return f"CASE {cases} ELSE {len(ends)} END" if cases else "CAST(0 AS INTEGER)"


def _lateness(state: int, due: int, reported: int) -> str:
    open_ = ", ".join(f"'{one}'" for one in WITH_THE_VILLAGE)
    late = f'WHEN q."{state}" IN ({open_}) AND q."{due}" < {_instant(now())} THEN 1'
    was_late = f'WHEN q."{state}" = \'accepted\' AND q."{reported}" > q."{due}" THEN 2'
    return f"CASE {late} {was_late} ELSE 0 END"


def _instant(at: datetime) -> str:
    """An instant as either database compares it with a column of its own."""
    return f"'{at.astimezone(UTC).isoformat(sep=' ')}'"


def _cell(cut: Cut, path: str, piece: int, told: dict[str, Any]) -> Cell:
    return Cell(_above(path, cut), piece, tuple(told[one] for one in cut.sides))


def _above(path: str, cut: Cut) -> str:
    """The place that holds this path, a grid's village for one; nothing where none does."""
    whole = cut.wanted.place
    if cut.level is None:
        return whole.path if whole is not None else ""
    parts = path.split("/")[: DEPTHS[cut.level]]
    above = "/".join(parts) + "/"
    return above if len(parts) == DEPTHS[cut.level] and (whole is None or whole.holds(above)) else ""


async def _rows(viewer: Viewer, cut: Cut, found: dict[Cell, Tally], page: Page) -> list[Row]:
    if not (found or cut.level or cut.sides or len(cut.pieces) > 1):
        found[Cell(_above("", cut), 0, ())] = Tally()
    cells = [cell for cell in found if cell.path or cut.level is None]
    taken = page(
        sorted(cells, key=lambda cell: (cell.path, cell.piece, [str(one or "") for one in cell.sides]))
    )
    paths = sorted({cell.path for cell in taken})
    places = await _places(viewer, cut, paths)
    homes = await _homes(viewer, cut, paths)
    few = with_few(found) if is_told_of_many(viewer, cut) else None
    return [
        Row(
            cell,
            places.get(cell.path),
            homes[cell.path],
            found[cell],
            answers_for(viewer, cell.path) or (few is not None and is_of_many(cut, cell, few)),
        )
        for cell in taken
    ]


async def _places(viewer: Viewer, cut: Cut, paths: list[str]) -> dict[str, Unit]:
    """The units that these rows are of, by path, and no others: there are thousands of villages."""
    if cut.level is None:
        return {one.path: one for one in [cut.wanted.place] if one is not None}
    return {one.path: one for one in await Unit.visible_to(viewer).filter(path__in=paths)}


async def _homes(viewer: Viewer, cut: Cut, paths: list[str]) -> dict[str, int]:
    """How many villages each of these places has, counted below each township by the database."""
    there, by = villages(viewer, cut.wanted), "path" if cut.level == "village" else "parent__path"
    if cut.level in ("township", "village"):
        there = there.filter(**{f"{by}__in": paths})
    counts = there.annotate(count=Count("id")).group_by(by).values_list(by, "count")
    homes: dict[str, int] = defaultdict(int)
    for path, count in await counts:
        homes[_above(str(path), cut)] += int(count)
    return homes
