"""GraphQL tells everybody exactly what is theirs to know."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type
from tortoise.queryset import QuerySet

from models.base.events import Event
from models.base.records import Record
from models.base.viewer import Viewer
from models.concerns import Concern
from models.files import Upload
from models.people import Person, Post
from models.registry import DataValue, ReportSchedule, ReportTemplate, Reveal, ValueDelivery
from models.requests import RequestFile, WorkRequest
from models.tasks import AskedField, ReportFile, ReportValue, Waiver
from schema import door
from schema.base.nodes import RECORDS, global_id, read_global_id
from tests.leaks.board import BOARD
from tests.leaks.browsers import WALKERS, walking
from tests.leaks.complaints import COMPLAINTS
from tests.leaks.evaluation import EVALUATED
from tests.leaks.rest import a_whole_world, met
from tests.leaks.rights import may_know
from tests.leaks.surveys import SURVEYED
from tests.leaks.walking import (
    CORE,
    DOOR,
    ROOTS,
    answers,
    connections,
    counts_in,
    node_type,
    nodes_in,
    walked,
)
from tests.leaks.world import WALKED, World
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_whole_world)]


TYPE_NAMES: dict[type[Record], str] = {RECORDS[name]: name for name in CORE.type_map if name in RECORDS}
OPEN_TO_ALL_SIGNED_IN = {"Scheme", "Dimension", "Indicator", "PeerGroup", "Period", "Board"} | {
    "Unit",
    "Matter",
    "MatterList",
    "Policy",
    "WorkCalendar",
    "EmergencyResponse",
    "BasisLook",
    "Element",
}
ONES_OWN = {"InboxMessage", "InboxSilence", "Reminder"}
"""Read beneath the viewer alone, whose own they are: the table of rights holds their rows."""
PUBLIC = {"Award", "Milestone"}
TABLED = {
    TYPE_NAMES[record]
    for record in (
        *WALKED,
        Concern,
        DataValue,
        ReportTemplate,
        ReportSchedule,
        Reveal,
        ValueDelivery,
        Waiver,
        AskedField,
        ReportValue,
        Person,
        Post,
        Event,
        Upload,
        RequestFile,
        ReportFile,
        *BOARD,
        *COMPLAINTS,
        *SURVEYED,
        *EVALUATED,
    )
    if record in TYPE_NAMES
}
"""Types whose every row is in the table of rights."""


async def leaks(world: World, name: str) -> list[str]:
    """Everything this viewer is told beyond the table of rights, or not told within it."""
    viewer, found = world.viewers[name], []
    rows = [row for row in world.rows if TYPE_NAMES.get(type(row.record)) in TABLED]
    allowed = {(TYPE_NAMES[type(r.record)], r.record.pk) for r in rows if may_know(viewer, r)}
    told: set[tuple[str, int]] = set()
    for root, answer in await answers(viewer):
        where = f"{name}: {root}"
        found += _wrong_words(world, viewer, where, json.dumps(answer, ensure_ascii=False))
        told |= {_key(node) for node in nodes_in(answer)}
        beyond = {_key(edge["node"]) for edge in answer["edges"]} - allowed
        found += [f"{where} lists {kind} {pk}" for kind, pk in sorted(beyond) if kind in TABLED]
        found += [
            f"{where} counts {count} of {listed}" for count, listed in counts_in(answer) if count != listed
        ]
    seen = {one for one in told if one[0] in TABLED}
    beyond = seen - allowed - await met(world, viewer)
    found += [f"{name} is told of {kind} {pk}" for kind, pk in sorted(beyond)]
    found += [f"{name} is not told of {kind} {pk}" for kind, pk in sorted(allowed - seen)]
    return found


def _key(node: dict[str, Any]) -> tuple[str, int]:
    named = read_global_id(node["id"])
    assert named is not None
    return node["__typename"], named[1]


def _wrong_words(world: World, viewer: Viewer, where: str, text: str) -> list[str]:
    return [
        f"{where} tells “{word}”"
        for word, rows in world.words.items()
        if word in text and not any(may_know(viewer, row) for row in rows)
    ]


@WALKERS
async def test_every_connection_tells_exactly_what_the_table_of_rights_says(town: str, walkers: str) -> None:
    world = await a_whole_world()
    found = [one for name, _ in walking(world.viewers, walkers) for one in await leaks(world, name)]
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
    return [ROOTS[name] for name in connections()]


@WALKERS
async def test_a_foreign_id_answers_like_a_missing_one_at_every_root_and_as_a_node(
    town: str, walkers: str
) -> None:
    world = await a_whole_world()
    rows = [row for row in world.rows if TYPE_NAMES.get(type(row.record)) in TABLED]
    for name, viewer in walking(world.viewers, walkers):
        # Whoever held two posts is known to those who may know of either.
        known = {row.record.ref for row in rows if may_know(viewer, row)}
        for row in rows:
            shown, pk = TYPE_NAMES[type(row.record)], row.record.pk
            answer = await ask(door, viewer, by_id(shown), id=global_id(shown, pk))
            expected = {"id": global_id(shown, pk)} if row.record.ref in known else None
            assert set(map(str, answer["data"].values())) == {str(expected)}, f"{name}: {shown} {pk}"
    for shown in TABLED:
        missing = await ask(door, world.viewers["list keeper"], by_id(shown), id=global_id(shown, 10**9))
        assert set(missing["data"].values()) == {None} and "errors" not in missing


def by_id(shown: str) -> str:
    """The query for one row as a node, and by the root field of its own type where there is one."""
    own = [name for name, field in ROOTS.items() if "id" in field.args and str(field.type) == shown]
    asked = " ".join(f"{root}(id: $id) {{ id }}" for root in ("node", *own))
    return f"query($id: ID!){{ {asked} }}"


async def test_searching_finds_and_counts_only_what_is_the_viewers_to_know(town: str) -> None:
    """Everything that may leak begins with the same two signs, so that one search looks for all of it."""
    world = await a_whole_world()
    searched = [name for name, field in ROOTS.items() if _is_connection(field) and _by_text(field)]
    assert {"workRequests", "tasks", "assignments", "concerns", "people", "matters", "units"} <= set(searched)
    asked = " ".join(f'{root}(first: 50, filter: {{text: "词元"}}) {FOUND}' for root in searched)
    tabled = {(TYPE_NAMES.get(type(row.record)), row.record.pk): row for row in world.rows}
    counted: dict[str, int] = {}
    for name, viewer in world.viewers.items():
        answer = await ask(DOOR, viewer, f"{{ {asked} }}")
        for root, told in answer["data"].items():
            assert told["totalCount"]["count"] == len(told["edges"]), f"{name}: {root}"
            found = [tabled[_key(edge["node"])] for edge in told["edges"]]
            assert all(may_know(viewer, row) for row in found), f"{name}: {root}"
            counted[root] = max(counted.get(root, 0), len(found))
    assert {"workRequests", "tasks", "assignments", "concerns", "matters", "people"} <= {
        r for r in counted if counted[r]
    }


def _is_connection(field: GraphQLField) -> bool:
    return "edges" in getattr(get_named_type(field.type), "fields", {})


def _by_text(field: GraphQLField) -> bool:
    if "filter" not in field.args:
        return False
    return "text" in get_named_type(field.args["filter"].type).fields  # type: ignore[union-attr]


FOUND = "{ totalCount { count } edges { node { __typename id } } }"


async def test_every_type_with_an_id_stands_in_the_table_of_rights() -> None:
    known = TABLED | OPEN_TO_ALL_SIGNED_IN | PUBLIC | ONES_OWN
    assert {one for one in RECORDS if one in CORE.type_map} - known == set()


async def test_nobody_signed_out_is_told_of_anything_but_the_board(town: str) -> None:
    world = await a_whole_world()
    told = {root for root, answer in await answers(world.viewers["nobody"]) if answer["edges"]}
    assert told == {"projects", "entrants", "criteria", "bids", "facts", "scores", "awards", "milestones"}


async def test_people_are_known_to_those_they_work_with(town: str) -> None:
    world = await a_whole_world()
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


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["own secretary", "another department", "nobody"])
async def test_a_planted_leak_is_found(town: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    world = await a_whole_world()
    assert not await leaks(world, name)

    def everything(cls: type[WorkRequest], viewer: Viewer) -> QuerySet[WorkRequest]:
        return cls.all()

    monkeypatch.setattr(WorkRequest, "visible_to", classmethod(everything))
    found = await leaks(world, name)
    assert any("is told of WorkRequest" in one for one in found)
    assert any("词元正文驳回" in one for one in found)
