"""A town in the middle of its work, in which what is sent at random meets rows of every kind."""

from __future__ import annotations

import httpx

from models.base.clock import clock_at
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, an_admitted_request, an_assignment
from tests.furnished import furnished
from tests.models.bidding.scenes import NOON, compared
from tests.views.conftest import HERE, Site

LATER = "2026-12-21T10:00:00"
"""When the tests of this town live: after everything that is laid out in it."""


@furnished
async def a_busy_town() -> Town:
    """The board's last project closes on the Monday of three weeks ago; the other work is of today."""
    with clock_at(NOON - 7 * DAY):
        town = await a_town()
        await a_list(town.county)
    await compared(town)
    await a_request(town, title="待复核的")
    await an_admitted_request(town, title="已过筛的")
    await a_task(town, state="draft", title="还没有下达的")
    await an_assignment(town)
    return town


async def callers(site: Site, place: Town) -> list[httpx.AsyncClient]:
    """Browsers of people who may do much, and of a stranger."""
    posts = (
        *(("coordinator", place.township), ("secretary", place.village), ("city_admin", place.city)),
        *(("leader", place.township), ("list_keeper", place.city), ("department_officer", place.department)),
    )
    signed = [await site.as_a(role, unit, origin=HERE) for role, unit in posts]
    return [*signed, site.visitor(origin=HERE)]
