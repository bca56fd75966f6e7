"""Fair access over time: who keeps winning, who never does, and how often nobody else bids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tortoise.queryset import QuerySet

from models.base.clock import now
from models.bidding.awards import Award
from models.bidding.offers import Bid
from models.bidding.records import Project
from models.units import Unit

LOOKED_BACK = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Fairness:
    """How the awards of a township fell in the last three years."""

    villages: int
    wins: dict[int, int]
    """Village -> awards that stand."""
    never: list[str]
    """Names of villages that bid for an opened project and never won."""
    bidders: int
    single: int
    """Awards for which there was no other bid."""
    ordinals: dict[int, int]
    """Award that stands -> for which time in the three years before it the village got one."""

    @property
    def awards(self) -> int:
        return sum(self.wins.values())

    @property
    def winners(self) -> int:
        return len(self.wins)

    @property
    def top_share(self) -> int:
        """Per cent of the awards that went to the village with the most."""
        return 100 * max(self.wins.values(), default=0) // self.awards if self.awards else 0

    def wins_of(self, unit_id: int) -> int:
        return self.wins.get(unit_id, 0)


@dataclass(frozen=True)
class Winner:
    """Who got a project, and for which time in the last three years."""

    name: str
    wins: int
    is_single: bool


async def winners_of(projects: Collection[Project]) -> dict[int, Winner]:
    """The village that has each project now; two statements, whatever the number of projects."""
    decided = [one.pk for one in projects if one.state in ("announced", "awarded", "delivered")]
    standing = await Award.filter(stands_for__in=decided).select_related("unit") if decided else []
    if not standing:
        return {}
    ordinals = await _ordinals(Award.filter(unit_id__in=[one.unit_id for one in standing]))
    return {one.project_id: Winner(one.unit.name, ordinals.get(one.pk, 1), one.is_single) for one in standing}


async def _ordinals(awards: QuerySet[Award]) -> dict[int, int]:
    """By award that stands: the first, second, third of its village on its own day, over the three years before it."""
    columns = ("id", "unit_id", "announced_at")
    rows = await awards.filter(stands_for__isnull=False).order_by("announced_at", "id").values_list(*columns)
    days: dict[Any, list[Any]] = {}
    found = {}
    for number, unit, at in rows:
        days.setdefault(unit, []).append(at)
        found[int(str(number))] = sum(earlier >= at - LOOKED_BACK for earlier in days[unit])
    return found


async def fairness(township: Unit) -> Fairness:
    """Four statements, whatever the number of projects; of opened bids and announced awards only."""
    since = now() - LOOKED_BACK
    awards = Award.filter(project__township=township, announced_at__gte=since, stands_for__isnull=False)
    told = await awards.values_list("unit_id", "is_single")
    wins = Counter(int(str(unit)) for unit, _ in told)
    bids = Bid.filter(project__township=township, state="opened", project__told_at__gte=since)
    bidding = dict(await bids.distinct().values_list("unit_id", "unit__name"))
    never = sorted(str(name) for unit, name in bidding.items() if int(str(unit)) not in wins)
    return Fairness(
        villages=await Unit.filter(parent=township, level="village", ended_on=None).count(),
        wins=dict(wins),
        never=never,
        bidders=len(bidding),
        single=sum(bool(single) for _, single in told),
        ordinals=await _ordinals(Award.filter(project__township=township)),
    )
