"""Figures by place, time and side: flat rows for dashboards, counted afresh by one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from strawberry import UNSET, Info
from strawberry.utils.str_converters import to_camel_case

from models import burden, ledger
from models.base.viewer import Viewer
from models.burden import Cell, Cut, Row
from models.ledger import Wanted
from models.matters import Demand as DemandRecord
from models.schemes.periods import kind_and_start, span
from models.tasks import WITH_THE_VILLAGE
from models.units import Unit
from schema.base.connections import PageInfo, Window, cursor_of
from schema.base.enums import code_in, enum_of
from schema.base.errors import BadInput
from schema.base.filters import DateRange, narrowing
from schema.base.numbers import PeriodKey
from schema.base.payloads import said_in
from schema.burden.figure_rows import (
    AssignmentFigure,
    AssignmentFigurePage,
    AssignmentPhase,
    Demand,
    ScreeningFigure,
    ScreeningFigurePage,
)
from schema.matters.matters import Verdict
from schema.tasks.words import AssignmentFilter
from schema.units import UnitLevel, UnitRef, place_named

MOST_ROWS = 1_000
TELLS_LATENESS = ("is_overdue", "due_on")
"""To count by these is to be told who is late: copies that are open and were due are late ones."""
Interval = enum_of("Interval", burden.INTERVALS, "Into what a stretch of days is cut; weeks are ISO weeks.")
AssignmentDimension = enum_of(
    "AssignmentDimension", burden.ASSIGNMENT_SIDES, "By what copies of tasks are counted."
)
ScreeningDimension = enum_of("ScreeningDimension", burden.SCREENING_SIDES, "By what screenings are counted.")
First = Annotated[int, strawberry.argument(description=f"At most this many rows (1..{MOST_ROWS}).")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Below = Annotated[
    UnitLevel | None,  # type: ignore[valid-type]
    strawberry.argument(
        description="A row for each unit of this level, COUNTY to VILLAGE; left out, for the whole."
    ),
]
Cutting = Annotated[
    Interval | None,  # type: ignore[valid-type]
    strawberry.argument(description="A row for each of these; left out, for the whole stretch."),
]
Place = Annotated[
    UnitRef | None, strawberry.argument(description="Within this unit; by default all that one oversees.")
]


@strawberry.input(
    one_of=True, description="A stretch of days: one published period, or a range of at most 20 years."
)
class Span:
    period: PeriodKey | None = strawberry.field(default=UNSET, description="2026, 2026-Q4 or 2026-11.")
    range: DateRange | None = strawberry.field(
        default=UNSET, description="From a day to another, both included."
    )


Over = Annotated[Span, strawberry.argument(description="Of which days.")]


@dataclass(frozen=True)
class Asked:
    """How figures are cut, in the words of the API."""

    over: Any
    within: Any
    level: Any
    interval: Any
    by: Any
    filter: Any = None

    async def cut(self, viewer: Viewer) -> Cut:
        looked_for = _said(self.filter)
        narrow = await narrowing(viewer, self.filter) if looked_for else None
        place = await self._place(viewer, looked_for.get("within"))
        level, sides = code_in(self.level), tuple(dict.fromkeys(code_in(one) for one in self.by))
        if level is not None and level not in burden.LEVELS_BELOW:
            raise BadInput("这里的层级只能是 COUNTY、TOWNSHIP 或 VILLAGE。", "level")
        if len(sides) > 2:
            raise BadInput("一次最多按两个方面统计。", "by")
        late = next((name for name in TELLS_LATENESS if name in looked_for), None)
        if late and not burden.answers_for(viewer, place.path if place else ""):
            raise BadInput("是否逾期只告诉本镇街和负责考核的人，不能按它统计。", to_camel_case(late))
        days = _days(self.over)
        return Cut(Wanted(days, place), burden.pieces(days, code_in(self.interval)), level, sides, narrow)

    async def _place(self, viewer: Viewer, nearer: Any) -> Unit | None:
        """The narrower of the place that is named and the one looked for: the villages that are counted are its own."""
        place = await burden.place_of(viewer, await place_named(viewer, self.within))
        inside = await place_named(viewer, nearer)
        return inside if inside is not None and (place is None or place.holds(inside.path)) else place


def _said(filter: Any) -> dict[str, Any]:
    told = said_in(filter) if filter is not None else {}
    return {name: value for name, value in told.items() if value is not None}


def _days(over: Any) -> ledger.Period:
    if over.period:
        found = kind_and_start(over.period)
        if found is None:
            raise BadInput("请用 2026-11、2026-Q4 或 2026 写明周期。", "over")
        return ledger.period_of(*span(*found))
    return ledger.period_of(over.range.since or None, over.range.until or None)


async def _assignments(
    info: Info,
    over: Over,
    within: Place = None,
    level: Below = None,
    interval: Cutting = None,
    by: Any = (),
    filter: Any = None,
    first: First = 100,
    after: After = None,
) -> Any:
    viewer = info.context.viewer
    if not ledger.oversees_villages(viewer):
        return None
    cut = await Asked(over, within, level, interval, by, filter).cut(viewer)
    page = Page(first, after)
    rows = await burden.assignments_by_place(viewer, cut, page.of)
    return AssignmentFigurePage(nodes=[_sent(cut, one) for one in rows], page_info=page.info)


async def _screenings(
    info: Info,
    over: Over,
    within: Place = None,
    level: Below = None,
    interval: Cutting = None,
    by: Any = (),
    first: First = 100,
    after: After = None,
) -> Any:
    viewer = info.context.viewer
    if not ledger.reads_the_ledger(viewer):
        return None
    cut = await Asked(over, within, level, interval, by).cut(viewer)
    if cut.level == "village":
        raise BadInput("申请是提给镇街的，这里的层级只能是 COUNTY 或 TOWNSHIP。", "level")
    page = Page(first, after)
    rows = await burden.screenings_by_place(viewer, cut, page.of)
    labels = {one.code: one.label for one in await DemandRecord.visible_to(viewer)}
    return ScreeningFigurePage(nodes=[_screened(cut, one, labels) for one in rows], page_info=page.info)


BY = "At most two; each combination that occurs is a row."
_assignments.__annotations__["by"] = Annotated[
    list[AssignmentDimension], strawberry.argument(description=BY)  # type: ignore[valid-type]
]
_screenings.__annotations__["by"] = Annotated[
    list[ScreeningDimension], strawberry.argument(description=BY)  # type: ignore[valid-type]
]
_assignments.__annotations__["filter"] = Annotated[
    AssignmentFilter | None, strawberry.argument(description="Which copies count.")
]


class Page:
    """So many rows after a cursor, which names a row by what it is about."""

    def __init__(self, first: int, after: str | None) -> None:
        if not 1 <= first <= MOST_ROWS:
            raise BadInput(f"每页条数须在 1 到 {MOST_ROWS} 之间。", "first")
        self.first, self.after = first, after
        self.info = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)

    def of(self, cells: list[Cell]) -> list[Cell]:
        keys = [[one.path, one.piece, *(str(side or "") for side in one.sides)] for one in cells]
        begin = self._begin(keys)
        end = min(begin + self.first, len(keys))
        self.info = PageInfo(
            has_next_page=end < len(keys),
            has_previous_page=begin > 0,
            start_cursor=cursor_of(keys[begin]) if begin < end else None,
            end_cursor=cursor_of(keys[end - 1]) if begin < end else None,
        )
        return cells[begin:end]

    def _begin(self, keys: list[list[Any]]) -> int:
        if self.after is None or not keys:
            return 0
        beyond = list(Window.asked(("",) * len(keys[0]), first=1, after=self.after).beyond or ())
        return _after(keys, beyond)


def _after(keys: list[list[Any]], beyond: list[Any]) -> int:
    if [type(one) for one in beyond] != [type(one) for one in keys[0]]:
        raise BadInput("翻页标记无效，请从第一页重新开始。", "after")
    return next((number for number, key in enumerate(keys) if key > beyond), len(keys))


def _common(cut: Cut, row: Row) -> dict[str, Any]:
    piece, sides = cut.pieces[row.cell.piece], dict(zip(cut.sides, row.cell.sides, strict=True))
    return {
        "unit_id": row.unit.pk if row.unit else None,
        "period_key": piece.key or None,
        "since": piece.days.since,
        "until": piece.days.until,
        "matter_id": sides.get("matter"),
        "department_id": sides.get("department"),
    }


def _sent(cut: Cut, row: Row) -> AssignmentFigure:
    tally, sides = row.tally, dict(zip(cut.sides, row.cell.sides, strict=True))
    phase = sides.get("phase")
    return AssignmentFigure(
        **_common(cut, row),
        phase=AssignmentPhase(phase) if phase else None,
        villages=row.villages,
        sent=tally.sent,
        accepted=tally.in_states("accepted"),
        accepted_late=tally.late(2) if row.tells_lateness else None,
        overdue_now=tally.late(1) if row.tells_lateness else None,
        open_now=tally.in_states(*WITH_THE_VILLAGE),
        effort_hours=float(tally.hours),
        per_village=tally.sent / row.villages if row.villages else None,
    )


def _screened(cut: Cut, row: Row, labels: dict[str, str]) -> ScreeningFigure:
    tally, sides = row.tally, dict(zip(cut.sides, row.cell.sides, strict=True))
    verdict, demand = sides.get("verdict"), sides.get("demand")
    requests, rejected = tally.sent if verdict else burden.screened(tally), burden.rejected(tally)
    return ScreeningFigure(
        **_common(cut, row),
        verdict=Verdict(verdict) if verdict else None,
        demand=Demand(code=demand, label=labels.get(demand, demand)) if demand else None,
        requests=requests,
        rejected=rejected,
        rejected_percent=100 * rejected / requests if requests and not verdict else None,
    )


@strawberry.type
class Queries:
    assignment_figures: Any = strawberry.field(
        resolver=_assignments,
        graphql_type=AssignmentFigurePage | None,
        description="Copies of tasks that went out, by place, time and up to two sides: only rows with something in them, "
        "in the order of places. Null for those who do not watch villages from a township or above.",
    )
    screening_figures: Any = strawberry.field(
        resolver=_screenings,
        graphql_type=ScreeningFigurePage | None,
        description="Verdicts on requests, counted in the same way; null for those below a township.",
    )
