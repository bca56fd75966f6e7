"""Where somebody stood one period earlier, as far as that board was published to the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from models.base.viewer import Viewer
from models.rankings.records import Board, Placing

Place = tuple[object, ...]
"""A board by its area, audience, kind and end, and whose place on it."""


async def ranks_before(viewer: Viewer, placings: Sequence[Placing]) -> dict[int, int]:
    """The rank in the same group on the same area's board of the period before, by placing; in two statements.

    Both boards are read through `visible_to`: what was not published then is not told by a difference now.
    """
    boards = await _boards(placings)
    wanted = {
        "board__area_id__in": sorted({one.area_id for one in boards.values()}),
        "board__period__until__in": sorted({_eve(one) for one in boards.values()}),
        "unit_id__in": sorted({one.unit_id for one in placings}),
    }
    rows = Placing.visible_to(viewer).filter(**wanted).select_related("board__period")
    then = {_place(one, one.board, one.board.period.until): one.rank for one in await rows}
    asked = {one.pk: _place(one, boards[one.board_id], _eve(boards[one.board_id])) for one in placings}
    return {pk: then[place] for pk, place in asked.items() if place in then}


async def _boards(placings: Sequence[Placing]) -> dict[int, Board]:
    rows = Board.filter(id__in=sorted({one.board_id for one in placings})).select_related("period")
    return {one.pk: one for one in await rows}


def _eve(board: Board) -> date:
    """The last day of the period before."""
    return board.period.since - timedelta(days=1)


def _place(placing: Placing, board: Board, until: date) -> Place:
    of_board = (board.area_id, board.audience, board.period.kind, until)
    return (*of_board, placing.group_id, placing.unit_id, placing.person_id)
