"""The yearly cap counted again where a request is let in: for its villages, their grids with them, one reader at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.base.refusals import NotNow
from models.requests.records import RequestUnit, WorkRequest
from models.screening.automatic import Case, admitted_this_year
from models.units import Unit

Count = Callable[[WorkRequest, str], Awaitable[None]]
COUNTS: list[Count] = []
"""What else is counted where a request is let in, by those who stand above: the request, and the reader's note."""


async def in_turn(township_id: int) -> None:
    """Until the transaction ends nobody else counts for this township: two at once do not both pass."""
    await Unit.select_for_update(no_key=True).get(pk=township_id)


async def must_be_below_the_cap(request: WorkRequest) -> None:
    """Raise NotNow where a named village, or every one of the township, has had its share of the year by now."""
    matter = request.matter
    if matter is None or matter.yearly_cap is None:
        return
    named = await RequestUnit.filter(request_id=request.pk).select_related("unit")
    numbers = {row.unit.parent_id if row.unit.level == "grid" else row.unit_id for row in named}
    here = Unit.filter(parent_id=request.township_id, level="village", ended_on=None).order_by("path")
    villages = [unit for unit in await here if not named or unit.pk in numbers]
    counts = await admitted_this_year(matter.code, [Case(request.township, villages, (), not named)])
    full = [unit.name for unit in villages if counts[unit.pk] >= matter.yearly_cap]
    if full and (named or len(full) == len(villages)):
        told = "、".join(full[:5]) + (f"等 {len(full)} 个村社" if len(full) > 5 else "")
        raise NotNow(f"“{matter.title}”每村每年至多 {matter.yearly_cap} 次，{told}今年已满，不能再过筛。")
