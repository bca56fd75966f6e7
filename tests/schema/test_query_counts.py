"""How many statements each connection costs: fixed, whatever the page size and the number of rows."""

from __future__ import annotations

import pytest

from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.units import Unit
from schema import door
from tests.builders import a_list, a_task, a_town, a_unit, a_viewer
from tests.counting import counted
from tests.schema.test_schema import a_page_of, roots
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
SHORT, LONG = 5, 25


async def test_no_connection_asks_more_for_a_longer_page(town: str) -> None:
    viewer = await _a_full_town()
    spent = {}
    for root in roots():
        for size in (SHORT, LONG):
            spent[root, size] = await _statements(viewer, a_page_of(root, size))
    dearer = {
        root: (spent[root, SHORT], spent[root, LONG])
        for root in roots()
        if spent[root, SHORT] < spent[root, LONG]
    }
    assert dearer == {}
    assert all(spent.values())


async def _statements(viewer: Viewer, query: str) -> int:
    await ask(door, viewer, query)
    with counted() as told:
        answer = await ask(door, viewer, query)
    assert "errors" not in answer, answer["errors"]
    return len(told)


async def _a_full_town() -> Viewer:
    """A county whose admin sees several rows of most concepts."""
    place = await a_town()
    await a_list(place.county)
    for _ in range(3):
        await a_task(place)
    for _ in range(20):
        await a_unit("village", await Unit.get(pk=place.township.pk))
    await seal_all()
    return await a_viewer("city_admin", place.county)
