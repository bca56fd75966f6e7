"""What programs say through GraphQL is taken as pages take it: nothing invisible, no moment of another clock, no strange figure."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLScalarType, get_named_type
from tortoise.exceptions import IntegrityError

from models.base.clock import TOWN_ZONE, ClockWentBack, now
from models.base.events import Event
from models.base.refusals import Refusal
from models.base.viewer import Viewer
from models.bidding import Project
from models.concerns import Concern
from schema import door
from schema.base.documents import Refused
from schema.base.nodes import global_id
from tests.builders import a_viewer
from tests.schema.scenes import SCENES, Played, a_listed_town, played
from tests.schema.test_mutations import CORE, MUTATIONS, details, inputs, use
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
UNSEEN = ("\u200b", "\u3164", "\u2800", "\u202e", "\ufeff\u00ad", "\u0301", " ", "🀄")


@pytest.mark.parametrize(
    ("name", "fields"), [("raiseConcern", ("title", "body")), ("proposeMatterList", ("reason",))]
)
async def test_nothing_invisible_passes_for_words(town: str, name: str, fields: tuple[str, ...]) -> None:
    scene = await played(name)
    before = await Event.all().count()
    for number, typed in enumerate(UNSEEN):
        for field in fields:
            said = await use(name, scene.actor, scene.given | {field: typed}, key=f"{field}-{number}")
            assert (said["__typename"], said.get("field")) == ("Refusal", field), ascii(typed)
    assert await Event.all().count() == before
    assert (await use(name, scene.actor, scene.given))["__typename"] != "Refusal"


DRAFT = """mutation($k: String!, $t: ID!, $opens: DateTime!, $closes: DateTime!, $yuan: Yuan) {
  draftProject(input: {idempotencyKey: $k, township: {id: $t}, title: "时区试验", kind: OTHER, depth: SIMPLE, purpose: "试",
    support: "试", contact: "试", opensAt: $opens, closesAt: $closes, startBy: "%s", finishBy: "%s",
    criteria: [{title: "一"}, {title: "二"}], supportYuan: $yuan})
  { project { opensAt closesAt } refusals { path } } }"""


async def test_a_moment_is_the_towns_and_at_the_edge_of_the_calendar_it_is_refused(town: str) -> None:
    place = await a_listed_town()
    desk, day = (
        await a_viewer("coordinator", place.township),
        (now() + timedelta(days=9)).astimezone(TOWN_ZONE),
    )
    closes = f"{day + timedelta(days=9):%Y-%m-%d}T18:00:00"
    query = DRAFT % (f"{day + timedelta(days=30):%Y-%m-%d}", f"{day + timedelta(days=200):%Y-%m-%d}")
    told: dict[str, Any] = {
        "t": global_id("Unit", place.township.pk),
        "opens": f"{day:%Y-%m-%d}T09:00:00",
        "closes": closes,
    }
    made = (await ask(door, desk, query, **told, k="k"))["data"]["draftProject"]["project"]
    assert made["closesAt"] == closes.replace("18:00:00", "10:00:00") + ".000Z", made
    edges = (
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    )
    for number, edge in enumerate(edges):
        for field, argument in (("opens", "opensAt"), ("closes", "closesAt")):
            said = await ask(door, desk, query, **told | {field: edge}, k=f"{field}{number}")
            assert said["data"]["draftProject"]["refusals"] == [{"path": [argument]}], said
    assert await Project.all().count() == 1


async def test_half_of_a_pair_of_signs_is_refused_and_breaks_nothing(town: str) -> None:
    place = await a_listed_town()
    actor = await a_viewer("secretary", place.village)
    query = """mutation($u: ID!, $t: String!) {
      raiseConcern(input: {idempotencyKey: $t, unit: {id: $u}, title: $t, body: $t}) { refusals { code path } } }"""
    unit = global_id("Unit", place.village.pk)
    for text in ("村\ud800", "\x00村", json.loads('"\\ud83d"')):
        said = await ask(door, actor, query, u=unit, t=text)
        assert "errors" not in said, said
        assert [no["code"] for no in said["data"]["raiseConcern"]["refusals"]] == ["INVALID"]
    assert not await Concern.exists()


HOSTILE: dict[str, tuple[Any, ...]] = {
    "String": (
        "\x00",
        "\ud800",
        "\u202e\u200b",
        "%_\\",
        "🀄",
        "9" * 400,
        "0001-01-01",
        "9999-12",
        "'\"",
        "٣٠٠",
    ),
    "ID": ("\x00", "VW5pdDo5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "\ud800", "é" * 200, "VW5pdDot"),
    "Date": ("0001-01-01", "9999-12-31", "2026-W10-4", "2026年1月3日"),
    "DateTime": ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
    "Int": (2**31 - 1, -(2**31), 2**31, 0),
    "Float": (1e308, -0.0, "1_0", "NaN"),
    "Boolean": (None,),
}
"""Of each kind, what nobody means and somebody sends."""
SHARES = 4
"""Every run tries one share of them, and the night all."""
assert CORE.query_type is not None
QUERIES = CORE.query_type.fields


def _asked(name: str, share: int) -> list[tuple[str, str, Any]]:
    """Each argument of a root field, and each part of its filter, with each strange value of this share, as a query and its variables."""
    shown = "{ __typename }" if not isinstance(get_named_type(QUERIES[name].type), GraphQLScalarType) else ""
    page = "first: 1, " if "first" in QUERIES[name].args else ""
    found = []
    for argument, of in QUERIES[name].args.items():
        kind = get_named_type(of.type)
        parts = (
            {f"{argument}: {{ %s: $v }}" % part: one.type for part, one in kind.fields.items()}
            if isinstance(kind, GraphQLInputObjectType)
            else {f"{argument}: $v": of.type}
        )
        for written, type_ in parts.items():
            inner = get_named_type(type_)
            for value in (
                HOSTILE.get(inner.name, ("x",))[share::SHARES] if argument not in ("first", "last") else ()
            ):
                many = "[" in str(type_)
                found.append(
                    (
                        f"query($v: {str(type_).rstrip('!')}) {{ {name}({page}{written}) {shown} }}",
                        argument,
                        [value] if many else value,
                    )
                )
    return found


@pytest.mark.parametrize(
    "share", [0, *(pytest.param(n, marks=pytest.mark.nightly) for n in range(1, SHARES))]
)
async def test_no_argument_and_no_filter_breaks_a_query_whatever_it_says(town: str, share: int) -> None:
    place = await a_listed_town()
    keeper, tried = await a_viewer("list_keeper", place.city), 0
    for name in QUERIES:
        for query, argument, value in _asked(name, share):
            try:
                said = await ask(door, keeper, query, v=value)
            except Refused:
                continue
            codes = {error.get("extensions", {}).get("code") for error in said.get("errors", [])}
            assert "INTERNAL" not in codes, (query, argument, value, said)
            tried += 1
    assert tried > 100


@pytest.mark.parametrize(
    "typed", ["ＭＺＣ", "３３０６", "梅渚村村委会", "梅 渚", "梅　渚\u200b村", "梅渚村民委员会"]
)
async def test_a_place_is_found_however_it_is_typed(town: str, typed: str) -> None:
    place = await a_listed_town()
    place.village.pinyin, place.village.code = "mzc", "330624004214"
    await place.village.save(update_fields=["pinyin", "code"])
    query = "query($t: String!) { units(first: 9, filter: {text: $t}) { edges { node { id } } } }"
    said = (await ask(door, await a_viewer("coordinator", place.township), query, t=typed))["data"]["units"]
    assert global_id("Unit", place.village.pk) in {edge["node"]["id"] for edge in said["edges"]}


SPOILT: dict[str, tuple[Any, ...]] = {
    "String": (
        "",
        "\u200b",
        "\u3164\u2800",
        "🀄",
        "。",
        "村\x00",
        "\ud800",
        "\u202e甲\u2066",
        "长" * 9000,
        "甲\r\n乙\u2028丙",
        "٣٠٠",
        "1e3",
    ),
    "Int": (2**31 - 1, -(2**31), -1, 0),
    "Float": (1e308, 99999999999.5, -0.0, 0.0000001),
    "Date": ("1990-01-01", "2100-12-31", "2026年1月3日"),
    "DateTime": ("1990-01-01T00:00:00", "2100-12-31T24:00:00", "9999-12-31T23:59:59Z"),
    "ID": ("", "VW5pdDox", "\x00", "VW5pdDo5OTk5OTk5OTk5OTk5OTk5OTk5"),
}
HIDDEN_SIGNS = re.compile("[\u200b\u202e\u2066\u3164\u2800\x00]")


@pytest.mark.nightly
@pytest.mark.parametrize("name", MUTATIONS)
async def test_no_detail_of_any_mutation_breaks_it_or_is_kept_unseen(town: str, name: str) -> None:
    """The whole of what the gate promises, once a night, in the scene of each mutation."""
    scene, numbers = await played(name), itertools.count()
    for argument, of in details(name).items():
        kind = get_named_type(of).name
        read_first = kind == "ID" and "seenVersion" in inputs(name)
        for value in SPOILT.get(kind, ()) if not read_first else ():
            given = scene.given | {argument: [value] if "[" in str(of) else value}
            said = await spoilt(name, scene.actor, given, f"spoilt-{next(numbers)}")
            assert said in ("refused", "unread", "done"), (argument, value, said)
            if said == "done":
                told = await Event.all().order_by("-id").limit(3).values_list("details", "changes")
                assert not HIDDEN_SIGNS.search("".join(f"{one}{two}" for one, two in told)), (argument, value)
                scene = await anew(name, scene)


async def spoilt(name: str, actor: Viewer, given: dict[str, Any], key: str) -> str:
    try:
        return "refused" if (await use(name, actor, given, key=key))["__typename"] == "Refusal" else "done"
    except Refused:
        return "unread"


async def anew(name: str, scene: Played) -> Played:
    """The scene once more beside the first, where the town has room for it."""
    try:
        return Played(scene.place, *await SCENES[name](scene.place))
    except (Refusal, IntegrityError, ClockWentBack):
        return scene
