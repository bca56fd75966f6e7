"""What residents said (群众口碑), as the index takes it: of rounds that closed in an open period and count there."""

from __future__ import annotations

from collections.abc import Iterable

from models.base.events import Event
from models.evaluation.periods import Period
from models.evaluation.tallies import NONE, Figure, Tally, move
from models.surveys import answers_between

SOURCE = "survey"
MOVED_BY = ("surveys.close_survey", "surveys.exclude_village")


async def hear_voices(events: Iterable[Event]) -> None:
    """Bring the open periods up to what their closed rounds say, after one was closed or a village excluded."""
    if not any(event.command in MOVED_BY for event in events):
        return
    for period in await Period.filter(closed_at=None).order_by("id").select_related("city"):
        wanted, there = await voices_of(period), await _stored(period)
        changed = {
            (period.pk, unit, SOURCE): _less(wanted.get(unit, NONE), there.get(unit, NONE))
            for unit in sorted({*wanted, *there})
            if wanted.get(unit, NONE) != there.get(unit, NONE)
        }
        await move(changed, {})


async def voices_of(period: Period) -> dict[int, Figure]:
    """By village: what the rounds that closed within the period and count there amount to."""
    found = await answers_between(period.since, period.until, period.city)
    return {unit: (one.n, one.total, one.squares, 0, 0) for unit, one in found.items()}


async def wrong_voices(period: Period) -> list[int]:
    """Villages whose tally is not what the rounds say."""
    wanted, there = await voices_of(period), await _stored(period)
    return sorted(u for u in {*wanted, *there} if wanted.get(u, NONE) != there.get(u, NONE))


async def _stored(period: Period) -> dict[int, Figure]:
    rows = Tally.filter(period=period, source=SOURCE)
    columns = ("unit_id", "n", "total", "squares", "perfect", "left_out")
    return {unit: tuple(figure) for unit, *figure in await rows.values_list(*columns)}


def _less(one: Figure, other: Figure) -> Figure:
    n, total, squares, perfect, left_out = (a - b for a, b in zip(one, other, strict=True))
    return n, total, squares, perfect, left_out
