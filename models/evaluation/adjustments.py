"""What a correction would have changed in a period that is closed: a dated line beside the score, which stays as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from models.evaluation.figures import figures_of, with_more
from models.evaluation.scores import Adjustment
from models.evaluation.tallies import NONE, Figure, plus, tallied
from models.points.book import written_with
from models.points.entries import PointEntry
from models.schemes.indices import VillageIndex
from models.schemes.periods import Period, holding


async def adjust_closed(entries: Sequence[PointEntry]) -> None:
    """For each entry that takes something back, a line beside the closed scores it would have moved."""
    for entry in entries:
        if entry.reverses_id is not None and entry.person_id is None:
            for period in await Period.filter(holding(entry.counts_on), closed_at__isnull=False):
                await _adjust(period, entry)


written_with.append(adjust_closed)


async def _adjust(period: Period, entry: PointEntry) -> None:
    score = await VillageIndex.get_or_none(period=period, unit_id=entry.unit_id)
    if score is None:
        return
    kept = await PointEntry.get(reverses_id=entry.reverses_id).select_related("reverses__reverses")
    await _note(period, score, tallied(kept), entry.reason, entry.at, kept)


async def adjust(
    period: Period, score: VillageIndex, more: Mapping[str, Figure], reason: str, at: datetime
) -> None:
    """The same for a change that no entry tells of; the same reason counts once."""
    if not await Adjustment.filter(score=score, entry_id=None, reason=reason).exists():
        await _note(period, score, more, reason, at, None)


async def _note(
    period: Period,
    score: VillageIndex,
    more: Mapping[str, Figure],
    reason: str,
    at: datetime,
    entry: PointEntry | None,
) -> None:
    """What the score would be now, and by how much; a village left without evidence has none, and that is noted too."""
    changed = await _corrected_before(score)
    for source, figure in more.items():
        changed[source] = plus(changed.get(source, NONE), figure)
    figures = await figures_of(period, [score.group_id])
    again = replace(figures, samples=with_more(figures.samples, score.unit_id, changed)).scored()
    now = again.get(score.unit_id)
    await Adjustment.create(
        score=score,
        entry=entry,
        exact=now.exact if now else "",
        shown=now.shown - score.shown if now else 0,
        reason=reason,
        made_at=at,
    )


async def _corrected_before(score: VillageIndex) -> dict[str, Figure]:
    """What earlier corrections of the same closed score amount to."""
    found: dict[str, Figure] = {}
    for one in await Adjustment.filter(score=score).select_related("entry__reverses__reverses"):
        for source, figure in (tallied(one.entry) if one.entry else {}).items():
            found[source] = plus(found.get(source, NONE), figure)
    return found
