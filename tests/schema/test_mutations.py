"""Every mutation through the real door: done once for whoever may, a refusal in Chinese for everybody else."""

from __future__ import annotations

import inspect
import re
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, get_named_type

from models.base.commands import Command
from models.base.events import Event
from models.base.records import Record
from models.base.refusals import Refusal as No
from models.base.versions import NOTHING_YET, version_of
from models.base.viewer import ANONYMOUS, Viewer
from schema import door, schema
from schema.base.build import core
from schema.base.errors import code_of
from schema.base.mutations import Verb
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
IN_PERSON = {"admitRequestExceptionally", "signOverload"}
"""What a person signs with a password, which no program is to know."""
LATER_GATES = {
    *("carryOverAmendment", "approveChange", "dropChange", "urgeAssignment", "urgeAll", "objectToAward"),
    "spareVillages",
    *("draftScheme", "praiseVillage", "praiseDelivery", "reversePoints", "appealIndex"),
}
"""What right and state still allow once it was done, and another row forbids: that it was done, or waits, or was today."""
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
    "Float": "1.5",
}


def inputs(name: str) -> dict[str, Any]:
    """What is said to a mutation in its input, by name."""
    found: dict[str, Any] = get_named_type(MUTATIONS[name].args["input"].type).fields  # type: ignore[union-attr]
    return found


def details(name: str) -> dict[str, Any]:
    """The types in which the details of a command are said, by the command's names for them."""
    if name in TRACELESS:
        return {part: of.type for part, of in inputs(name).items()}
    verb, told = verb_of(name), inputs(name)
    found = {
        _camel(one.name): told[_camel(one.said)].type for one in verb.arguments if _camel(one.said) in told
    }
    for rows in verb.together.values():
        parts: Any = CORE.type_map[rows.shown.__name__]
        for part, detail in rows.parts.items():
            found[_camel(detail)] = GraphQLList(parts.fields[_camel(part)].type)
    return found | {_camel(verb.subject): told[_camel(verb.subject)].type}


def call(name: str, unit: int) -> str:
    """The mutation with something of the right shape for each part that must be given."""
    given = [
        f"{part}: {_value(of.type.of_type, unit)}"
        for part, of in inputs(name).items()
        if isinstance(of.type, GraphQLNonNull)
    ]
    parts = ", ".join(given)
    return f"mutation {{ {asked(name, f'{{{parts}}}')} }}"


def asked(name: str, given: str) -> str:
    """The field that calls a mutation and reads what came of it."""
    thing, *_ = get_named_type(MUTATIONS[name].type).fields.items()  # type: ignore[union-attr]
    shown = "{ __typename id }"
    told = f"{thing[0]} {shown} isReplay refusals {{ code message path }}"
    return f"{name}(input: {given}) {{ {told} }}"


def by_variable(name: str) -> str:
    """The document of this mutation, the same whatever is given."""
    return f"mutation($input: {MUTATIONS[name].args['input'].type}) {{ {asked(name, '$input')} }}"


def _value(kind: Any, unit: int) -> str:
    if isinstance(kind, GraphQLList):
        return "[]"
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    if named.name == "UnitRef":
        return f'{{id: "{global_id("Unit", unit)}"}}'
    return f'"{global_id("Unit", unit)}"' if named.name == "ID" else PLAIN[named.name]


async def test_whoever_may_not_reads_why(town: str) -> None:
    place = await a_listed_town()
    before = await Event.all().count()
    observer = await a_viewer("observer", place.county)
    for name, viewer in product(MUTATIONS, (ANONYMOUS, observer)):
        for unit in (place.village.pk, 10**9):
            answer = await ask(door, viewer, call(name, unit))
            assert "errors" not in answer, (name, answer)
            (refusal,) = answer["data"][name]["refusals"]
            assert refusal["code"], (name, refusal)
            assert any("\u4e00" <= sign <= "\u9fff" for sign in refusal["message"]), (name, refusal)
    assert await Event.all().count() == before


def _said(value: Any, kind: Any) -> Any:
    """A value as a variable of this type carries it."""
    named = get_named_type(kind)
    if isinstance(value, list):
        return [_said(one, named) for one in value]
    if isinstance(value, dict):
        return {part: _said(one, named.fields[part].type) for part, one in value.items()}
    if isinstance(value, Record):
        text = global_id(name_shown(type(value), CORE.type_map), value.pk)
        return {"id": text} if named.name == "UnitRef" else text
    if isinstance(named, GraphQLEnumType) and value is not None:
        return next(key for key, one in named.values.items() if one.value == value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def verb_of(name: str) -> Verb:
    """How a mutation was made; what is no command's has none."""
    resolver = MUTATIONS[name].extensions["strawberry-definition"].base_resolver.wrapped_func
    found: Verb = inspect.getclosurevars(resolver).nonlocals["self"]
    return found


def command_of(name: str) -> Command[Any, Any, Any]:
    """The command behind a mutation."""
    return verb_of(name).command


async def seen_by(name: str, given: dict[str, Any]) -> str | None:
    """The version that whoever fills in this mutation has before them; None where it asks for none."""
    if "seenVersion" not in inputs(name):
        return None
    subject = next(one for one in given.values() if isinstance(one, Record))
    read: Record | None = subject
    if (edits := command_of(name).edits) is not None:
        told = {key: value for key, value in given.items() if value is not subject}
        details = {_snake(key): value for key, value in told.items()}
        read = await edits(subject, **details)
    fresh = await type(read).get_or_none(pk=read.pk) if read is not None else None
    return await version_of(fresh) if fresh is not None else NOTHING_YET


async def use(name: str, viewer: Viewer, given: dict[str, Any], key: str = "key-1") -> dict[str, Any]:
    """What the mutation answers to these details, said of the newest version where one must have read it.

    Details are named as the command names them. What was made answers with its type and id, a refusal as `Refusal`
    with code, reason and field.
    """
    if isinstance(getattr(inputs(name).get("seenVersion"), "type", None), GraphQLNonNull):
        given = {"seen": await seen_by(name, given)} | given
    if "password" in given:
        return await _in_person(name, viewer, given, key)
    told = {_said_as(name).get(part, part): value for part, value in _together(name, given).items()}
    parts = {part: _said(value, inputs(name)[part].type) for part, value in told.items()}
    answer = await ask(door, viewer, by_variable(name), input={"idempotencyKey": key, **parts})
    assert "errors" not in answer, (name, answer["errors"])
    return _came_of(name, answer["data"][name])


def _said_as(name: str) -> dict[str, str]:
    """What callers say for what commands call otherwise."""
    arguments = verb_of(name).arguments if name not in TRACELESS else []
    return {"seen": "seenVersion"} | {_camel(one.name): _camel(one.said) for one in arguments}


async def _in_person(name: str, viewer: Viewer, given: dict[str, Any], key: str) -> dict[str, Any]:
    """The same where it is signed with a password, as the page does it."""
    verb, details = verb_of(name), {_snake(part): value for part, value in given.items()}
    subject, seen = details.pop(verb.subject), details.pop("seen", None) or ""
    try:
        made = await verb.command.once(key, viewer, subject, seen=seen, **details)
    except No as no:
        return {"__typename": "Refusal", "code": code_of(no).value, "reason": no.reason, "field": no.field}
    shown = name_shown(type(made), CORE.type_map)
    return {"__typename": shown, "id": global_id(shown, made.pk)}


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


def _together(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The details that run in step as one list of objects, as callers say them."""
    verb = verb_of(name) if name not in TRACELESS else None
    for rows_in, rows in (verb.together if verb else {}).items():
        said = {part: given[_camel(of)] for part, of in rows.parts.items() if _camel(of) in given}
        size = max((len(values) for part, values in said.items() if part != "words"), default=0)
        if not said:
            continue
        pieces = {part: _pieces(values, size, part) for part, values in said.items()}
        listed = [
            {part: one[at] if at < len(one) else None for part, one in pieces.items()} for at in range(size)
        ]
        given = {part: value for part, value in given.items() if part not in map(_camel, rows.parts.values())}
        given |= {_camel(rows_in): listed}
    return given


def _pieces(values: list[Any], size: int, part: str) -> list[Any]:
    """As they are, or, of words under several criteria, those of each row."""
    if part != "words" or len(values) <= size:
        return values
    each = len(values) // size
    return [values[at : at + each] for at in range(0, len(values), each)]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _came_of(name: str, payload: dict[str, Any]) -> dict[str, Any]:
    refusals, thing = payload.pop("refusals"), next(iter(payload.values()))
    if not refusals:
        return {"made": thing} if isinstance(thing, list) else dict(thing)
    (no,) = refusals
    told = {"__typename": "Refusal", "code": no["code"], "reason": no["message"]}
    return told | {"field": _detail(name, no["path"])}


def _detail(name: str, path: list[str]) -> str | None:
    """What the command calls the part of the input that a refusal is about."""
    if not path:
        return None
    if len(path) > 1 and (rows := verb_of(name).together.get(path[0])):
        return _camel(rows.parts.get(path[-1], path[-1]))
    called = {said: part for part, said in _said_as(name).items()}
    return called.get(path[0], path[0])


async def allowed(name: str, viewer: Viewer, given: dict[str, Any]) -> bool:
    """Whether the record that a mutation is upon tells this viewer that they may."""
    upon = given[_camel(verb_of(name).subject)]
    shown = name_shown(type(upon), CORE.type_map)
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on {shown} {{ allowed }} }} }}"
    answer = await ask(door, viewer, query, id=global_id(shown, upon.pk))
    assert "errors" not in answer, (name, answer["errors"])
    return _snake(name).upper() in (answer["data"]["node"] or {"allowed": []})["allowed"]


async def _as_allowed(name: str, viewer: Viewer, given: dict[str, Any]) -> None:
    """What is not listed is refused; what is listed is not refused for who one is, nor for the state."""
    if name in TRACELESS:
        return
    listed = await allowed(name, viewer, given)
    said = await use(name, viewer, given, key="key-3")
    refused = said["code"] if said.get("__typename") == "Refusal" else ""
    no = {"NOT_ALLOWED"} if name in LATER_GATES else {"NOT_ALLOWED", "NOT_NOW"}
    assert refused not in no if listed else refused, (name, listed, said)


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
    assert name in TRACELESS or not await allowed(name, stranger, scene.given)
    assert name in TRACELESS or await allowed(name, scene.actor, scene.given)
    await _as_allowed(name, await a_viewer("observer", scene.place.county), scene.given)
    assert await Event.all().count() == before
    seen = await seen_by(name, scene.given)
    if name in IN_PERSON:
        by_a_program = {part: value for part, value in scene.given.items() if part != "password"}
        assert (await use(name, scene.actor, by_a_program))["code"] == "NEEDS_PASSWORD"
    with beating() as heart:
        done = await use(name, scene.actor, scene.given | ({} if seen is None else {"seen": seen}))
    assert done.get("__typename") != "Refusal", done
    assert not heart.stilled, "\n".join(heart.stilled)
    told = await Event.all().order_by("-id").limit(9).values_list("command", "actor_post_id")
    assert scene.actor.post_id in {post for _, post in told} or name in TRACELESS
    after = await Event.all().count()
    assert (after > before) == (name not in TRACELESS)
    assert await use(name, scene.actor, scene.given) == done
    assert await Event.all().count() == after
    moved = seen is not None and seen != await seen_by(name, scene.given)
    adds = name == "putValues"  # new values beside the old ones
    assert moved or adds or not name.startswith(WRITES), (
        "whoever writes over another moves what they have both seen"
    )
    if seen is not None and moved:
        late = await use(name, scene.actor, scene.given | {"seen": seen}, key="key-2")
        assert late["__typename"] == "Refusal", "two who have seen the same write over each other"
        assert late["code"] in {"VERSION_CONFLICT", "NOT_NOW", "NOT_FOUND"}, late
    await delivered()
    assert await unheard_since(last) <= NOBODY_TO_HEAR.get(name, set()), "a decision reached nobody"
    assert await leading_nowhere() == []
    await _as_allowed(name, scene.actor, scene.given)


def test_every_mutation_has_a_scene_in_which_it_is_done() -> None:
    assert set(SCENES) == set(MUTATIONS)
    assert all(one.__doc__ for one in ENTERED)
