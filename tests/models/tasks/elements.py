"""A handful of data elements, and a task that asks for them."""

from __future__ import annotations

from typing import Any

from models.base.clock import today
from models.base.viewer import Viewer
from models.registry import Element, put
from models.tasks import Assignment
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_admitted_request

ELEMENTS: tuple[dict[str, Any], ...] = (
    {"code": "dibao", "name": "低保户数", "kind": "count", "measure": "户"},
    {"code": "tekun", "name": "特困供养户数", "kind": "count", "measure": "户"},
    {"code": "party", "name": "党员人数", "kind": "count", "measure": "人"},
    {"code": "paddy", "name": "水田面积", "kind": "decimal", "measure": "亩"},
    {"code": "dryland", "name": "旱地面积", "kind": "decimal", "measure": "亩"},
    {
        "code": "arable",
        "name": "耕地面积",
        "kind": "decimal",
        "measure": "亩",
        "checks": "= paddy + dryland; <= territory",
    },
    {"code": "territory", "name": "村域总面积", "kind": "decimal", "measure": "亩"},
    {"code": "terrain", "name": "地形地貌", "kind": "choice", "measure": "山区/丘陵/平原"},
    {"code": "opened", "name": "食堂开办日期", "kind": "day"},
    {"code": "hotline", "name": "值班安排", "kind": "text"},
)


async def some_elements() -> None:
    for one in ELEMENTS:
        await Element.create(freshness_days=400, **one)


async def asked_for(*codes: str, known: dict[str, str] | None = None) -> tuple[Town, Assignment, Viewer]:
    """A town, the copy at 梅渚村 of a task that asks for these, and its secretary; what is known is long out of date."""
    place = await a_town()
    await a_list(place.county)
    await some_elements()
    clerk = await a_viewer("coordinator", place.township)
    for code, value in (known or {}).items():
        element = await Element.get(code=code)
        await put(clerk, place.village, element, value, as_of=today() - 500 * DAY, origin="entry")
    task = await a_task(place, requests=[await an_admitted_request(place, elements=list(codes))])
    copy = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    return place, copy, await a_viewer("secretary", place.village)


async def again(copy: Assignment) -> Assignment:
    return await Assignment.get(pk=copy.pk).prefetch_related(*Assignment.judged_with)
