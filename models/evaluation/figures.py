"""What a period's scores are worked out from: its measures, its groups of villages, and the tallies of each village."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from models.base.raw_rows import plain
from models.evaluation.scoring import Measure, Scored, score_group
from models.evaluation.tallies import NONE, Figure, Tally, plus
from models.schemes.indices import VillageIndex
from models.schemes.periods import Period
from models.schemes.records import Indicator

Found = dict[str, dict[int, Figure]]


@dataclass
class Figures:
    """Everything of one period (or of one group in it), read once."""

    measures: list[Measure]
    groups: dict[int, list[int]]
    """Group -> its villages, in the order of their numbers."""
    samples: Found = field(default_factory=dict)

    def scored(self) -> dict[int, Scored]:
        """Every village of every group that has evidence for anything: a pure function, fit for a thread."""
        found: dict[int, Scored] = {}
        for units in self.groups.values():
            found |= score_group(self.measures, units, self.samples)
        return found


async def measures_of(scheme_id: int) -> list[Measure]:
    """The indicators of a scheme in the order in which they are shown."""
    rows = Indicator.filter(dimension__scheme_id=scheme_id).order_by("dimension__position", "position")
    return [
        Measure(one.pk, one.dimension_id, one.source, one.least, one.dimension.weight, one.weight)
        for one in await rows.select_related("dimension")
    ]


async def figures_of(period: Period, within: Collection[int] | None = None) -> Figures:
    """Of these groups, or of all. Three statements, whatever the number of villages."""
    lines = VillageIndex.filter(period=period)
    tallies = Tally.filter(period=period)
    if within is not None:
        some = sorted(within)
        lines = lines.filter(group_id__in=some)
        tallies = tallies.filter(unit__indices__period=period, unit__indices__group_id__in=some)
    groups: dict[int, list[int]] = defaultdict(list)
    for unit, place in await plain(lines.order_by("unit_id").values_list("unit_id", "group_id")):
        groups[place].append(unit)
    found = Figures(await measures_of(period.scheme_id), dict(groups))
    columns = ("source", "unit_id", "n", "total", "squares", "perfect", "left_out")
    for source, unit, *figure in await plain(tallies.values_list(*columns)):
        found.samples.setdefault(source, {})[unit] = tuple(figure)
    return found


def with_more(samples: Found, unit: int, more: Mapping[str, Figure]) -> Found:
    """The same figures with something added to one village."""
    changed = {source: dict(of) for source, of in samples.items()}
    for source, figure in more.items():
        changed.setdefault(source, {})[unit] = plus(changed.get(source, {}).get(unit, NONE), figure)
    return changed
