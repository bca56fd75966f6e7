"""What a correction would have changed in a period that is closed: a dated line beside the score, which stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.evaluation.entries import PointEntry
from models.evaluation.figures import figures_of, with_more
from models.evaluation.periods import Period, holding
from models.evaluation.scores import Adjustment, VillageIndex
from models.evaluation.tallies import NONE, Figure, plus, tallied


async def adjust_closed(entries: Sequence[PointEntry]) -> None:
    """For each entry that takes something back, a line beside the closed scores it would have moved."""
    for entry in entries:
        if entry.reverses_id is not None and entry.person_id is None:
            for period in await Period.filter(holding(entry.counts_on), closed_at__isnull=False):
                await _adjust(period, entry)


async def _adjust(period: Period, entry: PointEntry) -> None:
    score = await VillageIndex.get_or_none(period=period, unit_id=entry.unit_id)
    if score is None:
        return
    kept = await PointEntry.get(event_id=entry.event_id, reverses_id=entry.reverses_id)
    await kept.fetch_related("reverses")
    more = await _corrected_before(score)
    for source, figure in tallied(kept).items():
        more[source] = plus(more.get(source, NONE), figure)
    figures = await figures_of(period, score.group_id)
    now = (
        replace(figures, samples=with_more(figures.samples, score.unit_id, more)).scored().get(score.unit_id)
    )
    if now is not None:
        await Adjustment.create(
            score=score,
            entry=kept,
            exact=now.exact,
            shown=now.shown - score.shown,
            reason=entry.reason,
            made_at=entry.at,
        )


async def _corrected_before(score: VillageIndex) -> dict[str, Figure]:
    """What earlier corrections of the same closed score amount to."""
    found: dict[str, Figure] = {}
    for one in await Adjustment.filter(score=score).select_related("entry__reverses"):
        for source, figure in (tallied(one.entry) if one.entry else {}).items():
            found[source] = plus(found.get(source, NONE), figure)
    return found
