"""Exact arithmetic over the scorers' points: weighted means as fractions, ranks with ties, and spreads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from models.base.viewer import Viewer
from models.bidding.offers import Bid
from models.bidding.records import Criterion, Project, judging_reach
from models.bidding.scores import Score


@dataclass(frozen=True)
class Total:
    """What one bid came to: the sum over the criteria of weight times the mean of the points."""

    bid_id: int
    value: Fraction
    rank: int
    """1 for the best; equal totals share a rank."""

    @property
    def shown(self) -> str:
        """Rounded half up to two places, as people read it; ranks are by the exact value."""
        hundredths = int(self.value * 100 + Fraction(1, 2))
        return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True)
class Spread:
    """Two scorers who lie further apart than the project allows."""

    bid_id: int
    criterion_id: int
    lowest: int
    highest: int


Points = dict[tuple[int, int], list[int]]
"""Bid and criterion -> every scorer's points."""


async def points_of(project: Project) -> Points:
    """All points of a project whose scoring is complete."""
    found: Points = defaultdict(list)
    rows = Score.filter(bid__project=project, points__isnull=False).order_by("id")
    for bid, criterion, points in await rows.values_list("bid_id", "criterion_id", "points"):
        found[int(str(bid)), int(str(criterion))].append(int(str(points)))
    return found


def totals_of(points: Points, weights: dict[int, int]) -> list[Total]:
    """Best first; the mean of each criterion's points, weighted per cent."""
    sums: dict[int, Fraction] = defaultdict(Fraction)
    for (bid, criterion), given in points.items():
        sums[bid] += Fraction(sum(given), len(given)) * Fraction(weights[criterion], 100)
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [Total(bid, value, 1 + sum(other > value for other in sums.values())) for bid, value in ordered]


async def ranked(viewer: Viewer, bids: Collection[Bid]) -> dict[int, Total]:
    """The total of each of these bids among all of its project, where the viewer may read the points.

    Two statements, whatever the number of bids and projects.
    """
    reach = judging_reach(viewer, "bid__project__")
    rows = Score.filter(
        reach, bid__project_id__in=list({bid.project_id for bid in bids}), points__isnull=False
    )
    complete = rows.filter(bid__project__compared_at__isnull=False).order_by("id")
    points: dict[int, Points] = defaultdict(lambda: defaultdict(list))
    columns = ("bid__project_id", "bid_id", "criterion_id", "points")
    for project, *place, given in await complete.values_list(*columns) if bids else []:
        points[int(str(project))][int(str(place[0])), int(str(place[1]))].append(int(str(given)))
    if not points:
        return {}
    weights = {one.pk: one.weight for one in await Criterion.filter(project_id__in=list(points))}
    return {total.bid_id: total for of in points.values() for total in totals_of(of, weights)}


async def totals(project: Project) -> list[Total]:
    """The ranking of a scored project; empty until every sheet is in."""
    if project.compared_at is None or not project.is_scored:
        return []
    weights = {one.pk: one.weight for one in await Criterion.filter(project=project)}
    return totals_of(await points_of(project), weights)


async def spreads(project: Project) -> list[Spread]:
    """Where the scorers lie too far apart."""
    return [
        Spread(bid, criterion, min(given), max(given))
        for (bid, criterion), given in (await points_of(project)).items()
        if max(given) - min(given) > project.widest_spread
    ]
