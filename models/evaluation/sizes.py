"""Villages that stand in the smallest group of their kind because nobody has put their households on file."""

from __future__ import annotations

from datetime import timedelta

from tortoise.expressions import Subquery

from models.base.clock import today
from models.base.viewer import subtree
from models.evaluation.periods import Period
from models.evaluation.schemes import PeerGroup
from models.evaluation.scores import VillageIndex
from models.evaluation.settling import HOUSEHOLDS
from models.registry import DataValue, Element
from models.units import Unit


async def unsized(period: Period, group: PeerGroup, area: Unit) -> int:
    """How many such villages of an area a group has in a period; none where its kind is not told apart by size."""
    larger = PeerGroup.filter(scheme_id=group.scheme_id, households__gt=group.households)
    if group.households or not await larger.filter(kind__in=["", group.kind]).exists():
        return 0
    rows = VillageIndex.filter(subtree("unit__path", area.path), period=period, group=group)
    element = await Element.get_or_none(code=HOUSEHOLDS)
    if element is not None:
        since = period.since - timedelta(days=element.period_days)
        told = DataValue.filter(element=element, as_of__gte=since, as_of__lte=max(period.since, today()))
        rows = rows.exclude(unit_id__in=Subquery(told.values("unit_id")))
    return await rows.count()


async def unsized_in(city: Unit) -> int:
    """The same for all groups of a city in its newest month."""
    period = await Period.filter(city=city, kind="month").order_by("-since").first()
    if period is None:
        return 0
    smallest = PeerGroup.filter(scheme_id=period.scheme_id, households=0).order_by("position")
    return sum([await unsized(period, group, city) for group in await smallest])
