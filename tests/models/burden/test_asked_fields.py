"""What forms asked and spared, counted by the database as rows counted one by one give it, in towns at random."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from models import burden
from models.base.clock import clock_at, now, today, town_day
from models.burden import AskedFields
from models.ledger import Period, Wanted
from models.recount import recount_burden
from models.registry import DataValue, Element
from models.tasks import AskedField
from models.tasks.ask_once import place_of
from tests.builders import Town, a_list, a_task, a_town, a_value, a_viewer, an_admitted_request
from tests.furnished import furnished

pytestmark = [pytest.mark.anyio]
COUNT = {"code": "XZ-MZ-05", "title": "人口摸底", "category": "assist", "demands": ["data", "visit"]}
CODES = ("lamps", "wells", "ponds", "roads")


@furnished
async def a_town_that_is_asked(seed: int) -> Town:
    """Four months in which villages are asked again and again for four things, and report some of them."""
    chance, start = random.Random(seed), now() - timedelta(days=110)
    place = await a_town()
    with clock_at(start):
        await a_list(place.city, COUNT)
        elements = [
            await Element.create(
                code=code, name=f"{code}数", kind="count", freshness_days=chance.choice((20, 300))
            )
            for code in CODES
        ]
    for number in range(5):
        with clock_at(start + timedelta(days=20 * number)):
            codes = chance.sample(CODES, chance.randint(1, 4))
            asked = {"matter_code": "XZ-MZ-05", "demands": ["visit", "data"], "elements": codes}
            units = chance.sample([place.village, place.second_village, place.grid], chance.randint(1, 3))
            await a_task(place, requests=[await an_admitted_request(place, **asked)], units=units)
        with clock_at(start + timedelta(days=20 * number + 1)):
            for element in chance.sample(elements, 2):
                await a_value(element, chance.choice([place.village, place.second_village]), "3", number=3)
    return place


async def by_hand(wanted: Wanted) -> AskedFields:
    """From the values themselves: what was there on the day, fresh or old."""
    found: Counter[str] = Counter()
    rows = AskedField.all().select_related("element", "assignment__unit", "assignment__task")
    for row in await rows:
        sent, unit = row.assignment.task.dispatched_at, row.assignment.unit
        here = wanted.place is None or wanted.place.holds(unit.path)
        if not here or not sent or not wanted.period.begins <= sent < wanted.period.ends:
            continue
        values = await DataValue.filter(
            element=row.element, unit_id=place_of(row.element, unit), at__lt=row.asked_at
        )
        fresh = any(row.element.is_fresh(one.as_of, town_day(row.asked_at)) for one in values)
        found["held" if fresh else "stale" if values else "missing"] += 1
    return AskedFields(**found)


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_figure_is_what_counting_the_values_by_hand_gives(town: str, seed: int) -> None:
    place = await a_town_that_is_asked(seed)
    keeper = await a_viewer("list_keeper", place.city)
    whole = Wanted(Period(today() - timedelta(days=120), today()), place.city)
    for where in (place.city, place.township, place.village, place.other_township):
        wanted = replace(whole, place=where)
        told = await burden.asked_fields(keeper, wanted)
        assert told == await by_hand(wanted), where.name
        assert told.asked + told.held == told.before, (
            "what is asked and what is spared is all that was wanted"
        )
    for span, month in await burden.fields_by_month(keeper, whole):
        assert month == await by_hand(Wanted(span, place.city)), span
    assert (await recount_burden(keeper, whole, place.city)).faults == []
    assert (await burden.burden(keeper, whole)).forms.held > 0


async def test_a_field_that_somebody_wrote_over_is_found_and_others_are_told_nothing(town: str) -> None:
    place = await a_town_that_is_asked(1)
    keeper = await a_viewer("list_keeper", place.city)
    whole = Wanted(Period(today() - timedelta(days=120), today()), place.city)
    before = (await burden.asked_fields(keeper, whole)).held
    await AskedField.filter(how="held").update(how="missing")
    assert before and (await burden.asked_fields(keeper, whole)).held == 0
    for role, unit in (("department_officer", place.other_department), ("secretary", place.other_village)):
        viewer = await a_viewer(role, unit)
        assert await burden.asked_fields(viewer, replace(whole, place=None)) == AskedFields()


async def test_the_secretary_reads_what_the_village_was_not_asked_this_year(town: str) -> None:
    place = await a_town_that_is_asked(2)
    secretary = await a_viewer("secretary", place.village)
    year = Wanted(Period(today().replace(month=1, day=1), today()), place.village)
    assert await burden.spared_this_year(secretary) == (await by_hand(year)).held > 0
    assert await burden.spared_this_year(await a_viewer("coordinator", place.township)) == 0
    assert AskedFields(stale=3, held=5, waived=2, missing=9).prefill_rate == 80
