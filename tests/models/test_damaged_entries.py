"""What every comparison with the trail says where its entries were written over: a fault, and never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tortoise import Tortoise

from models.base.clock import clock_at
from models.base.digests import comparisons
from models.base.sealer import seal_all
from models.trail import verify
from tests.builders import a_town
from tests.furnished import furnished
from tests.models.bidding.scenes import SHEETS, scored
from tests.models.complaints.scenes import told
from tests.models.past_the_triggers import undone_afterwards
from tests.models.surveys.scenes import SPLIT, after, an_open_round, answered, closed

pytestmark = pytest.mark.anyio

KEYS = ("about", "tallies", "shown", "draft", "seal_digest")
"""What the comparisons read of an entry."""
VALUES: tuple[Any, ...] = (5, "x", None, True, [], [1], {}, {"sheet": [1]})
DAMAGED = [
    "nonsense",
    "",
    "null",
    "5",
    '"x"',
    "[1]",
    "[" * 5000,
    "9" * 5000,
    "{}",
    *(json.dumps({"facts": value, "mentions": value, "seal_digest": value}) for value in VALUES),
    *(json.dumps({"facts": dict.fromkeys(KEYS, value)}) for value in VALUES),
]
PLACES = (
    "event SET at",
    "event_personal SET erased_at",
    "day_head SET day",
    "complaint SET made_on",
    "survey_village SET tally",
    "bid SET submitted_at",
    "scorer SET done_at",
)
WRONG = json.dumps(
    {
        "facts": {"about": "x", "tallies": "x", "draft": "x", "shown": {"sheet": "x"}},
        "seal_digest": ["", "x"],
    }
)


@furnished
async def a_trail_with_everything_compared() -> None:
    place = await a_town()
    await told(place)
    made = await an_open_round(place)
    await answered(made, place.village, SPLIT)
    later = after(await closed(made))
    with clock_at(later):
        await scored(place, SHEETS)
    await seal_all()


def _written_over(text: str) -> str:
    told = "'" + text + "'"
    return f"UPDATE event SET details = {told}, changes = {told}, hash = NULL"


async def _said() -> dict[str, list[str]]:
    """By record, what its own comparison says, without the net under it."""
    return {
        record.__name__: [what async for what in comparison()] for record, comparison in comparisons.items()
    }


@pytest.mark.furnished(by=a_trail_with_everything_compared)
async def test_every_comparison_reads_on_whatever_stands_in_the_entries(town: str) -> None:
    await a_trail_with_everything_compared()
    assert await verify() == [] and not any((await _said()).values())
    wrong = await undone_afterwards(_written_over(WRONG), _said)
    assert all(wrong.values()), wrong  # each of them is played here
    for text in DAMAGED:
        await undone_afterwards(_written_over(text), _said)
    assert await undone_afterwards(_written_over(DAMAGED[0]), verify)


@pytest.mark.furnished(by=a_trail_with_everything_compared)
async def test_a_row_that_holds_what_no_row_can_hold_is_a_fault_wherever_it_lies(town: str) -> None:
    """Only SQLite takes such a thing into a column of another type."""
    await a_trail_with_everything_compared()
    if Tortoise.get_connection("default").capabilities.dialect != "sqlite":
        return
    for place in PLACES:
        first = f"id = (SELECT MIN(id) FROM {place.split()[0]})"
        assert await undone_afterwards(f"UPDATE {place} = 'nonsense' WHERE {first}", verify), place
