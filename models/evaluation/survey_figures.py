"""What residents said (群众口碑), as the index takes it: of rounds that closed in an open period and count there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from models.base.clock import town_day
from models.base.events import Event
from models.evaluation.adjustments import adjust
from models.evaluation.tallies import NONE, Figure, Tally, move
from models.points.book import also_moved_by, heard_with
from models.schemes.indices import VillageIndex
from models.schemes.periods import Period
from models.surveys import answers_between

SOURCE = "survey"
EXCLUDED = "surveys.exclude_village"
MOVED_BY = ("surveys.close_survey", EXCLUDED)
REVIEWED = timedelta(days=400)
"""A village may be excluded for some days after its round; the year it falls into is looked at too."""


async def hear_voices(events: Iterable[Event]) -> None:
    """Bring the open periods up to what their closed rounds say, after one was closed or a village excluded."""
    heard = [event for event in events if event.command in MOVED_BY]
    if not heard:
        return
    for period in await Period.filter(closed_at=None).order_by("id").select_related("city"):
        changed = {(period.pk, unit, SOURCE): figure for unit, figure in (await _changed(period)).items()}
        await move(changed, {})
    for event in heard:
        if event.command == EXCLUDED:
            await _beside_closed(event)


heard_with.append(hear_voices)
also_moved_by.update(MOVED_BY)


async def _beside_closed(event: Event) -> None:
    """A village excluded after the period was closed: noted beside its score, which stays."""
    reason = str(event.told.get("reason", ""))
    recent = Period.filter(closed_at__isnull=False, until__gte=town_day(event.at) - REVIEWED)
    for period in await recent.order_by("id").select_related("city"):
        for unit, figure in (await _changed(period)).items():
            score = await VillageIndex.get_or_none(period=period, unit_id=unit)
            if score is not None:
                await adjust(period, score, {SOURCE: figure}, f"群众口碑不计入：{reason}", event.at)


async def _changed(period: Period) -> dict[int, Figure]:
    """By village: what is wanting to what the rounds say now."""
    wanted, there = await voices_of(period), await _stored(period)
    return {
        unit: _less(wanted.get(unit, NONE), there.get(unit, NONE))
        for unit in sorted({*wanted, *there})
        if wanted.get(unit, NONE) != there.get(unit, NONE)
    }


async def voices_of(period: Period) -> dict[int, Figure]:
    """By village: what the rounds that closed within the period and count there amount to."""
    found = await answers_between(period.since, period.until, period.city)
    return {unit: (one.n, one.total, one.squares, 0, 0) for unit, one in found.items()}


async def wrong_voices(period: Period) -> list[int]:
    """Villages whose tally is not what the rounds say."""
    return sorted(await _changed(period))


async def _stored(period: Period) -> dict[int, Figure]:
    rows = Tally.filter(period=period, source=SOURCE)
    columns = ("unit_id", "n", "total", "squares", "perfect", "left_out")
    return {unit: tuple(figure) for unit, *figure in await rows.values_list(*columns)}


def _less(one: Figure, other: Figure) -> Figure:
    n, total, squares, perfect, left_out = (a - b for a, b in zip(one, other, strict=True))
    return n, total, squares, perfect, left_out
