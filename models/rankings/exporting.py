"""Taking a board away as a table: exactly the lines its reader sees, and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.pools import PACKING
from models.base.records import Record
from models.base.viewer import Viewer
from models.exporting import Cell, Table
from models.points import shown_points
from models.rankings.lookup import (
    Wanted,
    by_name,
    commendations,
    explained_to,
    is_published,
    named,
    person_scores,
    placings,
)
from models.rankings.records import AUDIENCES, Board, Placing

Row = TypeVar("Row", bound=Record)
PAGE = 500
RANKED = (
    *(("名次", 8), ("档", 8), ("分组", 20), ("村社", 20), ("姓名", 12), ("所属", 16)),
    *(("得分", 10), ("共几个", 10), ("公布情况", 24)),
)
PRAISED = (("日期", 17), ("村社", 20), ("事情", 40), ("表扬的理由", 80), ("受表扬的人", 24), ("表扬人", 24))
EARNED = (("姓名", 12), ("村社", 20), ("工分", 10), ("公布情况", 24))
NOT_PUBLISHED = "不公布"


def _head(wanted: Wanted, words: str) -> str:
    return f"{wanted.area.name}{wanted.period.name if wanted.period else ''}{words}"


async def table(viewer: Viewer, wanted: Wanted) -> bytes:
    """The board: its ranked lines, or the praise where there is no order to be seen."""
    rows = placings(viewer, wanted)
    if await rows.exists():
        return await _ranked(viewer, wanted, rows)
    return await praise_table(viewer, wanted)


async def _ranked(viewer: Viewer, wanted: Wanted, rows: QuerySet[Placing]) -> bytes:
    made = Table(_head(wanted, AUDIENCES[wanted.audience]), RANKED)
    async for page in _pages(rows.select_related("unit__parent", "person", "group", "score"), "rank"):
        opened = await explained_to(viewer, page)
        for one in by_name(page):
            made.add(_told(one, wanted.board, opened))
    return await PACKING.run(made.packed)


def _told(line: Placing, board: Board | None, opened: Collection[int]) -> list[Cell]:
    """To the hundredth where the score itself may be opened, and else the whole points of the band."""
    own = line.score if line.score_id in opened else None
    return [
        line.rank,
        line.band,
        line.group.name if line.group else "",
        line.unit.name,
        line.person.name if line.person else "",
        line.unit.parent.name if line.unit.parent else "",
        Decimal(own.shown if own else line.shown) / 100,
        line.among,
        "公布" if is_published(board, line) else NOT_PUBLISHED,
    ]


async def praise_table(viewer: Viewer, wanted: Wanted) -> bytes:
    """The commended with the reasons, in no order but that of the days."""
    made = Table(_head(wanted, "表扬"), PRAISED)
    async for page in _pages(commendations(viewer, wanted).select_related("unit")):
        names = await named(viewer, page)
        for one in page:
            told = "、".join(names.get(one.pk, []))
            made.add([one.made_at, one.unit.name, one.title, one.story, told, one.by_label])
    return await PACKING.run(made.packed)


async def points_table(viewer: Viewer, wanted: Wanted) -> bytes:
    """What persons earned, for those who evaluate them."""
    made = Table(_head(wanted, "个人工分"), EARNED)
    async for page in _pages(person_scores(viewer, wanted).select_related("unit", "person"), "-points"):
        for one in page:
            made.add([one.person.name, one.unit.name, Decimal(shown_points(one.points)), NOT_PUBLISHED])
    return await PACKING.run(made.packed)


async def _pages(rows: QuerySet[Row], by: str = "") -> AsyncIterator[Sequence[Row]]:
    """Page by page in the order of a column and the number, without counting pages."""
    order = (*([by] if by else []), "id")
    page = await rows.order_by(*order).limit(PAGE)
    while page:
        yield page
        page = await rows.filter(_beyond(by, page[-1])).order_by(*order).limit(PAGE)


def _beyond(by: str, last: Record) -> Q:
    if not by:
        return Q(id__gt=last.pk)
    column, side = by.lstrip("-"), "lt" if by.startswith("-") else "gt"
    value = getattr(last, column)
    behind: dict[str, Any] = {f"{column}__{side}": value}
    beside: dict[str, Any] = {column: value, "id__gt": last.pk}
    return Q(Q(**behind), Q(**beside), join_type="OR")
