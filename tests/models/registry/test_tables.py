"""A table of values: its sums are whole once it was read, however many read it, and at the same time."""

from __future__ import annotations

import asyncio

import pytest

from models.base.clock import today
from models.registry import Element, value_table
from tests.builders import a_town, a_value, a_viewer

pytestmark = pytest.mark.anyio


async def test_sums_that_are_asked_for_at_two_levels_at_once_count_every_village_once(town: str) -> None:
    place = await a_town()
    lamps = await Element.create(code="lamps", name="路灯数", kind="count", freshness_days=100)
    for village in (place.village, place.second_village):
        await a_value(lamps, village, "12", number=12)
    desk = await a_viewer("coordinator", place.township)
    table = await value_table(desk, [lamps], place.county, today())
    await asyncio.gather(table.read(), table.read())
    whole, part = table.totals[place.county.path], table.totals[place.township.path]
    assert (whole.columns[0].covered, whole.columns[0].sum) == (2, 24)
    assert (part.columns[0].covered, part.columns[0].sum) == (2, 24)
