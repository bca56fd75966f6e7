"""A zero byte is no word: both databases answer it alike, and neither with an error."""

from __future__ import annotations

import pytest

from models.base.events import Event
from schema import door
from schema.base.documents import Refused
from schema.base.errors import shown
from schema.base.nodes import global_id
from tests.builders import a_list, a_town, a_viewer
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
ZERO = "村\\u0000"


@pytest.mark.parametrize("root", ["units", "people", "matters", "workRequests", "tasks", "assignments"])
async def test_looking_for_a_zero_byte_finds_nothing(town: str, root: str) -> None:
    place = await a_town()
    await a_list(place.city)
    desk = await a_viewer("coordinator", place.township)
    page = f'{{ {root}(first: 5, filter: {{text: "{ZERO}"}}) {{ edges {{ node {{ id }} }} totalCount {{ count }} }} }}'
    answer = await ask(door, desk, page)
    assert "errors" not in answer, answer
    assert answer["data"][root] == {"edges": [], "totalCount": {"count": 0}}


@pytest.mark.parametrize(("key", "name", "field"), [(ZERO, "棠新村", "idempotencyKey"), ("k", ZERO, "name")])
async def test_writing_a_zero_byte_is_refused_by_its_field(
    town: str, key: str, name: str, field: str
) -> None:
    place = await a_town()
    admin = await a_viewer("city_admin", place.city)
    village = global_id("Unit", place.village.pk)
    rename = f'mutation {{ renameUnit(input: {{idempotencyKey: "{key}", unit: {{id: "{village}"}}, name: "{name}"}}) {{ refusals {{ message path }} }} }}'
    said = (await ask(door, admin, rename))["data"]["renameUnit"]
    (no,) = said["refusals"]
    assert no["path"] == [field] and "字符" in no["message"]
    assert not await Event.exists()


async def test_a_number_too_large_for_one_database_is_refused_by_both(town: str) -> None:
    place = await a_town()
    admin = await a_viewer("city_admin", place.city)
    region = global_id("Unit", place.city.pk)
    made = (
        await ask(
            door,
            admin,
            f'mutation {{ draftMatterList(input: {{idempotencyKey: "a", region: {{id: "{region}"}}, title: "清单"}}) {{ matterList {{ id }} }} }}',
        )
    )["data"]
    put = f'mutation {{ putMatter(input: {{idempotencyKey: "b", matterList: "{made["draftMatterList"]["matterList"]["id"]}", code: "XZ-A-1", title: "t", category: ASSIST, %s}}) {{ refusals {{ path }} }} }}'
    for given, field in (
        ("weight: 1000", "weight"),
        ("weight: 1e308", "weight"),
        ("effortHours: 100000", "effortHours"),
        ("effortHours: 0.0000001", "effortHours"),
        ("normDays: 10000", "normDays"),
    ):
        said = (await ask(door, admin, put % given))["data"]["putMatter"]
        assert said == {"refusals": [{"path": [field]}]}


@pytest.mark.parametrize("typed", ['basisAsOf: "2026-01-310"', 'basisAsOf: "٢٠٢٦-01-31"'])
def test_what_no_page_takes_for_a_day_no_document_does_either(typed: str) -> None:
    put = f'mutation {{ putMatter(input: {{idempotencyKey: "b", matterList: "x", code: "X", title: "t", category: ASSIST, {typed}}}) {{ __typename }} }}'
    with pytest.raises(Refused) as no:
        door.operations.prepared(put, {})
    assert [shown(error)["extensions"]["code"] for error in no.value.errors] == ["BAD_INPUT"]
    assert "请填写" in no.value.errors[0].message
