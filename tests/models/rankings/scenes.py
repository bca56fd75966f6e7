"""Boards of two groups, published whole, for what is read of one group alone."""

from __future__ import annotations

from models import rankings
from models.base.clock import today
from models.policies import set_policy
from models.rankings import Placing
from models.schemes import PeerGroup, VillageIndex
from models.units import Unit
from tests.builders import Town, a_viewer
from tests.models.evaluation.test_index import a_city

FIRST, SECOND = "村（300户以下）", "社区"


async def a_city_of_two_groups() -> Town:
    """Fifteen villages, of which those of the second township are compared with each other."""
    town = await a_city(12, seed=5)
    second = await PeerGroup.get(name=SECOND)
    there = await Unit.filter(level="village", parent=town.other_township).values_list("id", flat=True)
    await VillageIndex.filter(unit_id__in=list(there)).update(group_id=second.pk)
    admin = await a_viewer("city_admin", town.city)
    told = {"name": "board_villages", "value": 3, "reason": "试行", "from_on": today()}
    await set_policy(admin, town.city, **told)
    await rankings.keep_up()
    return town


async def names_of(town: Town, group: str) -> list[str]:
    """What the county's board of the month publishes of one group, in the order of the bands and of the names."""
    lines = Placing.filter(board__area=town.county, board__period__kind="month", group__name=group)
    rows = await lines.exclude(tier="bottom").select_related("unit")
    return [name for _, name in sorted((one.rank, one.unit.name) for one in rows)]
