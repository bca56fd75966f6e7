"""Selections become one statement, scoped and cached."""

from __future__ import annotations

from models.base.viewer import ANONYMOUS
from schema.base.completion import taken
from tests.builders import a_town, a_viewer
from tests.schema.toys import ask, toy_door

PAGE = """query($n: Int, $after: String) { units(first: $n, after: $after) {
  totalCount { count isExact } pageInfo { hasNextPage endCursor }
  edges { cursor node { __typename id name endedOn title label parent { id name parent { name } } } } } }"""


async def test_a_page_of_units_with_their_parents(town: str) -> None:
    made = await a_town()
    viewer = await a_viewer("observer", made.county)
    before = taken["compiled"]
    answer = await ask(toy_door, viewer, PAGE, n=3)
    assert "errors" not in answer, answer
    assert taken["compiled"] == before + 1
    page = answer["data"]["units"]
    assert [e["node"]["name"] for e in page["edges"]] == ["绍兴市", "新昌县", "澄潭街道"]
    assert page["edges"][2]["node"]["parent"]["parent"]["name"] == "绍兴市"
    assert page["edges"][0]["node"]["parent"] is None
    assert page["totalCount"] == {"count": 11, "isExact": True}
    rest = await ask(toy_door, viewer, PAGE, n=100, after=page["pageInfo"]["endCursor"])
    assert len(rest["data"]["units"]["edges"]) == 8
    assert not rest["data"]["units"]["pageInfo"]["hasNextPage"]


async def test_nobody_sees_nothing(town: str) -> None:
    await a_town()
    answer = await ask(toy_door, ANONYMOUS, PAGE, n=3)
    assert answer["data"]["units"]["edges"] == []


async def test_foreign_missing_and_wrong_ids_are_alike(town: str) -> None:
    made = await a_town()
    viewer = await a_viewer("observer", made.county)
    for text in (
        "",
        "é",
        "VW5pdDo5OTk5OTk=",
        "VG95OjE=",
        "VW5pdDp4",
        "VW5pdDo5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=",
    ):
        answer = await ask(
            toy_door, viewer, "query($id: ID!) { node(id: $id) { id } unit(id: $id) { id } }", id=text
        )
        assert answer["data"] == {"node": None, "unit": None}, text
        assert "errors" not in answer


async def test_a_node_by_its_id(town: str) -> None:
    made = await a_town()
    viewer = await a_viewer("observer", made.county)
    first = await ask(toy_door, viewer, "{ units(last: 1) { edges { node { id } } } }")
    id_ = first["data"]["units"]["edges"][0]["node"]["id"]
    answer = await ask(
        toy_door, viewer, "query($id: ID!) { node(id: $id) { id ... on Unit { name } } }", id=id_
    )
    assert answer["data"]["node"] == {"id": id_, "name": made.office.name}


async def test_bad_windows_and_cursors_are_the_callers_mistakes(town: str) -> None:
    made = await a_town()
    viewer = await a_viewer("observer", made.county)
    for arguments in (
        "",
        "(first: 0)",
        "(first: 101)",
        "(first: 1, last: 1)",
        '(first: 1, after: "x")',
        '(first: 1, after: "WyJ4Il0=")',
        '(first: 1, before: "WzFd")',
        '(first: 1, after: "é")',
        '(first: 1, after: "WzEuNV0=")',
        '(first: 1, after: "W3t9XQ==")',
        '(first: 1, after: "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0=")',
    ):
        answer = await ask(toy_door, viewer, f"{{ units{arguments} {{ edges {{ cursor }} }} }}")
        assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT", arguments


async def test_walking_either_way_meets_every_row_once(town: str) -> None:
    made = await a_town()
    viewer = await a_viewer("observer", made.county)
    for root in ("units", "unitsByName"):
        everything = await _walk(viewer, root, "first", "after", "endCursor", "hasNextPage")
        backwards = await _walk(viewer, root, "last", "before", "startCursor", "hasPreviousPage")
        assert sorted(everything) == sorted(backwards)
        assert len(set(everything)) == len(everything) == 11


async def _walk(viewer, root, size, beyond, cursor, more):  # type: ignore[no-untyped-def]
    found, at = [], None
    while True:
        query = f"query($at: String) {{ p: {root}({size}: 3, {beyond}: $at) {{ pageInfo {{ {cursor} {more} }} edges {{ node {{ id }} }} }} }}"
        page = (await ask(toy_door, viewer, query, at=at))["data"]["p"]
        found += [e["node"]["id"] for e in page["edges"]]
        if not page["pageInfo"][more]:
            return found
        at = page["pageInfo"][cursor]
