"""Plausible rows of the town, each in one word."""

from __future__ import annotations

import itertools
from datetime import date

from models.base.viewer import Hat, Viewer
from models.people import Person, Post
from models.units import Unit

_numbers = itertools.count(1)
LONG_AGO = date(2020, 1, 1)


async def a_unit(
    level: str = "village", parent: Unit | None = None, name: str = "", code: str = "", kind: str = ""
) -> Unit:
    number = next(_numbers)
    code = code or f"{(parent.code if parent else '')}{number:03d}"
    return await Unit.create(
        code=code,
        name=name or f"单位{number}",
        level=level,
        kind=kind or level,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        pinyin="dw",
    )


class Town:
    """A small piece of 新昌县: one township with two villages, a second township with one, two departments."""

    city: Unit
    county: Unit
    township: Unit
    other_township: Unit
    village: Unit
    second_village: Unit
    other_village: Unit
    grid: Unit
    department: Unit
    other_department: Unit
    office: Unit


async def a_town() -> Town:
    town = Town()
    town.city = await a_unit("city", name="绍兴市", code="3306")
    town.county = await a_unit("county", town.city, "新昌县", "330624")
    town.township = await a_unit("township", town.county, "澄潭街道", "330624005")
    town.other_township = await a_unit("township", town.county, "羽林街道", "330624002")
    town.village = await a_unit("village", town.township, "梅渚村", "330624005201")
    town.second_village = await a_unit("village", town.township, "棠村", "330624005202")
    town.other_village = await a_unit("village", town.other_township, "拔茅村", "330624002201")
    town.grid = await a_unit("grid", town.village, "梅渚村第一网格", "330624005201-G01")
    town.department = await a_unit("department", town.county, "新昌县农业农村局", "330624-B01")
    town.other_department = await a_unit("department", town.county, "新昌县民政局", "330624-B02")
    town.office = await a_unit("department", town.township, "综合行政执法队", "330624005-B01")
    return town


async def a_viewer(role: str, unit: Unit, *, name: str = "", duties: tuple[str, ...] = ()) -> Viewer:
    """Somebody with one post, as the doors would know them."""
    person = await Person.create(name=name or f"{role}{next(_numbers)}", phone="13800000000")
    post = await Post.create(person=person, unit=unit, role=role, from_on=LONG_AGO, duties=list(duties))
    hat = Hat(post.pk, role, unit.pk, unit.path, unit.level, unit.name, frozenset(duties))
    return Viewer(person.pk, None, person.name, (hat,))
