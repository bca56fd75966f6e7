"""The registry: data defined once, put on file by those who know it, and fresh for its period."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from models import registry
from models.base.clock import today
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotFound
from models.base.viewer import ANONYMOUS
from models.registry import MANY, DataValue, Element, held
from models.units import Unit
from tests.builders import DAY, Town, a_town, a_unit, a_viewer

pytestmark = pytest.mark.anyio


async def an_element(place: Town, code: str = "hjrk", **changes: int) -> Element:
    keeper = await a_viewer("list_keeper", place.city)
    return await registry.define(keeper, place.city, code=code, name="户籍人口", reason="另一口径", **changes)


async def on_file(place: Town, element: Element, unit: Unit, days_ago: int, value: str = "1200") -> DataValue:
    """A value put on file by the township as of a day in the past."""
    desk = await a_viewer("coordinator", place.township)
    return await registry.record(
        desk, unit, element=element, value=value, as_of=today() - timedelta(days=days_ago)
    )


async def test_a_list_keeper_defines_an_element_once(town: str) -> None:
    place = await a_town()
    made = await an_element(place, " hjrk ", freshness_days=30)
    assert (made.code, made.freshness_days) == ("hjrk", 30)
    event = await Event.get(command="registry.define")
    assert json.loads(event.details)["name"] == "户籍人口" and made.ref in event.outcome
    with pytest.raises(Invalid, match="已被使用") as no:
        await an_element(place)
    assert no.value.field == "code" and await Element.all().count() == 1


@pytest.mark.parametrize(
    ("code", "name", "days", "field"),
    [
        (" ", "户籍人口", 365, "name"),
        ("hjrk", " ", 365, "name"),
        ("x" * 41, "户籍人口", 365, "name"),
        ("hjrk", "长" * 101, 365, "name"),
        ("hjrk", "户籍人口", 0, "freshness_days"),
        ("hjrk", "户籍人口", 36_501, "freshness_days"),
    ],
)
async def test_an_element_that_will_not_do_is_refused_by_its_field(
    town: str, code: str, name: str, days: int, field: str
) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.city)
    with pytest.raises(Invalid) as no:
        await registry.define(keeper, place.city, code=code, name=name, freshness_days=days)
    assert no.value.field == field and not await Element.exists() and not await Event.exists()


async def test_nobody_else_defines_elements_or_puts_values_on_file(town: str) -> None:
    place = await a_town()
    element = await an_element(place)
    for role, unit in (("coordinator", place.township), ("list_keeper", place.county)):
        with pytest.raises(NotAllowed, match="清单管理员"):
            await registry.define(await a_viewer(role, unit), place.city, code="x", name="x")
    for role, unit in (
        ("secretary", place.second_village),
        ("coordinator", place.other_township),
        ("department_officer", place.department),
        ("grid_worker", place.grid),
        ("observer", place.county),
    ):
        with pytest.raises(NotAllowed, match="本村社书记"):
            await registry.record(
                await a_viewer(role, unit), place.village, element=element, value="1", as_of=today()
            )
    assert not await DataValue.exists()


async def test_a_village_puts_its_own_value_on_file_with_where_it_came_from(town: str) -> None:
    place = await a_town()
    element, secretary = await an_element(place), await a_viewer("secretary", place.village)
    kept = await registry.record(secretary, place.village, element=element, value=" 1200 ", as_of=today())
    assert (kept.value, kept.by_id, kept.unit_id) == ("1200", secretary.post_id, place.village.pk)
    assert await Event.filter(command="registry.record", unit_path=place.village.path).count() == 1


@pytest.mark.parametrize(("value", "ahead", "field"), [(" ", 0, "value"), ("1200", 1, "as_of")])
async def test_an_empty_value_or_one_of_tomorrow_is_refused(
    town: str, value: str, ahead: int, field: str
) -> None:
    place = await a_town()
    element, secretary = await an_element(place), await a_viewer("secretary", place.village)
    with pytest.raises(Invalid) as no:
        await registry.record(
            secretary, place.village, element=element, value=value, as_of=today() + ahead * DAY
        )
    assert no.value.field == field and not await DataValue.exists()


@pytest.mark.parametrize(
    ("code", "fits", "does_not"),
    [
        (
            "resident_household",
            ("0", "320", "１，０００"),
            ("三百二十户", "320户", "12.5", "-3", "²", "1_2", "1" * 10),
        ),
        ("arable_area", ("812", "812.5", "８１２.25"), ("812.255", "812.", "八百亩", "1e3", "9" * 90)),
        ("hjrk", ("三百二十户", "长" * 200), ("长" * 201,)),
    ],
)
async def test_what_the_product_reckons_with_is_a_number_and_the_rest_may_be_words(
    town: str, code: str, fits: tuple[str, ...], does_not: tuple[str, ...]
) -> None:
    place = await a_town()
    await registry.settle_elements()
    element = await Element.get_or_none(code=code) or await an_element(place, code)
    for value in fits:
        await on_file(place, element, place.village, 1, value)
    for value in does_not:
        with pytest.raises(Invalid) as no:
            await on_file(place, element, place.village, 1, value)
        assert (no.value.field == "value" and "例如" in no.value.reason) or code == "hjrk"
    assert await DataValue.all().count() == len(fits)


@pytest.mark.parametrize(("days_ago", "fresh"), [(0, True), (30, True), (31, False)])
async def test_a_value_is_fresh_to_the_last_day_of_its_period(town: str, days_ago: int, fresh: bool) -> None:
    place = await a_town()
    element = await an_element(place, freshness_days=30)
    await on_file(place, element, place.village, days_ago)
    found = await held(["hjrk"], [place.village], today())
    assert (("hjrk", place.village.pk) in found) is fresh


async def test_the_newest_value_answers_and_each_element_by_its_own_period(town: str) -> None:
    place = await a_town()
    yearly, monthly = await an_element(place, "year"), await an_element(place, "month", freshness_days=30)
    for element in (yearly, monthly):
        await on_file(place, element, place.village, 90, "old")
    await on_file(place, yearly, place.village, 40, "new")
    found = await held(["year", "month"], [place.village, place.second_village], today())
    assert {key: row.value for key, row in found.items()} == {("year", place.village.pk): "new"}
    assert await held([], [place.village], today()) == {} and await held(["year"], [], today()) == {}


async def test_what_is_on_file_is_found_for_very_many_units_too(town: str) -> None:
    place = await a_town()
    element = await an_element(place)
    await on_file(place, element, place.village, 1)
    await on_file(place, element, place.second_village, 1)
    many = [place.village, *[await a_unit("village", place.township) for _ in range(MANY)]]
    assert set(await held(["hjrk"], many, today())) == {("hjrk", place.village.pk)}


async def test_whoever_works_for_a_place_knows_of_its_values_and_everybody_of_open_ones(town: str) -> None:
    place = await a_town()
    element = await an_element(place)
    value = await on_file(place, element, place.village, 1)
    for sensitivity in registry.SENSITIVITIES:
        await Element.filter(pk=element.pk).update(sensitivity=sensitivity)
        for role, unit, works_there in (
            ("coordinator", place.township, True),
            ("secretary", place.village, True),
            ("grid_worker", place.grid, True),
            ("list_keeper", place.city, True),
            ("observer", place.county, True),
            ("department_officer", place.department, True),
            ("secretary", place.second_village, False),
            ("coordinator", place.other_township, False),
        ):
            known = DataValue.visible_to(await a_viewer(role, unit)).filter(pk=value.pk)
            assert await known.exists() is (works_there or sensitivity == "open"), (role, sensitivity)


async def test_a_hidden_value_answers_like_one_that_is_not_there(town: str) -> None:
    place = await a_town()
    element = await an_element(place)
    value = await on_file(place, element, place.village, 1)
    await Element.filter(pk=element.pk).update(sensitivity="internal")
    stranger = await a_viewer("secretary", place.second_village)
    said = set()
    for number in (value.pk, 10**9):
        with pytest.raises(NotFound) as no:
            await DataValue.find(stranger, number)
        said.add(no.value.reason)
    assert len(said) == 1 and not await Element.visible_to(ANONYMOUS).exists()
