"""GraphQL tells everybody exactly what is theirs to know."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import GraphQLObjectType
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer
from models.intake import WorkRequest
from schema import door
from schema.base.nodes import RECORDS, TYPE_NAMES, global_id
from tests.leaks.rights import may_know
from tests.leaks.walking import CORE, ROOTS, answers, node_type, nodes_in, walked
from tests.leaks.world import WALKED, World, a_world
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
OPEN_TO_ALL_SIGNED_IN = {"Unit", "Matter", "MatterList", "Policy", "WorkCalendar", "EmergencyResponse"}
JUDGED_BY_WORDS = {"Person", "Post", "Event"}
"""Types with a test of their own below, or whose every word is looked for."""


async def leaks(world: World, name: str) -> list[str]:
    """Everything this viewer is told beyond the table of rights, or not told within it."""
    viewer, found = world.viewers[name], []
    allowed = {(TYPE_NAMES[type(r.record)], r.record.pk) for r in world.rows if may_know(viewer, r)}
    told: set[tuple[str, int]] = set()
    for root, answer in await answers(viewer):
        found += _wrong_words(world, viewer, f"{name}: {root}", json.dumps(answer, ensure_ascii=False))
        told |= {_key(node) for node in nodes_in(answer)}
        listed = len(answer["edges"])
        if answer["totalCount"]["count"] != listed:
            found.append(f"{name}: {root} counts {answer['totalCount']['count']} of {listed}")
    kinds = {TYPE_NAMES[record] for record in WALKED}
    seen = {one for one in told if one[0] in kinds}
    found += [f"{name} is told of {kind} {pk}" for kind, pk in sorted(seen - allowed)]
    found += [f"{name} is not told of {kind} {pk}" for kind, pk in sorted(allowed - seen)]
    return found


def _key(node: dict[str, Any]) -> tuple[str, int]:
    from schema.base.nodes import read_global_id

    named = read_global_id(node["id"])
    assert named is not None
    return node["__typename"], named[1]


def _wrong_words(world: World, viewer: Viewer, where: str, text: str) -> list[str]:
    return [
        f"{where} tells “{word}”"
        for word, rows in world.words.items()
        if word in text and not any(may_know(viewer, row) for row in rows)
    ]


async def test_every_connection_tells_exactly_what_the_table_of_rights_says(town: str) -> None:
    world = await a_world()
    found = [one for name in world.viewers for one in await leaks(world, name)]
    assert not found, "\n".join(found[:40])
    missed = [
        f"{type_.name}.{name}"
        for type_ in CORE.type_map.values()
        if isinstance(type_, GraphQLObjectType) and type_.name in {node_type(f).name for f in _connections()}
        for name in type_.fields
        if (type_.name, name) not in walked
    ]
    assert not missed, f"no query walked {missed}"


def _connections() -> list[Any]:
    return [field for field in ROOTS.values() if str(field.type).rstrip("!").endswith("Connection")]


async def test_a_foreign_id_answers_like_a_missing_one_at_every_root_and_as_a_node(town: str) -> None:
    world = await a_world()
    for name, viewer in world.viewers.items():
        for row in world.rows:
            shown = TYPE_NAMES[type(row.record)]
            answer = await ask(
                door, viewer, "query($id: ID!){ node(id: $id) { id } }", id=global_id(shown, row.record.pk)
            )
            expected = {"id": global_id(shown, row.record.pk)} if may_know(viewer, row) else None
            assert answer["data"] == {"node": expected}, f"{name}: {shown} {row.record.pk}"
            missing = await ask(
                door, viewer, "query($id: ID!){ node(id: $id) { id } }", id=global_id(shown, 10**9)
            )
            assert missing["data"] == {"node": None}


async def test_every_type_with_an_id_stands_in_the_table_of_rights() -> None:
    known = {TYPE_NAMES[record] for record in WALKED} | OPEN_TO_ALL_SIGNED_IN | JUDGED_BY_WORDS
    assert {one for one in RECORDS if RECORDS[one].__module__.startswith("models")} - known == set()


async def test_nobody_signed_out_is_told_of_anything(town: str) -> None:
    world = await a_world()
    for root, answer in await answers(world.viewers["nobody"]):
        assert answer["edges"] == [], f"{root} answers strangers"


async def test_people_are_known_to_those_they_work_with(town: str) -> None:
    world = await a_world()
    named = "{ people(first: 100) { edges { node { name phone } } } }"
    told = {}
    for name, viewer in world.viewers.items():
        answer = await ask(door, viewer, named)
        told[name] = {edge["node"]["name"] for edge in answer["data"]["people"]["edges"]}
    assert told["nobody"] == set()
    for name in ("asking department", "another department", "observer", "own grid worker"):
        assert told[name] == {world.viewers[name].name}, name
    assert world.viewers["secretary of another township"].name not in told["coordinator"]
    assert world.viewers["own secretary"].name in told["coordinator"]


@pytest.mark.parametrize("name", ["own secretary", "another department", "nobody"])
async def test_a_planted_leak_is_found(town: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    world = await a_world()
    assert not await leaks(world, name)

    def everything(cls: type[WorkRequest], viewer: Viewer) -> QuerySet[WorkRequest]:
        return cls.all()

    monkeypatch.setattr(WorkRequest, "visible_to", classmethod(everything))
    found = await leaks(world, name)
    assert any("is told of WorkRequest" in one for one in found)
    assert any("词元正文驳回" in one for one in found)
