"""Closing a period: when its last day is over and everything that happened in it is counted, it never moves again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, time, timedelta

from tortoise.expressions import Subquery

from models.base.clock import TOWN_ZONE, now, today
from models.base.commands import command, rule
from models.base.events import Event
from models.base.followers import Bookmark
from models.base.refusals import NotNow
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer, subtree
from models.policies import policy
from models.schemes.indices import VillageIndex
from models.schemes.periods import Period
from models.units import Unit
from models.workdays import workdays_of

READER = "points"


@rule("这个周期已经关闭。")
def is_open(period: Period) -> bool:
    return period.closed_at is None


@rule("这个周期还没有结束。")
def is_over(period: Period) -> bool:
    return period.until < today()


@rule("这个周期还有结果没有算进去。")
def is_worked_out(period: Period) -> bool:
    return bool(period.shown_moves >= period.moves)


@command(said="关闭周期", who=only_the_clock("周期由系统到期关闭。"), when=(is_open, is_over, is_worked_out))
async def close_period(actor: Viewer, period: Period) -> Period:
    """From here on its scores and places are frozen; what is corrected later stands beside them, dated."""
    await _set_days_for_appeals(period)
    period.closed_at = now()
    await period.save(update_fields=["closed_at"])
    return period


async def _set_days_for_appeals(period: Period) -> None:
    """Until when each score may be contested, by the policy of its county on the day of closing.

    The days run from the end of the period, or from the closing where results came in late.
    """
    days = await workdays_of(period.city.path)
    ended = max(period.until, today() - timedelta(days=1))
    for county in await Unit.filter(subtree("path", period.city.path), level="county").order_by("path"):
        until = days.after(ended, await policy(county.path, "appeal_within"))
        there = Unit.filter(subtree("path", county.path)).values("id")
        await VillageIndex.filter(period=period, unit_id__in=Subquery(there)).update(appeals_until=until)


async def close_what_is_over(refresh: Callable[[Period], Awaitable[None]]) -> None:
    """Close the periods whose last event has been counted, after one last look at each."""
    rows = Period.filter(closed_at=None, until__lt=today()).order_by("until", "id")
    for period in await rows.select_related("city"):
        if await _is_counted(period):
            await refresh(period)
            # What another server counted in between is worked out first, in the next round.
            with suppress(NotNow):
                await close_period(TOWN_CLOCK, period)


async def _is_counted(period: Period) -> bool:
    """Whether the ledger has read everything that happened up to the end of the last day."""
    ends = datetime.combine(period.until + timedelta(days=1), time(0), TOWN_ZONE)
    if await Event.filter(seq=None, at__lt=ends).exists():
        return False
    mark = await Bookmark.get_or_none(name=READER)
    return not await Event.filter(seq__gt=mark.seq if mark else 0, at__lt=ends).exists()
