"""Values that a program brings: each judged by itself, and none twice for one cell."""

from __future__ import annotations

import pytest

from models import registry
from models.base.clock import today
from models.registry import DataValue
from tests.builders import a_town, a_viewer

pytestmark = pytest.mark.anyio


async def test_two_different_values_of_one_cell_are_not_both_taken(town: str) -> None:
    place = await a_town()
    await registry.settle_elements()
    desk = await a_viewer("coordinator", place.township)
    code = place.village.code
    made = await registry.put_values(
        desk,
        place.township,
        villages=[code, code, code, "nowhere"],
        elements=["street_lamp"] * 4,
        values=["11", "12", "11", "5"],
        as_of=today(),
    )
    assert [one["index"] for one in made.refused] == [1, 3] and "两个数" in made.refused[0]["message"]
    assert (made.accepted, made.same) == (1, 1)
    assert await DataValue.all().values_list("value", flat=True) == ["11"]
