"""A score taken apart: dimensions, indicators, contributions whose sum it is, and the entries behind each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer
from models.points.entries import PointEntry
from models.schemes.indices import VillageIndex
from models.schemes.records import Indicator
from models.schemes.sources import SCALE, SOURCES, Source

FED_BY = {
    "quality": ("task", "missed"),
    "timeliness": ("task", "missed"),
    "first_pass": ("task",),
    "delivery": ("step", "failed"),
    "standing": ("task", "step", "failed"),
}
"""The kinds of entries each source is counted from; other sources have no entries."""
EARLIER = 12


@dataclass(frozen=True)
class Part:
    """What one indicator adds to a score."""

    source: str
    told: Source
    n: int
    least: int
    counts: bool
    enough: bool
    value: int
    """Hundredths of a per cent point, of ten thousand."""
    mean: int
    weight: Fraction
    """Per cent of the whole."""
    amount: Fraction
    """Points of the score."""
    total: int = 0
    """The sum of the village's values, each between nothing and ten thousand."""
    perfect: int = 0
    """Results that were spared and count for the village as perfect."""
    left_out: int = 0
    """Results that were spared by not being counted."""
    shown: int = 0
    """The amount in hundredths: those of all parts add up to the score as it is shown."""
    full: int = 0
    """The weight in hundredths, rounded in the same way."""

    @property
    def has_entries(self) -> bool:
        return self.source in FED_BY

    @property
    def has_none(self) -> bool:
        """Whether the village has nothing on record under it."""
        return self.n + self.perfect == 0

    @property
    def all_good(self) -> bool:
        """Whether all of its own results are as good as can be."""
        return 0 < self.n * SCALE == self.total

    @property
    def share(self) -> int:
        """What the village's own values come to by themselves, in hundredths of a per cent."""
        return (2 * self.total + self.n) // (2 * self.n) if self.n else 0


@dataclass(frozen=True)
class Side:
    """One dimension of a score with the indicators that make it up."""

    name: str
    declared: int
    """Per cent of the whole by the scheme, before the weights of what does not count went to the others."""
    parts: Sequence[Part]

    @property
    def shown(self) -> int:
        return sum(one.shown for one in self.parts)

    @property
    def full(self) -> int:
        return sum(one.full for one in self.parts)

    @property
    def weight(self) -> Fraction:
        return sum((one.weight for one in self.parts), Fraction(0))

    @property
    def amount(self) -> Fraction:
        return sum((one.amount for one in self.parts), Fraction(0))

    @property
    def value(self) -> Fraction | None:
        """How much of its weight was reached, of a hundred; None where nothing counts."""
        return 100 * self.amount / self.weight if self.weight else None

    @property
    def mean(self) -> Fraction | None:
        """The same for the group's mean."""
        reached = sum((one.weight * one.mean for one in self.parts), Fraction(0))
        return reached / (100 * self.weight) if self.weight else None


async def explained(index: VillageIndex) -> list[Side]:
    """The dimensions in the order of the scheme; their amounts add up to the score, exactly and as shown. One statement."""
    rows = Indicator.filter(dimension__scheme_id=index.period.scheme_id)
    ordered = await rows.order_by("dimension__position", "position").select_related("dimension")
    told = {int(one["indicator"]): one for one in index.contributions}
    parts = _in_hundredths([_part(one, told.get(one.pk, {})) for one in ordered], index.shown)
    sides = {one.dimension_id: one.dimension for one in ordered}
    return [
        Side(
            side.name,
            side.weight,
            [part for one, part in zip(ordered, parts, strict=True) if one.dimension_id == number],
        )
        for number, side in sides.items()
    ]


def _in_hundredths(parts: Sequence[Part], score: int) -> list[Part]:
    """Each part's weight, and that less what is wanting: what wants nothing reads full, and nothing reads more."""
    whole = sum((one.weight for one in parts), Fraction(0))
    weights = shared([one.weight for one in parts], round(100 * whole))
    wanting = shared([one.weight - one.amount for one in parts], sum(weights) - score, weights)
    return [
        replace(one, shown=full - less, full=full)
        for one, full, less in zip(parts, weights, wanting, strict=True)
    ]


def shared(amounts: Sequence[Fraction], whole: int, most: Sequence[int] | None = None) -> list[int]:
    """The amounts in hundredths that add up to the whole: the largest remainders are the ones rounded up.

    None is rounded to more than its `most`, where such are given.
    """
    down = [min(int(100 * one // 1), most[at] if most else whole) for at, one in enumerate(amounts)]
    able = [at for at in range(len(amounts)) if most is None or down[at] < most[at]]
    order = sorted(able, key=lambda at: (down[at] - 100 * amounts[at], at))
    for at in order[: max(whole - sum(down), 0)]:
        down[at] += 1
    return down


def _part(indicator: Indicator, told: Mapping[str, Any]) -> Part:
    return Part(
        source=indicator.source,
        told=SOURCES[indicator.source],
        n=int(told.get("n", 0)),
        least=indicator.least,
        counts=bool(told.get("counts")),
        enough=bool(told.get("enough")),
        value=int(told.get("value", 0)),
        mean=int(told.get("mean", 0)),
        weight=Fraction(told.get("weight", 0)),
        amount=Fraction(told.get("amount", 0)),
        total=int(told.get("total", 0)),
        perfect=int(told.get("perfect", 0)),
        left_out=int(told.get("left_out", 0)),
    )


async def earlier(viewer: Viewer, index: VillageIndex) -> list[VillageIndex]:
    """The scores of the village in periods of the same kind up to this one, oldest first, as far as visible."""
    rows = VillageIndex.visible_to(viewer).filter(
        unit_id=index.unit_id, period__kind=index.period.kind, period__since__lte=index.period.since
    )
    found = await rows.order_by("-period__since").limit(EARLIER).select_related("period")
    return [one for one in found[::-1] if one.exact]


def entries_behind(viewer: Viewer, index: VillageIndex, source: str) -> QuerySet[PointEntry]:
    """The village's entries of the period that this source is counted from, with what was taken back."""
    kinds = FED_BY.get(source, ())
    fed = Q(kind__in=kinds) | Q(reverses__kind__in=kinds)
    period = index.period
    return PointEntry.visible_to(viewer).filter(
        fed,
        unit_id=index.unit_id,
        person_id__isnull=True,
        counts_on__gte=period.since,
        counts_on__lte=period.until,
    )
