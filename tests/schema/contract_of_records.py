"""The rules of the contract that follow from the records: their moments, their relations, their codes and their lists."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLField, GraphQLNonNull, get_named_type
from tortoise.fields import DatetimeField

from schema.base.nodes import RECORDS
from schema.base.orders import ORDERS
from tests.schema.contract_rules import CORE, Found, outputs, parts_of, rule

SHOWN = {name: record for name, record in RECORDS.items() if name in CORE.type_map}
TYPE_OF = {record.__name__: name for name, record in reversed(SHOWN.items())}
PEOPLE = {"Person", "Post"}
"""Links to who did something are not followed back: nobody is a list of what they have done."""
assert CORE.query_type is not None
ROOTS = CORE.query_type.fields


def type_below(field: GraphQLField) -> str:
    """Of which type a field shows one, some or a page."""
    named: Any = get_named_type(field.type)
    if "edges" in getattr(named, "fields", {}):
        named = get_named_type(get_named_type(named.fields["edges"].type).fields["node"].type)
    return str(named.name)


def is_connection(field: GraphQLField) -> bool:
    """Of records: what pages over values holds few of them."""
    return "edges" in getattr(get_named_type(field.type), "fields", {}) and type_below(field) in SHOWN


LISTS = {type_below(field): field for field in ROOTS.values() if is_connection(field)}
"""The root list of each type that has one."""


def columns_looked_at(field: GraphQLField) -> set[str]:
    """By which columns and relations of its rows a list can be looked through."""
    if "filter" not in field.args:
        return set()
    origin = get_named_type(field.args["filter"].type).extensions["strawberry-definition"].origin
    return {
        part.column.partition("__")[0].removesuffix("_id").removesuffix("_code")
        for part in origin.parts.values()
    }


MADE = {"at", "made_at", "recorded_at", "declared_at", "asked_at", "raised_at", "submitted_at"}
"""Columns that say when a row came to be."""
WHEN = {"createdAt", "createdOn", "happenedAt", "fromOn", "startedAt", "since"}
MAKERS = {
    "by",
    "made_by",
    "drafted_by",
    "submitted_by",
    "raised_by",
    "asked_by",
    "declared_by",
    "set_by",
    "recorded_by",
    "written_by",
}


@rule
def every_record_is_dated_or_leads_to_one_that_is() -> Found:
    for name, record in SHOWN.items():
        kept = [one for one in MADE & record._meta.db_fields if _is_moment(record, one)]
        if kept and not {"createdAt", "happenedAt", "startedAt"} & set(parts_of(name)):
            yield f"{name}: {kept[0]}"
        if "createdAt" in parts_of(name) and "changedAt" not in parts_of(name):
            yield f"{name}.changedAt"
        if not _is_dated(name) and not any(not _is_dated(to) for to in _above(name)):
            yield name


def _is_moment(record: Any, column: str) -> bool:
    held = record._meta.fields_map[column]
    return isinstance(held, DatetimeField) and not held.null


def _is_dated(name: str, below: tuple[str, ...] = ()) -> bool:
    own = any(isinstance(parts_of(name)[one].type, GraphQLNonNull) for one in WHEN & set(parts_of(name)))
    return own or any(_is_dated(to, (*below, name)) for to in _above(name) if to not in (name, *below))


def _above(name: str) -> set[str]:
    """The records that one of this type cannot be without."""
    needed = {
        type_below(one)
        for one in parts_of(name).values()
        if isinstance(one.type, GraphQLNonNull) and not is_connection(one)
    }
    return needed & SHOWN.keys() - PEOPLE - {"Unit"}


@rule
def whoever_made_a_record_is_named_alike() -> Found:
    for name, record in SHOWN.items():
        if MAKERS & record._meta.fk_fields and "createdBy" not in parts_of(name):
            yield f"{name}.createdBy"


@rule
def every_root_list_can_be_looked_through() -> Found:
    yield from (name for name, field in ROOTS.items() if is_connection(field) and "filter" not in field.args)


@rule
def what_is_sorted_at_the_root_is_looked_through_and_sorted_below_a_record_too() -> Found:
    sorted_ = {shown for shown, field in LISTS.items() if "orderBy" in field.args}
    assert {get_named_type(LISTS[one].args["orderBy"].type).name for one in sorted_} == set(ORDERS)
    for name, key, field in outputs():
        if name != "Query" and is_connection(field) and type_below(field) in sorted_:
            yield from (f"{name}.{key}({part})" for part in ("filter", "orderBy") if part not in field.args)


@rule
def a_relation_leads_both_ways() -> Found:
    """Forward by a field; back by a connection, or by looking through the root list for what belongs to it.

    What has no root list is met below what it belongs to; of places a list is looked through by one, whichever it is.
    """
    for name, record in SHOWN.items():
        for column in sorted(record._meta.fk_fields | record._meta.o2o_fields):
            to = TYPE_OF.get(record._meta.fields_map[column].model_name.split(".")[-1])  # type: ignore[attr-defined]
            if to is None or to in PEOPLE:
                continue
            if not any(_shows(field, column) for field in parts_of(name).values()):
                yield f"{name}.{column}"
            back = any(type_below(field) == name for field in parts_of(to).values() if is_connection(field))
            if name in LISTS and not back and not _is_found_by(name, column, to):
                yield f"{to} to {name} by {column}"


def _shows(field: GraphQLField, column: str) -> bool:
    return getattr(field.extensions.get("strawberry-definition"), "python_name", "") == column


def _is_found_by(name: str, column: str, to: str) -> bool:
    looked_at = columns_looked_at(LISTS[name])
    if to != "Unit":
        return column in looked_at
    relations = SHOWN[name]._meta.fk_fields
    return any(
        one in relations and SHOWN[name]._meta.fields_map[one].model_name.endswith(".Unit")
        for one in looked_at
    )  # type: ignore[attr-defined]


@rule
def what_has_a_published_code_is_found_by_it() -> Found:
    for name, record in SHOWN.items():
        if "code" in parts_of(name):
            single = ROOTS.get(name[0].lower() + name[1:])
            by_itself = single is not None and "code" in single.args
            listed = name in LISTS and "code" in columns_looked_at(LISTS[name]) | {
                one.column for one in _parts(LISTS[name])
            }
            if not by_itself and (record._meta.fields_map["code"].unique or not listed):
                yield name


def _parts(field: GraphQLField) -> list[Any]:
    if "filter" not in field.args:
        return []
    return list(
        get_named_type(field.args["filter"].type).extensions["strawberry-definition"].origin.parts.values()
    )
