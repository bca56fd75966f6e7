"""As-of equals a replay of what happened, whatever it was; nobody reads more of the past than of today."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from models.base.clock import now, today
from models.base.viewer import Viewer
from models.registry import DataValue, Element, as_it_was, history
from models.units import Unit
from tests.builders import a_town, a_value, a_viewer

pytestmark = pytest.mark.anyio
CODES = ("one", "two")
Happened = tuple[datetime, str, int, int]
"""When, of which element, the number of the value, and how old its day was; or what became of it."""
DISPUTED = -1


async def a_past(unit: Unit, chance: random.Random) -> list[Happened]:
    """Values put down late and early, some of them disputed afterwards, and some of the disputes judged."""
    elements = {code: await Element.create(code=code, name=code) for code in CODES}
    happened: list[Happened] = []
    moment = now() - timedelta(days=60)
    for _ in range(16):
        moment += timedelta(hours=chance.randrange(1, 40))
        code, age = chance.choice(CODES), chance.randrange(0, 90)
        value = await a_value(elements[code], unit, "1", days_ago=age, at=moment)
        happened.append((moment, code, value.pk, age))
        if chance.random() < 0.3:
            value.state, value.disputed_at = "disputed", moment + timedelta(hours=chance.randrange(1, 200))
            await value.save(update_fields=["state", "disputed_at"])
            happened.append((value.disputed_at, code, value.pk, DISPUTED))
            happened += await _judged(value, code, age, chance)
    return sorted(happened)


async def _judged(value: DataValue, code: str, age: int, chance: random.Random) -> list[Happened]:
    """What came of the dispute: a dismissed one lets the value answer again from then on."""
    outcome = chance.choice(("", "upheld", "dismissed"))
    if not outcome or value.disputed_at is None:
        return []
    value.state, value.settled_at = outcome, value.disputed_at + timedelta(hours=chance.randrange(1, 100))
    await value.save(update_fields=["state", "settled_at"])
    return [(value.settled_at, code, value.pk, age)] if outcome == "dismissed" else []


def replayed(happened: list[Happened], moment: datetime) -> dict[str, int]:
    """The number of what answers at a moment, by going through all that had happened."""
    standing: dict[str, dict[int, int]] = {code: {} for code in CODES}
    for at, code, number, age in happened:
        if at > moment:
            break
        if age == DISPUTED:
            del standing[code][number]
        else:
            standing[code][number] = age
    return {
        code: max(rows, key=lambda number: (-rows[number], number)) for code, rows in standing.items() if rows
    }


async def told(viewer: Viewer, unit: Unit, moment: datetime) -> dict[str, int]:
    return {code: row.pk for code, row in (await as_it_was(viewer, unit, moment)).items()}


@pytest.mark.parametrize("seed", [20])
async def test_what_was_on_file_at_any_moment_is_what_a_replay_of_the_history_says(
    town: str, seed: int
) -> None:
    chance, place = random.Random(seed), await a_town()
    secretary = await a_viewer("secretary", place.village)
    happened = await a_past(place.village, chance)
    for moment in [happened[0][0] - timedelta(seconds=1), *(at for at, *_ in happened), now()]:
        assert await told(secretary, place.village, moment) == replayed(happened, moment)


async def test_the_history_tells_the_newest_first_and_only_to_whoever_reads_the_values(town: str) -> None:
    place = await a_town()
    element = await Element.create(code="one", name="一", sensitivity="internal")
    kept = [await a_value(element, place.village, str(n), days_ago=n) for n in (5, 1, 3)]
    secretary = await a_viewer("secretary", place.village)
    rows = await history(secretary, place.village, element)
    assert [row.value for row in rows] == ["1", "3", "5"] and rows[0].as_of == today() - timedelta(days=1)
    stranger = await a_viewer("secretary", place.second_village)
    assert not await history(stranger, place.village, element)
    assert not await told(stranger, place.village, now()) and len(kept) == 3
