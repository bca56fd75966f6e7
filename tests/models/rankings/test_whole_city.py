"""A city of two thousand villages: what the server works out beside its pages keeps nobody waiting, however much there is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from time import perf_counter
from typing import Any

import pytest

from models.base.clock import now, today
from models.base.events import Event
from models.evaluation import PersonScore, Tally
from models.evaluation.tallies import add_up
from models.people import Person
from models.points import PointEntry
from models.rankings.records import Placing
from models.rankings.refresh import keep_boards, refresh
from models.recount import check_points
from models.schemes import Period, Scheme, VillageIndex
from models.schemes.calendar import add_lines, open_periods, settle_schemes
from models.schemes.sources import SCALE
from models.units import Unit
from tests.builders import Town, a_town, a_unit
from tests.heart import beating

pytestmark = [pytest.mark.anyio, pytest.mark.nightly, pytest.mark.usefixtures("on_threads")]
TOWNSHIPS, VILLAGES, TASKS = 103, 2_119, 3
ON_SQLITE = pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
"""What keeps the loop is Python's own, whatever the database."""


async def a_whole_city(place: Town) -> list[Unit]:
    townships = [await a_unit("township", place.county) for _ in range(TOWNSHIPS)]
    made = []
    for number in range(VILLAGES):
        above = townships[number % TOWNSHIPS]
        code, kind = f"{above.code}{number:05}", ("village", "community")[number % 5 == 0]
        told = {"name": f"第{number}村", "level": "village", "kind": kind, "path": f"{above.path}{code}/"}
        made.append(Unit(code=code, parent=above, pinyin="dw", **told))
    await Unit.bulk_create(made, batch_size=500)
    return await Unit.filter(path__startswith=place.county.path, level="village").order_by("id")


async def results(villages: list[Unit], dice: Random) -> list[PointEntry]:
    """Three accepted tasks of each village, each with whoever did it."""
    scheme, event = await Scheme.filter(state="adopted").get(), await Event.all().order_by("id").first()
    phones = (f"137{number:08}" for number in range(len(villages)))
    people = [Person(name=f"人{phone}", phone=phone) for phone in phones]
    await Person.bulk_create(people, batch_size=500)
    people = await Person.filter(phone__startswith="137").order_by("id")
    made = []
    for unit, person in zip(villages, people, strict=True):
        for number in range(TASKS):
            share = dice.randrange(SCALE // 2, SCALE)
            told: dict[str, Any] = {
                "event": event,
                "scheme": scheme,
                "kind": "task",
                "subject_type": "Assignment",
            }
            told |= {"subject_id": number, "points": share, "possible": SCALE, "share": share, "at": now()}
            told |= {
                "timely": share % 3 > 0,
                "first_time": share % 4 > 0,
                "done_on": today(),
                "counts_on": today(),
            }
            made.append(PointEntry(unit_id=unit.pk, **told))
            made.append(PointEntry(unit_id=unit.pk, person_id=person.pk, **told))
    return made


@ON_SQLITE
async def test_a_whole_citys_results_boards_and_nightly_recount_still_nobody(
    town: str, figure: Callable[[str], None]
) -> None:
    place = await a_town()
    villages = await a_whole_city(place)
    took: dict[str, float] = {}
    with beating() as heart:

        async def at(doing: str, act: Callable[[], Any]) -> Any:
            heart.doing, heart.rests, began = doing, False, perf_counter()
            result = await act()
            took[doing], heart.rests = perf_counter() - began, True
            return result

        await at("schemes settled", settle_schemes)
        await at("periods opened", open_periods)
        entries = await results(villages, Random(7))
        late = await a_unit("village", place.township)
        await at("a line added", partial(add_lines, [late.pk, *(one.pk for one in villages[:99])]))
        await PointEntry.bulk_create(entries, batch_size=500)
        await at("added up", partial(add_up, entries[:100]))
        for first in range(100, len(entries), 1_000):
            await add_up(entries[first : first + 1_000])
        await at("boards kept", keep_boards)
        for period in await Period.all().order_by("id"):
            await at(f"{period.kind} worked out whole", partial(refresh, period))
        faults = await at("recounted", check_points)
    figure("; ".join(f"{doing} {seconds:.1f} s" for doing, seconds in took.items()))
    figure(f"{VILLAGES} villages, longest stillness {heart.longest * 1000:.0f} ms")
    assert await VillageIndex.exclude(exact="").count() == 3 * len(villages), "of all who have results"
    assert await Placing.exists() and await PersonScore.exists() and await Tally.exists()
    assert faults == [f"工分记录比办理经过多 {len(entries)} 条"], (
        "the trail of a test is shorter than its ledger"
    )
    assert not heart.stilled, "\n".join(heart.stilled)
