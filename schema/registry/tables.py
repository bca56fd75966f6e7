"""Tables of elements by places through GraphQL: cell by cell, with sums level by level."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry import ID, Info, Parent

from models import registry
from models.base.clock import today
from models.base.days import day_of
from models.base.viewer import Viewer
from models.registry import Column, Row, Total, ValueTable
from models.schemes.periods import kind_and_start, span
from models.units import Unit
from schema.base.connections import (
    After,
    Before,
    Connection,
    Edge,
    First,
    Last,
    PageInfo,
    Window,
    cursor_of,
    total_of,
)
from schema.base.enums import code_in
from schema.base.errors import BadInput
from schema.base.nodes import global_id
from schema.base.numbers import Fraction, PeriodKey, number
from schema.base.roots import beside
from schema.registry.elements import ValueOrigin
from schema.units import Unit as UnitShown
from schema.units import UnitLevel, UnitRef, place_named


@strawberry.type(description="One cell of a table: the newest value of an element at a village.")
class ValueCell:
    code: str = strawberry.field(name="elementCode", description="Of the element.")
    value_id: ID = strawberry.field(description="Of the `DataValue`, which tells where it came from.")
    text: str | None = strawberry.field(description="As it is written; null where it is masked.")
    is_masked: bool = strawberry.field(description="Whether what it says is not for its reader.")
    is_fresh: bool = strawberry.field(description="Whether it is still good on the day of the table.")
    as_of: date
    age_days: int = strawberry.field(description="From its day to that of the table.")
    origin: ValueOrigin = strawberry.field(description="By which way it came on file.")  # type: ignore[valid-type]


@strawberry.type(description="A village with what is on file for it.")
class ValueRow:
    village_id: strawberry.Private[int]
    unit: Any = beside(UnitShown, "village_id", "The village.")
    cells: list[ValueCell] = strawberry.field(
        description="Of the elements of which something is on file, at most 200."
    )


@strawberry.type(description="What there is of one element within a place.")
class ValueSum:
    code: str = strawberry.field(name="elementCode", description="Of the element.")
    covered: int = strawberry.field(description="Villages with a value that is still good.")
    stale: int = strawberry.field(description="Villages with an older one.")
    missing: int = strawberry.field(description="Villages with none: together with both others all of them.")
    masked: int = strawberry.field(
        description="Of the values those that the reader does not read: in no sum."
    )
    counted: int = strawberry.field(description="Villages whose number is in the sum.")
    sum: Fraction | None = strawberry.field(
        description="Of the good numbers that the reader reads, exactly; null where there is none."
    )
    oldest_on: date | None = strawberry.field(description="The day of the oldest value in the table.")


@strawberry.type(description="The sums of a place.")
class ValueTotal:
    place_id: strawberry.Private[int]
    unit: Any = beside(UnitShown, "place_id", "The place.")
    villages: int
    covered_percent: float | None = strawberry.field(
        description="Of its cells those with a good value; null where there are none."
    )
    sums: list[ValueSum] = strawberry.field(description="Of each element, in their order: at most 200.")


async def _rows(
    table: Parent[Any], first: First = None, last: Last = None, after: After = None, before: Before = None
) -> Any:
    """The villages in the order of the tree."""
    window = Window.asked(("path",), first, last, after, before)
    found = await window.over(table.read.villages).limit(window.size + 1)
    more, shown = len(found) > window.size, found[: window.size][:: -1 if window.backwards else 1]
    rows = await table.read.between(shown)
    edges = [Edge(cursor=cursor_of([row.unit.path]), node=_row(table.read, row)) for row in rows]
    began = window.beyond is not None
    info = PageInfo(
        has_next_page=began if window.backwards else more,
        has_previous_page=more if window.backwards else began,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, page_info=info, total_count=await total_of(table.read.villages))


async def _totals(table: Parent[Any], level: UnitLevel) -> Any:  # type: ignore[valid-type]
    """Every place of a level within the table's: CITY, COUNTY or TOWNSHIP."""
    wanted = code_in(level)
    # Each asks for itself: two levels of one document are read at once.
    read = await replace(table.read, totals={}).read()
    return [_total(read, one) for one in read.totals.values() if one.unit.level == wanted]


@strawberry.type(description="Elements by villages, as they stood on a day.")
class ValueTableShown:
    read: strawberry.Private[ValueTable]
    on: date = strawberry.field(name="asOf", description="Up to which day values count.")
    codes: list[str] = strawberry.field(
        name="elementCodes", description="The elements, in the order of the sums."
    )
    rows: Any = strawberry.field(
        resolver=_rows,
        graphql_type=Connection[ValueRow],
        description="The villages, in the order of the tree.",
    )
    totals: Any = strawberry.field(
        resolver=_totals,
        graphql_type=list[ValueTotal],
        description="Every place of a level within the table's, CITY, COUNTY or TOWNSHIP: at most some hundreds.",
    )


ValueTableShown.__strawberry_definition__.name = "ValueTable"  # type: ignore[attr-defined]


async def _table(
    info: Info,
    within: Annotated[
        UnitRef | None, strawberry.argument(description="Within this place; by default one's own.")
    ] = None,
    template: Annotated[str | None, strawberry.argument(description="Code of a template.")] = None,
    elements: Annotated[
        list[str] | None, strawberry.argument(description="Or codes of elements, at most 200.")
    ] = None,
    period: Annotated[
        PeriodKey | None,
        strawberry.argument(description="As of the end of this period; by default of today."),
    ] = None,
) -> Any:
    viewer: Viewer = info.context.viewer
    place = await place_named(viewer, within) or await _own(viewer)
    if place is None or not registry.works_there.holds(viewer, place):
        return None
    found = await _elements(viewer, template, elements)
    table = await registry.value_table(viewer, found, place, _day(period))
    return ValueTableShown(read=table, on=table.on, codes=[one.code for one in found])


async def _own(viewer: Viewer) -> Unit | None:
    return await Unit.get_or_none(path=registry.place_of(viewer.hats[0])) if viewer.hats else None


async def _elements(viewer: Viewer, template: str | None, codes: list[str] | None) -> list[registry.Element]:
    if (template is None) == (codes is None):
        raise BadInput("template 和 elements 须填写其中一个。", "template")
    if template is not None:
        known = await registry.ReportTemplate.visible_to(viewer).filter(code=template).first()
        if known is None:
            raise BadInput("没有这个报表模板。", "template")
        codes = known.elements
    wanted = registry.current_codes(codes or [])
    if not 1 <= len(wanted) <= registry.MOST_ELEMENTS:
        raise BadInput(f"数据项应有 1 至 {registry.MOST_ELEMENTS} 个。", "elements")
    found = {one.code: one for one in await registry.Element.visible_to(viewer).filter(code__in=wanted)}
    if missing := [code for code in wanted if code not in found]:
        raise BadInput(f"没有这些数据项：{'、'.join(missing[:5])}。", "elements")
    return [found[code] for code in wanted]


def _day(period: str | None) -> date:
    if period is None:
        return today()
    known = kind_and_start(period)
    if known is None:
        raise BadInput("请用 2026-11、2026-Q4 或 2026 写明周期。", "period")
    return min(span(*known)[1], today())


def _row(table: ValueTable, row: Row) -> ValueRow:
    told = zip(table.elements, row.cells, strict=True)
    return ValueRow(
        village_id=row.unit.pk, cells=[_cell(table, one, cell) for one, cell in told if cell is not None]
    )


def _cell(table: ValueTable, element: registry.Element, cell: registry.Cell) -> ValueCell:
    day = day_of(cell.as_of)
    return ValueCell(
        code=element.code,
        value_id=ID(global_id("DataValue", cell.number)),
        text=cell.text,
        is_masked=cell.text is None,
        is_fresh=cell.is_fresh,
        as_of=day,
        age_days=(table.on - day).days,
        origin=ValueOrigin(cell.origin),
    )


def _total(table: ValueTable, total: Total) -> ValueTotal:
    sums = zip(table.elements, total.columns, strict=True)
    return ValueTotal(
        place_id=total.unit.pk,
        villages=total.villages,
        covered_percent=number(total.share),
        sums=[_sum(one.code, column, total.villages) for one, column in sums],
    )


def _sum(code: str, column: Column, villages: int) -> ValueSum:
    return ValueSum(
        code=code,
        covered=column.covered,
        stale=column.stale,
        missing=villages - column.covered - column.stale,
        masked=column.masked,
        counted=column.counted,
        sum=Fraction(str(column.sum)) if column.counted else None,
        oldest_on=day_of(column.oldest) if column.oldest else None,
    )


@strawberry.type
class Queries:
    value_table: Any = strawberry.field(
        resolver=_table,
        graphql_type=ValueTableShown | None,
        description="Elements at the villages of a place, with sums level by level; null for a place one does not work for.",
    )
