"""What every comparison with the trail says where its entries were written over: a fault, and never a traceback."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models.base.clock import clock_at
from models.base.digests import comparisons
from models.base.sealer import seal_all
from models.trail import verify
from tests.builders import a_town
from tests.furnished import furnished
from tests.fuzz.judging import Judge
from tests.fuzz.requests import Asker, routes
from tests.fuzz.scene import people_there
from tests.leaks.rest import a_whole_world
from tests.models.bidding.scenes import SHEETS, scored
from tests.models.complaints.scenes import told
from tests.models.past_the_triggers import undone_afterwards, without_triggers
from tests.models.surveys.scenes import SPLIT, after, an_open_round, answered, closed
from tests.views.conftest import Site, site  # noqa: F401 - a fixture
from views.trail import TOLD

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
TOLD_IN = {"details", "changes", "payload"}
"""The columns of what an entry tells."""

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


def test_what_an_entry_tells_is_read_at_one_place() -> None:
    """Elsewhere nothing parses it: whoever does would break over an entry that was written over."""
    wrong = []
    for path in (path for folder in ("models", "views", "schema") for path in (ROOT / folder).rglob("*.py")):
        text = path.read_text("utf-8")
        for made in ast.walk(ast.parse(text)) if "loads" in text else ():
            if isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef) and made.name != "an_object":
                inside = list(ast.walk(made))
                parses = any(isinstance(one, ast.Attribute) and one.attr == "loads" for one in inside)
                named = {one.attr for one in inside if isinstance(one, ast.Attribute)}
                named |= {
                    one.value
                    for one in inside
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
                wrong += [f"{path.name}:{made.lineno} {made.name}"] * bool(parses and named & TOLD_IN)
    assert wrong == []


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
@pytest.mark.furnished(by=a_whole_world)
async def test_no_page_breaks_over_entries_that_were_written_over(site: Site) -> None:  # noqa: F811
    """Every page that leads somewhere in the town in which everything lies about; each entry is damaged in another way."""
    people = await people_there(site, (await a_whole_world()).town)
    asker, judge = Asker(Random("pages"), [one.viewer for one in people]), Judge()
    asker.meet(asker.viewers)
    async with in_transaction():
        await without_triggers()
        for number, text in enumerate(DAMAGED):
            told = "'" + text + "'"
            await Tortoise.get_connection("default").execute_query(
                f"UPDATE event SET details = {told}, changes = {told} WHERE id % {len(DAMAGED)} = {number}"
            )
        await Tortoise.get_connection("default").execute_query("UPDATE event_personal SET payload = '[1]'")
    for route in (one for one in routes() if "GET" in (one.methods or ())):
        who, address = await asker.path(route)
        judge.hear(await people[who].browser.get(address), address)
    for kind, record in TOLD.items():
        for number in (await asker.rows(0, record))[:5]:
            judge.hear(await people[0].browser.get(f"/trail/{kind}/{number}"), (kind, number))
    assert not judge.wrong, "\n\n".join(judge.wrong)
    assert judge.statuses[200] > 100, judge.told
