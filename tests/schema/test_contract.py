"""The rules of the API's contract, looked up in the schema as it is built: what breaks one is named here, or fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    find_breaking_changes,
    get_named_type,
    introspection_types,
    specified_scalar_types,
    validate_schema,
)
from tortoise.fields import CharField, TextField

from schema import schema
from schema.base.build import core
from schema.base.nodes import RECORDS
from schema.base.plan import nullable
from schema.base.wording import WORDS

CORE = core(schema)
assert CORE.query_type is not None and CORE.mutation_type is not None
OWN = {
    name: type_
    for name, type_ in CORE.type_map.items()
    if name not in introspection_types and name not in specified_scalar_types
}
Found = Iterator[str]
RULES: dict[str, Callable[[], Found]] = {}


def rule(look: Callable[[], Found]) -> Callable[[], Found]:
    RULES[look.__name__] = look
    return look


def _outputs() -> Iterator[tuple[str, str, Any]]:
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            yield from ((name, key, field) for key, field in type_.fields.items())


def _inputs() -> Iterator[tuple[str, str, Any]]:
    """Every argument and every part of an input, by where it stands."""
    for name, key, field in _outputs():
        yield from ((f"{name}.{key}", argument, one) for argument, one in field.args.items())
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((name, key, field) for key, field in type_.fields.items())


def _is_page(name: str) -> bool:
    return name.endswith(("Connection", "Edge")) or name in ("PageInfo", "Total")


@rule
def everything_is_described() -> Found:
    for name, type_ in OWN.items():
        if not type_.description and name not in ("Query", "Mutation"):
            yield name
        if isinstance(type_, GraphQLEnumType):
            yield from (f"{name}.{key}" for key, one in type_.values.items() if not one.description)
    yield from (f"{name}.{key}" for name, key, field in _outputs() if not field.description)
    yield from (f"{at}({key})" for at, key, one in _inputs() if not one.description)


@rule
def no_description_says_only_what_kind_of_field_it_is() -> Found:
    for name, key, field in _outputs():
        if (field.description or "").startswith(("Pages of", "One ")):
            yield f"{name}.{key}"


CODED = re.compile(
    r"(^|[a-z])(state|kind|level|category|role|topic|outcome|mode|audience|verdict|depth|stage|tier|source)$",
    re.I,
)


@rule
def closed_lists_of_words_are_enums() -> Found:
    for name, key, field in _outputs():
        if CODED.search(key) and get_named_type(field.type).name == "String":
            yield f"{name}.{key}"
    for at, key, one in _inputs():
        if CODED.search(key.removesuffix("s")) and get_named_type(one.type).name == "String":
            yield f"{at}({key})"


@rule
def values_of_enums_are_in_capitals() -> Found:
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLEnumType):
            yield from (f"{name}.{key}" for key in type_.values if not re.fullmatch(r"[A-Z][A-Z0-9_]*", key))


@rule
def yes_or_no_begins_with_is_has_or_include() -> Found:
    for name, key, field in _outputs():
        if get_named_type(field.type).name == "Boolean" and not re.match(r"(is|has|include|may)[A-Z]", key):
            yield f"{name}.{key}"
    for at, key, one in _inputs():
        if get_named_type(one.type).name == "Boolean" and not re.match(r"(is|has|include)[A-Z]", key):
            yield f"{at}({key})"


IN_RANGES = {"since", "until", "before"}


@rule
def moments_and_days_say_so_in_their_names() -> Found:
    ends = {"DateTime": ("At",), "Date": ("On", "By", "Until")}
    for name, key, field in [*_outputs(), *_inputs()]:
        kind = get_named_type(field.type).name
        if (
            kind in ends
            and not key.endswith(ends[kind])
            and key not in IN_RANGES
            and not key.lower().endswith("asof")
        ):
            yield f"{name}.{key}"


@rule
def places_are_named_by_a_reference() -> Found:
    for at, key, one in _inputs():
        named = re.fullmatch(r"(within|unit|units|place|area|township|county|region|city|department)s?", key)
        if named and get_named_type(one.type).name in ("ID", "String"):
            yield f"{at}({key})"


@rule
def a_type_shows_a_unit_and_not_its_parts() -> Found:
    for name, key, _ in _outputs():
        if re.fullmatch(r"(unit|village|department|township)(Id|Code|Name|Path)", key):
            yield f"{name}.{key}"


@rule
def what_may_be_empty_in_a_column_is_null() -> Found:
    """A text that stands empty in a row is nothing, and nothing is null."""
    for name, key, field in _outputs():
        own = field.extensions.get("strawberry-definition")
        record = RECORDS.get(name)
        held = (
            record._meta.fields_map.get(own.python_name) if record is not None and own is not None else None
        )
        if (
            isinstance(held, CharField | TextField)
            and held.default == ""
            and isinstance(field.type, GraphQLNonNull)
        ):
            yield f"{name}.{key}"


@rule
def nothing_is_said_by_an_empty_default() -> Found:
    for at, key, one in _inputs():
        if one.default_value in ("", 0) and one.default_value is not False:
            yield f"{at}({key})"


@rule
def figures_are_numbers() -> Found:
    for name, key, field in _outputs():
        if get_named_type(field.type).name == "Decimal":
            yield f"{name}.{key}"


@rule
def a_list_is_a_connection_or_says_how_long_it_is() -> Found:
    for name, key, field in _outputs():
        if _is_page(name) or name.endswith("Payload"):
            continue
        bare = nullable(field.type)
        of_objects = isinstance(get_named_type(field.type), GraphQLObjectType)
        if isinstance(bare, GraphQLList) and of_objects and "t most" not in (field.description or ""):
            yield f"{name}.{key}"


@rule
def a_connection_pages_both_ways_and_shows_its_rows() -> Found:
    for name, key, field in _outputs():
        named = get_named_type(field.type)
        if not isinstance(named, GraphQLObjectType) or "edges" not in named.fields:
            continue
        if not {"first", "after", "last", "before"} <= set(field.args):
            yield f"{name}.{key} pages"
        if not {"edges", "nodes", "pageInfo", "totalCount"} <= set(named.fields):
            yield f"{name}.{key} parts"


@rule
def a_mutation_takes_one_input_and_answers_with_a_payload() -> Found:
    assert CORE.mutation_type is not None
    for name, field in CORE.mutation_type.fields.items():
        title = name[0].upper() + name[1:]
        told = OWN.get(f"{title}Input")
        whole = list(field.args) == ["input"] and str(field.args["input"].type) == f"{title}Input!"
        if not (whole and isinstance(told, GraphQLInputObjectType) and "idempotencyKey" in told.fields):
            yield f"{name} input"
        payload = nullable(field.type)
        parts = set(getattr(payload, "fields", {}))
        if str(field.type) != f"{title}Payload!" or not {"refusals", "isReplay"} < parts:
            yield f"{name} payload"


@rule
def no_mutation_takes_lists_in_step() -> Found:
    """Two lists of plain words or figures beside each other are one list of objects."""
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLInputObjectType) and name.endswith("Input"):
            plain = [
                k
                for k, f in type_.fields.items()
                if str(f.type).strip("!").strip("[]!") in ("Int", "String") and "[" in str(f.type)
            ]
            if len(plain) > 1 and not {"demands", "elements"} >= set(plain):
                yield f"{name}: {', '.join(plain)}"


@rule
def nobody_types_a_password_into_a_program() -> Found:
    yield from (f"{at}({key})" for at, key, _ in _inputs() if "assword" in key)


@rule
def nothing_is_a_union() -> Found:
    yield from (name for name, type_ in OWN.items() if isinstance(type_, GraphQLUnionType))


EXCEPTIONS = {
    "WorkCalendar.source": "the name of the notice that the year rests on",
    "SetWorkYearInput(source)": "the same, as it is told",
    "Fact.source": "a sentence: where the figure comes from",
    "Discussion.outcome": "what was decided, in words",
    "RecordDiscussionInput(outcome)": "the same, as it is told",
    "Matter.level": "a word of the published list, kept as it stands there",
    "PutMatterInput(level)": "the same, as it is told",
    "RaiseConcernInput(place)": "a spot in the village, in words",
    "SetWorkYearInput.daysOff": "a list of days, as the calendar names it",
    "SetWorkYearInput.makeUp": "the same",
    "PutMatterInput: demands, form": "demands and forms are lists of their own, not in step",
    "Unit.kind": "what the list of units calls it: bureau, office, village, and whatever a place has beside them",
    "AddUnitInput(kind)": "the same, as it is told",
    "Event.unitPath": "as it is sealed in the chain: whoever recomputes a digest needs these very signs",
    "PublishedAnswer.townshipName": "told only where so many were answered that nobody is recognised by it",
}
"""What breaks a rule for a reason that stays."""
DEBTS: dict[str, set[str]] = {
    "a_list_is_a_connection_or_says_how_long_it_is": {
        "Query.basesDue",
        "Viewer.posts",
        "MatterListDiff.added",
        "MatterListDiff.removed",
        "MatterListDiff.changed",
        "MatterListDiff.touched",
        "MatterListDiff.villages",
        "MatterChange.columns",
        "GoldenRun.flips",
        "ComplaintStatistics.months",
        "FieldOverlap.fields",
        "BurdenOfPlace.months",
        "AskerPage.edges",
        "Refusal.conflicts",
    },
    "a_connection_pages_both_ways_and_shows_its_rows": {
        "FieldOverlapLine.holders pages",
        "Ledger.departments pages",
        "Ledger.villages pages",
        "BurdenOfPlace.children pages",
        "AskersOfRegion.lines pages",
        "AskersOfRegion.lines parts",
    },
}
"""What is still to be mended, each by its name: nothing is ever added here, and what is mended is taken out."""


@pytest.mark.parametrize("name", RULES)
def test_the_schema_keeps_the_rule(name: str) -> None:
    found = {one for one in RULES[name]() if one not in EXCEPTIONS}
    owed = DEBTS.get(name, set())
    assert found <= owed, sorted(found - owed)[:80]
    assert owed <= found, f"mended, so no debt any more: {sorted(owed - found)}"


def test_exceptions_are_few_and_each_of_them_is_one() -> None:
    found = {one for look in RULES.values() for one in look()}
    assert set(EXCEPTIONS) <= found and len(EXCEPTIONS) <= 15


def test_no_word_is_kept_that_nothing_needs() -> None:
    called = {key for _, key, _ in [*_outputs(), *_inputs()]}
    assert set(WORDS) <= called, sorted(set(WORDS) - called)


def test_what_is_printed_is_a_valid_schema() -> None:
    assert validate_schema(build_schema(schema.as_str())) == []


RELEASED = Path("schema/released.graphql")
"""The schema as the last release has it: `python -m schema released` writes it, with every release."""
LENGTH = "2026-12-01, at once: it was the length of what was sent, which is not what `url` serves of an old picture"
BREAKS: dict[str, str] = {
    "Field Event.prevHash was removed.": "2026-12-01, at once: a guess at what is not told of an entry could be held to it",
    **{
        f"Field {name}.bytes changed type from Int! to Int.": LENGTH
        for name in ("Attachment", "ReportAttachment", "RequestAttachment")
    },
}
"""What breaks callers of the last release, each with the reason and the day from which it was announced."""


def test_nothing_breaks_callers_of_the_last_release() -> None:
    """From now on: a field goes only after it has been deprecated for half a year, see the date in its reason."""
    released = build_schema(RELEASED.read_text("utf-8"))
    broken = {one.description for one in find_breaking_changes(released, build_schema(schema.as_str()))}
    assert broken <= set(BREAKS), sorted(broken - set(BREAKS))[:20]


def test_a_break_is_seen() -> None:
    old = build_schema("type Query { a: Int, b: Int }")
    found = find_breaking_changes(old, build_schema("type Query { a: Int }"))
    assert [one.description for one in found] == ["Field Query.b was removed."]
