"""Villages that stand in the smallest group of their kind because nobody has put their households on file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tortoise.expressions import Subquery

from models.base.clock import today
from models.base.viewer import subtree
from models.registry import HOUSEHOLDS, DataValue, Element
from models.schemes.indices import VillageIndex
from models.schemes.periods import Period
from models.schemes.records import PeerGroup
from models.units import Unit


async def unsized(period: Period, groups: Sequence[PeerGroup], area: Unit) -> int:
    """How many such villages of an area these groups have in a period; none where a kind is not told apart by size."""
    if all(group.households for group in groups):
        return 0
    every = await PeerGroup.filter(scheme_id__in={group.scheme_id for group in groups})
    smallest = [group.pk for group in groups if _told_apart(group, every)]
    if not smallest:
        return 0
    rows = VillageIndex.filter(subtree("unit__path", area.path), period=period, group_id__in=smallest)
    element = await Element.get_or_none(code=HOUSEHOLDS)
    if element is not None:
        since = period.since - timedelta(days=element.freshness_days)
        told = DataValue.filter(element=element, as_of__gte=since, as_of__lte=max(period.since, today()))
        rows = rows.exclude(unit_id__in=Subquery(told.values("unit_id")))
    return await rows.count()


def _told_apart(group: PeerGroup, every: Sequence[PeerGroup]) -> bool:
    """Whether it is the smallest of its kind and there is a larger one."""
    others = [one for one in every if one.scheme_id == group.scheme_id and one.kind in ("", group.kind)]
    return group.households == 0 and any(one.households > 0 for one in others)


async def unsized_in(city: Unit) -> int:
    """The same for all groups of a city in its newest month."""
    period = await Period.filter(city=city, kind="month").order_by("-since").first()
    if period is None:
        return 0
    return await unsized(period, await PeerGroup.filter(scheme_id=period.scheme_id), city)
