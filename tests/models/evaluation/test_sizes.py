"""Which group a village stands in: by its kind, and by its households where they are on file."""

from __future__ import annotations

import pytest

from models.evaluation.sizes import unsized, unsized_in
from models.registry import HOUSEHOLDS, Element
from models.schemes import Period, VillageIndex
from models.schemes.calendar import open_periods, settle_schemes
from models.units import Unit
from tests.builders import a_town, a_unit, a_value

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("code", "name", "is_community"),
    [
        ("330604001021", "二村", True),
        ("330602001199", "鲁迅故里社区", True),
        ("330603011400", "滨海居民社区", True),
        ("330602004219", "朱家岙村", False),
        ("330624107500", "小将林场管理区", False),
        ("330602004219", "朱家岙社区", False),
        ("330624005991", "澄潭社区", True),
        ("330624005991", "澄潭村", False),
        ("330624-5", "澄潭社区", True),
    ],
)
def test_the_kind_of_a_village_is_told_by_its_official_code_and_else_by_its_name(
    code: str, name: str, is_community: bool
) -> None:
    assert Unit(code=code, name=name, level="village").is_community is is_community


async def test_villages_without_households_on_file_stand_in_the_smallest_group_and_are_counted(
    town: str,
) -> None:
    place = await a_town()
    large = await a_unit("village", place.township, "大村", f"{place.township.code}301")
    community = await a_unit("village", place.township, "二村", f"{place.township.code}021")
    element = await Element.create(code=HOUSEHOLDS, name="户数")
    await a_value(element, large, "900")
    await settle_schemes()
    await open_periods()
    period = await Period.get(kind="month")
    lines = {
        one.unit_id: one.group for one in await VillageIndex.filter(period=period).select_related("group")
    }
    assert lines[large.pk].households == 700 and lines[community.pk].kind == "community"
    smallest = lines[place.village.pk]
    others = sum(group.pk == smallest.pk for group in lines.values())
    assert await unsized(period, [smallest], place.city) == others == await unsized_in(place.city) > 0
    assert await unsized(period, [lines[large.pk]], place.city) == 0
    assert await unsized(period, [lines[community.pk]], place.city) == 0, (
        "communities are one group of any size"
    )
    await a_value(element, place.village, "80")
    assert await unsized(period, [smallest], place.city) == others - 1
