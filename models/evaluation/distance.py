"""How far a village is from the first of those it is compared with, and in what: the first thing it wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.base.viewer import subtree
from models.schemes.indices import VillageIndex
from models.schemes.records import Indicator
from models.schemes.sources import SOURCES

NAMED = 2


@dataclass(frozen=True)
class Distance:
    """From a village's score to the best of its group in an area."""

    behind: int
    """Hundredths of a point."""
    by: tuple[str, ...]
    """The indicators that make most of it, the largest first."""

    @property
    def is_none(self) -> bool:
        return self.behind == 0


async def distance_to_the_first(index: VillageIndex, area: str) -> Distance | None:
    """Among the villages of its group at or below the path of an area; None without a score. Two statements."""
    if not index.exact:
        return None
    rows = VillageIndex.filter(
        subtree("unit__path", area), period_id=index.period_id, group_id=index.group_id
    )
    scored = [one for one in await rows.order_by("id") if one.exact]
    best = max(scored, key=lambda one: (Fraction(one.exact), one.pk == index.pk, -one.pk), default=index)
    sources = await Indicator.filter(dimension__scheme_id=index.period.scheme_id).values_list("id", "source")
    labels = {int(str(number)): SOURCES[str(source)].label for number, source in sources}
    return Distance(best.shown - index.shown, _by(index, best, labels))


def _by(index: VillageIndex, best: VillageIndex, labels: Mapping[int, str]) -> tuple[str, ...]:
    own = {part["indicator"]: Fraction(part.get("amount", 0)) for part in index.contributions}
    wanting = {
        part["indicator"]: Fraction(part.get("amount", 0)) - own.get(part["indicator"], Fraction(0))
        for part in best.contributions
    }
    most = sorted((one for one in wanting if wanting[one] > 0), key=lambda one: (-wanting[one], one))
    return tuple(labels[one] for one in most[:NAMED])
