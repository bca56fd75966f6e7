"""Two cities on one installation: each is credited by its own scheme and counted in its own periods."""

from __future__ import annotations

import json

import pytest

from models.base.clock import now
from models.evaluation import PersonScore, Tally
from models.points import PointEntry
from models.recount import check_points
from models.schemes import Period, Scheme
from models.schemes.calendar import ALWAYS, SHIPPED, write_parts
from models.schemes.sources import usual_points
from models.units import Unit
from tests.builders import a_unit
from tests.models.evaluation.playing import a_place, accepted, on_day, read, sent

pytestmark = pytest.mark.anyio


async def another_city(**worth: int) -> Unit:
    """A city with a village and a scheme of its own, of a later version than the example."""
    city = await a_unit("city", name="宁波市", code="3302")
    county = await a_unit("county", city, "慈溪市", "330282")
    await a_unit("village", await a_unit("township", county, "浒山街道", "330282001"), "团圈村")
    points, shipped = usual_points() | worth, json.loads(SHIPPED.read_text("utf-8"))
    told = {"title": "宁波市办法", "points": points, "made_at": now()}
    scheme = await Scheme.create(city=city, number=7, **told)
    await write_parts(scheme, shipped["dimensions"], shipped["groups"])
    scheme.state, scheme.from_on = "adopted", ALWAYS
    await scheme.save(update_fields=["state", "from_on"])
    return city


async def test_results_of_one_city_count_by_its_own_scheme_and_in_its_own_periods(town: str) -> None:
    with on_day(0):
        place = await a_place()
        elsewhere = await another_city(task=90)
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
    entries = await PointEntry.all().select_related("scheme")
    assert {(one.points, one.scheme.city_id) for one in entries} == {(10_000, place.town.city.pk)}
    assert await Period.filter(city=elsewhere).count() == 3, "the other city has its periods"
    for record in (Tally, PersonScore):
        cities = await record.all().select_related("period")
        assert {one.period.city_id for one in cities} == {place.town.city.pk}
    with on_day(1):
        assert await check_points() == []
