"""To whom figures tell how late places are: who answers for them, and to others nothing that would be one of few villages."""

from __future__ import annotations

from collections.abc import Mapping

from models.base.viewer import Viewer, for_all_eyes
from models.burden.cells import Cell, Cut, Tally
from models.people.roles import DESK, EVALUATORS

FEWEST = 3
"""Of fewer villages than these a figure of lateness would be one about a village."""


@for_all_eyes
def is_told_of_many(viewer: Viewer, cut: Cut) -> bool:
    """Whether others than who answers for it read how late a place is: of everything there, in regions, never of a village.

    Of a township by itself only whoever watches over that one alone: others could take it from the figure of its county.
    """
    place = cut.wanted.place
    own = place is None or any(hat.unit_path == place.path for hat in viewer.hats)
    is_region = own or (place is not None and place.level in {"city", "county"})
    is_whole = is_region and cut.level != "village" and not cut.sides and cut.narrow is None
    return is_whole and not answers_for(viewer, place.path if place else "")


def with_few(found: Mapping[Cell, Tally]) -> set[tuple[int, str]]:
    """Where, and in which piece, some place among its neighbours reached fewer villages than may be told of."""
    return {(cell.piece, _parent(cell.path)) for cell, tally in found.items() if tally.reached < FEWEST}


def is_of_many(cut: Cut, cell: Cell, few: set[tuple[int, str]]) -> bool:
    """By whole months alone, each of which has many villages: what is left of a longer time without one of its parts would be told too."""
    return cut.pieces[cell.piece].is_a_month and (cell.piece, _parent(cell.path)) not in few


def _parent(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]


@for_all_eyes
def answers_for(viewer: Viewer, path: str) -> bool:
    """Whether how late a place is concerns the viewer: its own desk, and who evaluates it."""
    return any(path.startswith(hat.unit_path) for hat in viewer.hats_as(*EVALUATORS, *DESK))
