"""What has changed in a period since it was last shown: every change has a number, and is noted where it was made."""

from __future__ import annotations

from collections.abc import Collection

from tortoise.expressions import F

from models.schemes.periods import Period


async def next_move(periods: Collection[int]) -> dict[int, int]:
    """The number of one more change of each of these periods that is open, within the transaction that makes it.

    The period's row stays locked until then: whoever reads the number 7 there can read all that changes 1 to 7 did.
    """
    rows = Period.filter(id__in=sorted(periods), closed_at=None)
    await rows.update(moves=F("moves") + 1)
    return {int(str(period)): int(str(moves)) for period, moves in await rows.values_list("id", "moves")}


async def everything_moved() -> None:
    """What changes in a way that is noted nowhere else: open periods are worked out as a whole."""
    await Period.filter(closed_at=None).update(moves=F("moves") + 1, moved_whole=F("moves") + 1)
