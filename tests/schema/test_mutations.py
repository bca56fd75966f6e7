"""Every mutation through the real door: done once for whoever may, a refusal in Chinese for everybody else."""

from __future__ import annotations

import inspect
import json
import re
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLUnionType, get_named_type

from models.base.commands import Command
from models.base.events import Event
from models.base.records import Record
from models.base.versions import NOTHING_YET, version_of
from models.base.viewer import ANONYMOUS, Viewer
from schema import door, schema
from schema.base.build import core
from schema.base.nodes import global_id, name_shown
from tests.builders import Town, a_viewer
from tests.heart import beating
from tests.models.inbox.scenes import delivered, leading_nowhere, unheard_since
from tests.schema import (
    scenes_of_bidding,
    scenes_of_complaints,
    scenes_of_concerns,
    scenes_of_evaluation,
    scenes_of_surveys,
    scenes_of_tasks,
)
from tests.schema.scenes import SCENES, a_listed_town, played
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]

CORE = core(schema)
ENTERED = (
    scenes_of_tasks,
    scenes_of_concerns,
    scenes_of_complaints,
    scenes_of_bidding,
    scenes_of_surveys,
    scenes_of_evaluation,
)
"""Modules that enter their scenes when they are imported."""
NOBODY_TO_HEAR = {
    "declareTies": {"bidding.declare"},
    "handInScores": {"bidding.hand_in"},
    "dispatchAtOnce": {"intake.submit", "screening.admit"},
}
"""Commands that need not speak in these scenes: nobody steps back, others still score, one leader does it all."""
TRACELESS = {"markMessagesRead"}
"""What the trail must not know: who has read what."""
WRITES = (
    *("amend", "change", "dropMatter", "endPost", "merge", "put", "rename", "revise", "scoreBid"),
    *("setPolicy", "setWork", "stateHouse", "unmerge", "writeBid"),
)
"""How mutations begin that write what stands there anew."""
STAFF = ("secretary", "coordinator", "leader", "head", "list_keeper", "department_officer", "office")


async def _everybody(place: Town) -> None:
    """Somebody in each post that may have to hear of something."""
    homes = {"secretary": (place.village, place.second_village), "list_keeper": (place.county, place.city)}
    homes |= {"department_officer": (place.department,), "office": (place.office,)}
    for role in STAFF:
        for unit in homes.get(role, (place.township,)):
            await a_viewer(role, unit)


assert CORE.mutation_type is not None
MUTATIONS = CORE.mutation_type.fields
PLAIN = {
    "String": '"x"',
    "Int": "1",
    "Boolean": "true",
    "Date": '"2027-01-04"',
    "DateTime": '"2027-01-04T09:00:00Z"',
    "Decimal": '"1"',
}


def call(name: str, unit: int) -> str:
    """The mutation with something of the right shape for each argument that must be given."""
    given = []
    for argument, of in MUTATIONS[name].args.items():
        if isinstance(of.type, GraphQLNonNull):
            given.append(f"{argument}: {_value(of.type.of_type, unit)}")
    return f"mutation {{ {name}({', '.join(given)}) {{ __typename ... on Refusal {{ code reason }} }} }}"


def _value(kind: Any, unit: int) -> str:
    if isinstance(kind, GraphQLList):
        return "[]"
    name = get_named_type(kind).name
    return f'"{global_id("Unit", unit)}"' if name == "ID" else PLAIN[name]


async def test_whoever_may_not_reads_why(town: str) -> None:
    place = await a_listed_town()
    before = await Event.all().count()
    observer = await a_viewer("observer", place.county)
    for name, viewer in product(MUTATIONS, (ANONYMOUS, observer)):
        for unit in (place.village.pk, 10**9):
            answer = await ask(door, viewer, call(name, unit))
            assert "errors" not in answer, (name, answer)
            said = answer["data"][name]
            assert said["__typename"] == "Refusal" and said["code"], (name, said)
            assert any("\u4e00" <= sign <= "\u9fff" for sign in said["reason"]), (name, said)
    assert await Event.all().count() == before


def test_every_mutation_answers_with_what_it_made_or_a_refusal_and_takes_a_key() -> None:
    for name, field in MUTATIONS.items():
        kind = get_named_type(field.type)
        assert isinstance(kind, GraphQLUnionType) and "Refusal" in {one.name for one in kind.types}, name
        assert "key" in field.args, name


def _said(value: Any) -> str:
    """A value as a document writes it."""
    if isinstance(value, list):
        return f"[{', '.join(_said(one) for one in value)}]"
    if isinstance(value, Record):
        return f'"{global_id(name_shown(type(value), CORE.type_map), value.pk)}"'
    if isinstance(value, datetime | date):
        return f'"{value.isoformat()}"'
    return f'"{value}"' if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def command_of(name: str) -> Command[Any, Any, Any]:
    """The command behind a mutation."""
    field = MUTATIONS[name].extensions["strawberry-definition"]
    found: Command[Any, Any, Any] = inspect.getclosurevars(field.base_resolver.wrapped_func).nonlocals[
        "command"
    ]
    return found


async def seen_by(name: str, given: dict[str, Any]) -> str | None:
    """The version that whoever fills in this mutation has before them; None where it asks for none."""
    if "seen" not in MUTATIONS[name].args:
        return None
    subject = next(one for one in given.values() if isinstance(one, Record))
    read: Record | None = subject
    if (edits := command_of(name).edits) is not None:
        told = {key: value for key, value in given.items() if value is not subject}
        details = {re.sub("([A-Z])", r"_\1", key).lower(): value for key, value in told.items()}
        read = await edits(subject, **details)
    fresh = await type(read).get_or_none(pk=read.pk) if read is not None else None
    return await version_of(fresh) if fresh is not None else NOTHING_YET


async def use(name: str, viewer: Viewer, given: dict[str, Any], key: str = "key-1") -> dict[str, Any]:
    """What the mutation answers to these details, said of the newest version where one must have read it."""
    if isinstance(getattr(MUTATIONS[name].args.get("seen"), "type", None), GraphQLNonNull):
        given = {"seen": await seen_by(name, given)} | given
    arguments = ", ".join(f"{argument}: {_said(value)}" for argument, value in given.items())
    kinds = {one.name for one in get_named_type(MUTATIONS[name].type).types}  # type: ignore[union-attr]
    many = next((kind for kind in kinds if kind.endswith("List") and f"{kind}OrRefusal"), "")
    made = f"... on {many} {{ items {{ id }} }}" if "items" in _fields(many) else "... on Node { id }"
    answer = await ask(
        door,
        viewer,
        f'mutation {{ {name}(key: "{key}", {arguments}) {{ __typename ... on Refusal {{ code reason field }} {made} }} }}',
    )
    assert "errors" not in answer, (name, answer["errors"])
    return dict(answer["data"][name])


def _fields(kind: str) -> Any:
    return CORE.type_map[kind].fields if kind else {}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", MUTATIONS)
async def test_whoever_may_does_it_once_however_often_it_is_sent(town: str, name: str) -> None:
    scene = await played(name)
    await _everybody(scene.place)
    await delivered()
    before = await Event.all().count()
    last = (await Event.all().order_by("-id").first()).pk  # type: ignore[union-attr]
    stranger = await a_viewer("coordinator", scene.place.other_township)
    said = await use(name, stranger, scene.given)
    assert said["__typename"] == "Refusal" and said["code"] in {"NOT_FOUND", "NOT_ALLOWED"}, said
    assert await Event.all().count() == before
    seen = await seen_by(name, scene.given)
    with beating() as heart:
        done = await use(name, scene.actor, scene.given | ({} if seen is None else {"seen": seen}))
    assert done["__typename"] != "Refusal", done
    assert not heart.stilled, "\n".join(heart.stilled)
    told = await Event.all().order_by("-id").limit(9).values_list("command", "actor_post_id")
    assert scene.actor.post_id in {post for _, post in told} or name in TRACELESS
    after = await Event.all().count()
    assert (after > before) == (name not in TRACELESS)
    assert await use(name, scene.actor, scene.given) == done
    assert await Event.all().count() == after
    moved = seen is not None and seen != await seen_by(name, scene.given)
    assert moved or not name.startswith(WRITES), "whoever writes over another moves what they have both seen"
    if seen is not None and moved:
        late = await use(name, scene.actor, scene.given | {"seen": seen}, key="key-2")
        assert late["__typename"] == "Refusal", "two who have seen the same write over each other"
        assert late["code"] in {"CHANGED", "NOT_NOW", "NOT_FOUND"}, late
    await delivered()
    assert await unheard_since(last) <= NOBODY_TO_HEAR.get(name, set()), "a decision reached nobody"
    assert await leading_nowhere() == []


def test_every_mutation_has_a_scene_in_which_it_is_done() -> None:
    assert set(SCENES) == set(MUTATIONS)
    assert all(one.__doc__ for one in ENTERED)
