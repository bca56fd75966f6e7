"""A town in which villages were asked for a good deal over half a year."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

from models import screening
from models.base.clock import clock_at, now, today
from models.ledger import Period
from models.registry import Element
from tests.builders import (
    DAY,
    Town,
    a_list,
    a_request,
    a_task,
    a_town,
    a_value,
    a_viewer,
    an_admitted_request,
)
from tests.furnished import furnished

EFFORT = {
    "code": "XZ-MZ-09",
    "title": "入户核查",
    "category": "assist",
    "demands": ["visit"],
    "effort_hours": Decimal("1.25"),
}


MINE = {"matter_code": "XZ-MZ-09", "demands": ["visit"]}


@furnished
async def a_busy_town(seed: int = 1) -> Town:
    """Work of several months at random: sent, merged, refused, answered from file, waived and in a hurry."""
    chance = random.Random(seed)
    place = await a_town()
    start = now() - timedelta(days=170)
    with clock_at(start):
        await a_list(place.city, EFFORT)
        await _on_file(place)
    for number in range(10):
        with clock_at(start + timedelta(days=17 * number, hours=chance.randint(1, 9))):
            await _work(place, chance)
    return place


async def _on_file(place: Town) -> None:
    element = await Element.create(code="hjrk", name="户籍人口", freshness_days=3000)
    await Element.create(code="kzf", name="空置房", freshness_days=3000)
    for village in (place.village, place.second_village):
        await a_value(element, village, "1")


async def _work(place: Town, chance: random.Random) -> None:
    units = chance.sample([place.village, place.second_village, place.grid], chance.randint(1, 3))
    wanted: dict[str, object] = MINE if chance.random() < 0.7 else {}
    asked = [await an_admitted_request(place, **wanted) for _ in range(chance.randint(1, 3))]
    await a_task(place, requests=asked, units=units)
    await a_request(place, demands=["patrol", "ranking"])
    await a_request(place, deadline=today() + chance.randint(0, 9) * DAY)
    await a_request(place, demands=["data"], elements=["hjrk"])
    await a_request(place, demands=["patrol", "data"], elements=["hjrk", "kzf"], matter_code="XZ-NY-01")
    if chance.random() < 0.5:
        await a_request(place, matter_code="", units=[place.village, place.other_village])
    else:
        await screening.reject(
            await a_viewer("coordinator", place.township), await a_request(place), reason="不符"
        )


def half_a_year() -> Period:
    return Period(today() - timedelta(days=120), today())
