"""The nightly check: the ledger written again from the trail, and the tallies of open periods added up again from the ledger."""

from __future__ import annotations

import logging
from collections import Counter

from models.base.clock import due
from models.base.followers import first_today
from models.base.raw_rows import plain
from models.evaluation.survey_figures import wrong_voices
from models.evaluation.tallies import FROM_ENTRIES, NONE, Figure, PersonScore, Tally, plus, tallied
from models.points.entries import PointEntry
from models.points.rebuild import differences
from models.schemes.periods import Period

log = logging.getLogger("xingcun.evaluation")

READER = "points-check"
PAGE = 200
"""Entries read at once, with what they take back: few, so that nobody else's request waits long."""
Counted = dict[str, dict[int, Figure]]
"""By source, and within it by village."""


async def check_points() -> list[str]:
    """Every difference between the trail, the ledger and the tallies of open periods; empty when all agree.

    Looked at twice where there are any: what was only being written meanwhile agrees the second time.
    """
    found = await _looked_at()
    again = set(await _looked_at()) if found else set()
    return [one for one in found if one in again]


async def _looked_at() -> list[str]:
    found = await differences()
    for period in await Period.filter(closed_at=None).order_by("id").select_related("city"):
        villages, persons = await counted_again(period)
        found += [
            f"{period.name}：村社 {unit} 的“{source}”统计不符"
            for unit, source in await _wrong(period, villages)
        ]
        found += [f"{period.name}：村社 {unit} 的群众评价不符" for unit in await wrong_voices(period)]
        found += [f"{period.name}：人员 {one} 的工分不符" for one in await _wrong_persons(period, persons)]
    return found


async def counted_again(
    period: Period,
) -> tuple[Counted, Counter[tuple[int, int]]]:
    """What the entries of a period amount to, village by village and person by person, read a page at a time."""
    villages: Counted = {source: {} for source in FROM_ENTRIES}
    persons: Counter[tuple[int, int]] = Counter()
    rows = PointEntry.filter(counts_on__gte=period.since, counts_on__lte=period.until)
    rows = (
        rows.filter(unit__path__startswith=period.city.path)
        .order_by("id")
        .select_related("reverses__reverses")
    )
    after = 0
    while page := await rows.filter(id__gt=after).limit(PAGE):
        for one in page:
            if one.person_id is not None:
                persons[one.person_id, one.unit_id] += one.points
            for source, figure in tallied(one).items():
                so_far = villages[source].get(one.unit_id, NONE)
                villages[source][one.unit_id] = plus(so_far, figure)
        after = page[-1].pk
    return villages, persons


async def _wrong(period: Period, villages: Counted) -> list[tuple[int, str]]:
    """Source by source: all of a city at once would keep everybody waiting."""
    found = []
    for source, again in villages.items():
        rows = Tally.filter(period=period, source=source)
        figures = await plain(rows.values_list("unit_id", "n", "total", "squares", "perfect", "left_out"))
        there = {unit: tuple(figure) for unit, *figure in figures}
        units = {*there, *again}
        found += [(unit, source) for unit in units if there.get(unit, NONE) != again.get(unit, NONE)]
    return sorted(found)


async def _wrong_persons(period: Period, persons: Counter[tuple[int, int]]) -> list[int]:
    rows = await plain(PersonScore.filter(period=period).values_list("person_id", "unit_id", "points"))
    there = Counter({(person, unit): points for person, unit, points in rows})
    return sorted(
        {person for person, unit in {*there, *persons} if there[person, unit] != persons[person, unit]}
    )


@due
async def check_at_night() -> None:
    """Once a day, whichever server comes first; what does not agree is an alarm, and nothing is mended unseen."""
    if not await first_today(READER):
        return
    found = await check_points()
    if found:
        log.error("points do not agree with the trail in %d places", len(found))
