"""The rules of the API's contract that the schema itself tells, looked up as it is built; test_contract.py asks them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    introspection_types,
    specified_scalar_types,
)
from tortoise.fields import CharField, TextField

from schema import schema
from schema.base.build import core
from schema.base.nodes import RECORDS
from schema.base.plan import nullable

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


def outputs() -> Iterator[tuple[str, str, Any]]:
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            yield from ((name, key, field) for key, field in type_.fields.items())


def inputs() -> Iterator[tuple[str, str, Any]]:
    """Every argument and every part of an input, by where it stands."""
    for name, key, field in outputs():
        yield from ((f"{name}.{key}", argument, one) for argument, one in field.args.items())
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((name, key, field) for key, field in type_.fields.items())


def parts_of(name: str) -> dict[str, Any]:
    """The fields of a type, or nothing for what has none."""
    found: dict[str, Any] = getattr(OWN.get(name), "fields", {})
    return found


def is_page(name: str) -> bool:
    return name.endswith(("Connection", "Edge")) or name in ("PageInfo", "Total")


@rule
def everything_is_described() -> Found:
    for name, type_ in OWN.items():
        if not type_.description and name not in ("Query", "Mutation"):
            yield name
        if isinstance(type_, GraphQLEnumType):
            yield from (f"{name}.{key}" for key, one in type_.values.items() if not one.description)
    yield from (f"{name}.{key}" for name, key, field in outputs() if not field.description)
    yield from (f"{at}({key})" for at, key, one in inputs() if not one.description)


@rule
def no_description_says_only_what_kind_of_field_it_is() -> Found:
    for name, key, field in outputs():
        if (field.description or "").startswith(("Pages of", "One ")):
            yield f"{name}.{key}"


CODED = re.compile(
    r"(^|[a-z])(state|kind|level|category|role|topic|outcome|mode|audience|verdict|depth|stage|tier|source)$",
    re.I,
)


@rule
def closed_lists_of_words_are_enums() -> Found:
    for name, key, field in outputs():
        if CODED.search(key) and get_named_type(field.type).name == "String":
            yield f"{name}.{key}"
    for at, key, one in inputs():
        if CODED.search(key.removesuffix("s")) and get_named_type(one.type).name == "String":
            yield f"{at}({key})"


@rule
def values_of_enums_are_in_capitals() -> Found:
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLEnumType):
            yield from (f"{name}.{key}" for key in type_.values if not re.fullmatch(r"[A-Z][A-Z0-9_]*", key))


@rule
def yes_or_no_begins_with_is_has_or_include() -> Found:
    for name, key, field in outputs():
        if get_named_type(field.type).name == "Boolean" and not re.match(r"(is|has|include|may)[A-Z]", key):
            yield f"{name}.{key}"
    for at, key, one in inputs():
        if get_named_type(one.type).name == "Boolean" and not re.match(r"(is|has|include)[A-Z]", key):
            yield f"{at}({key})"


RANGES = {"DateRange", "DateTimeRange", "Period"}
"""What is a stretch of days or instants; figures are told of one, and roots ask for figures of one."""


@rule
def moments_and_days_say_so_in_their_names() -> Found:
    """A bare `since` or `until` stands in ranges and figures alone."""
    ends = {"DateTime": ("At",), "Date": ("On", "By", "Until")}
    for at, key, field in [*outputs(), *inputs()]:
        kind = get_named_type(field.type).name
        is_range = at in RANGES or at.startswith("Query.") or (at in OWN and "sent" in parts_of(at))
        bare = key in ("since", "until", "before") and (is_range or "requests" in parts_of(at))
        if kind in ends and not (key.endswith(ends[kind]) or bare or key.lower().endswith("asof")):
            yield f"{at}.{key}"


@rule
def places_are_named_by_a_reference() -> Found:
    for at, key, one in inputs():
        named = re.fullmatch(r"(within|unit|units|place|area|township|county|region|city|department)s?", key)
        if named and get_named_type(one.type).name in ("ID", "String"):
            yield f"{at}({key})"


@rule
def a_type_shows_a_unit_and_not_its_parts() -> Found:
    for name, key, _ in outputs():
        if re.fullmatch(r"(unit|village|department|township)(Id|Code|Name|Path)", key):
            yield f"{name}.{key}"


@rule
def what_may_be_empty_in_a_column_is_null() -> Found:
    """A text that stands empty in a row is nothing, and nothing is null."""
    for name, key, field in outputs():
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
    for at, key, one in inputs():
        if one.default_value in ("", 0) and one.default_value is not False:
            yield f"{at}({key})"


@rule
def figures_are_numbers() -> Found:
    for name, key, field in [*outputs(), *inputs()]:
        if get_named_type(field.type).name == "Decimal":
            yield f"{name}.{key}"


MEASURED = re.compile(
    r"(in|of|how many) (working |estimated )?(days|hours|bytes|seconds|yuan|per cent)\b|of 100\b", re.I
)
UNITS = re.compile(
    r"(Percent|[hH]ours|Days|Yuan|[sS]core|score(Low|High)|[pP]oints|[pP]erVillage|[bB]ytes|Seconds)$"
)


@rule
def what_is_no_plain_count_ends_in_its_unit() -> Found:
    """Whatever is told with a fraction is measured in something, and so is a whole number whose words name a unit."""
    for name, key, field in [*outputs(), *inputs()]:
        kind = get_named_type(field.type).name
        measured = kind == "Float" or (kind == "Int" and MEASURED.search(field.description or ""))
        if measured and not UNITS.search(key):
            yield f"{name}.{key}"


@rule
def json_holds_what_was_frozen_alone() -> Found:
    """What stands as it was said or written then; anything of today has a type."""
    for name, key, field in [*outputs(), *inputs()]:
        if get_named_type(field.type).name == "JSON" and "s it was" not in (field.description or ""):
            yield f"{name}.{key}"


OTHER_WORDS = {
    "deadline": "dueOn",
    "refused": "rejected",
    "declined": "rejected",
    "denied": "rejected",
    "dispatched": "sent",
    **dict.fromkeys(("madeAt", "raisedAt", "askedAt", "declaredAt", "recordedAt"), "createdAt"),
    **dict.fromkeys(
        ("madeBy", "writtenBy", "raisedBy", "draftedBy", "submittedBy", "askedBy", "setBy"), "createdBy"
    ),
}
"""What is called otherwise everywhere."""


@rule
def one_thing_has_one_word() -> Found:
    for name, key, _ in [*outputs(), *inputs()]:
        if key in OTHER_WORDS:
            yield f"{name}.{key}: {OTHER_WORDS[key]}"
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLEnumType):
            yield from (f"{name}.{key}" for key in type_.values if re.search("REFUSE|DECLIN|DENIED", key))


@rule
def a_list_is_a_connection_or_says_how_long_it_is() -> Found:
    for name, key, field in outputs():
        if is_page(name) or name.endswith("Payload"):
            continue
        bare = nullable(field.type)
        of_objects = isinstance(get_named_type(field.type), GraphQLObjectType)
        if isinstance(bare, GraphQLList) and of_objects and "t most" not in (field.description or ""):
            yield f"{name}.{key}"


@rule
def a_connection_pages_both_ways_and_shows_its_rows() -> Found:
    for name, key, field in outputs():
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


DEPRECATION = re.compile(r"(\d{4}-\d\d-\d\d) removed; use .+")


@rule
def a_deprecation_says_the_day_and_what_to_use_instead() -> Found:
    for name, key, field in [*outputs(), *inputs()]:
        if field.deprecation_reason and not DEPRECATION.fullmatch(field.deprecation_reason):
            yield f"{name}.{key}"


@rule
def nobody_types_a_password_into_a_program() -> Found:
    yield from (f"{at}({key})" for at, key, _ in inputs() if "assword" in key)


@rule
def nothing_is_a_union() -> Found:
    yield from (name for name, type_ in OWN.items() if isinstance(type_, GraphQLUnionType))
