"""How boards are published: a policy of the city (or county) for each kind of board, in force from its day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from tortoise.transactions import in_transaction

from models.base.clock import today
from models.base.followers import Bookmark
from models.policies import Policy, policies, upwards
from models.rankings.records import Board
from models.schemes.board_version import hold, moved
from models.schemes.change_numbers import everything_moved
from models.schemes.periods import Period

POLICIES = {"villages": "board_villages", "persons": "board_persons"}
BY_NUMBER = {1: "commended", 2: "top", 3: "full"}
READER = "board-modes"


async def modes_at(paths: Sequence[str], on: date | None = None) -> dict[str, dict[str, str]]:
    """By area: the mode of each audience's board on a day (today). Only cities and counties set policies."""
    counties = {
        one: await policies(one, POLICIES.values(), on) for one in sorted({_county(path) for path in paths})
    }
    return {
        path: {audience: BY_NUMBER[counties[_county(path)][name]] for audience, name in POLICIES.items()}
        for path in paths
    }


async def note_modes() -> None:
    """Publish the boards of open periods as their policies say; nothing to do where no policy has moved."""
    set_so_far = await Policy.filter(name__in=list(POLICIES.values())).count()
    wanted = today().toordinal() * 100_000 + set_so_far
    known = await Bookmark.get_or_none(name=READER)
    if known is not None and known.seq == wanted:
        return
    async with in_transaction():
        mark = await Bookmark.held(READER)
        await hold()
        await _apply()
        # On another day other periods are on show, whatever the policies say.
        await moved()
        mark.seq = wanted
        await mark.save(update_fields=["seq"])


async def _apply() -> None:
    changed: dict[str, list[int]] = defaultdict(list)
    for period in await Period.filter(closed_at=None).order_by("id"):
        boards = await Board.filter(period=period).select_related("area")
        # A period that is over and waits to be closed is published as on its last day.
        modes = await modes_at([one.area.path for one in boards], min(today(), period.until))
        for one in boards:
            if one.mode != (mode := modes[one.area.path][one.audience]):
                changed[mode].append(one.pk)
    for mode, numbers in changed.items():
        await Board.filter(id__in=numbers).update(mode=mode)
    if changed:
        # Persons are placed only on boards that are ranked: open periods are worked out anew.
        await everything_moved()


def _county(path: str) -> str:
    return upwards(path)[:2][-1]
