"""The shape of a query: everything its text depends on, apart from the values that are only bound to it.

Two queries of one shape are one statement with other values. Tortoise says none of this itself, so its private members are
read here and in `statement_cache`, and nowhere else; each has a test, and what an upgrade adds to a query counts as shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import date, datetime
from functools import cache
from typing import Any

from tortoise.expressions import Case, F, Q, RawSQL, Subquery, When
from tortoise.models import Model
from tortoise.queryset import CountQuery

from models.base.areas import Below, Listed
from models.base.long_lists import is_long

LONGEST_PADDED = 256
"""Values of a list that is repeated up to a power of two, so that few shapes serve lists of any length."""
LIFTED = frozenset({int, str, datetime, date})
"""Kinds of values that are only bound, and never a part of the text."""
LISTS = frozenset({list, tuple, set, frozenset})
LITERALS = frozenset({int, str, bool, type(None)})
INSIDE = (Subquery, Listed)
MEMBERSHIP = ("__in", "__not_in")
AMOUNTS = ("_limit", "_offset")
FUNCTION = ("field", "default_values", "distinct", "filter")
PARTS = {
    F: ("name",),
    RawSQL: ("sql",),
    Case: ("args", "default"),
    When: ("args", "then", "negate", "kwargs"),
}
"""What the text of an expression depends on, by its kind."""
NEUTRAL = frozenset(
    {
        "model",
        "query",
        "fields",
        "_annotations",
        "_q_objects",
        "_custom_filters",
        "_joined_tables",
        "_db",
        "_capabilities",
        "_prefetch_map",
        "_prefetch_queries",
        "_single",
        "_raise_does_not_exist",
        "_filter_kwargs",
        "_select_related_idx",
        "_flat",
        "_fields_to_select_sql",
        "_limit",
        "_offset",
        "seen_by",
    }
)
"""Of all that a query holds, what is told apart, follows from the rest, or does not reach its text: an upgrade's news is none."""


class Unknown(Exception):
    """A part of a query whose shape we do not understand."""


@cache
def _told_by(kind: Any) -> tuple[str, ...]:
    """The members of a query that its text depends on, whichever there are."""
    slots = [name for base in kind.__mro__ for name in getattr(base, "__slots__", ())]
    return tuple(name for name in dict.fromkeys(slots) if name not in NEUTRAL)


def shape_of(query: Any, values: list[Any]) -> tuple[Any, ...]:
    """Everything about a query that its text depends on; the values that only get bound go to `values`."""
    kind: Any = type(query)
    return (
        kind,
        query.model,
        *[_amount(query, name, values) for name in AMOUNTS],
        *[_frozen(getattr(query, name)) for name in _told_by(kind)],
        *[(name, _expression(one, values)) for name, one in query._annotations.items()],
        *[_condition(q, values) for q in query._q_objects],
    )


def _amount(query: Any, name: str, values: list[Any]) -> Any:
    """A limit or an offset is only bound where there is one; what counts looks at neither in its text."""
    amount = getattr(query, name, None)
    if not amount or isinstance(query, CountQuery):
        return None if isinstance(query, CountQuery) else amount
    values.append(amount)
    return int


def _frozen(held: Any) -> Any:
    kind = type(held)
    if kind is list:
        return tuple(held)
    if kind is dict:
        return tuple(held.items())
    return frozenset(held) if kind is set else held


def _condition(q: Q, values: list[Any]) -> tuple[Any, ...]:
    told = [(name, _value(name, value, values)) for name, value in q.filters.items()]
    return (q.join_type, q._is_negated, *told, *[_condition(child, values) for child in q.children])


def _value(name: str, value: Any, values: list[Any]) -> Any:
    if type(value) in LISTS:
        return tuple([_value(name, one, values) for one in _padded(name, value)])
    if _is_lifted(name, value):
        values.append(value.pk if isinstance(value, Model) else value)
        return type(values[-1])
    return _expression(value, values)


def _is_lifted(name: str, value: Any) -> bool:
    """Whether a value is only bound; a star never is, and whether something is null stands in the text.

    What a column would make something else of is left to it: a moment without its zone.
    """
    if type(value) is datetime and value.tzinfo is None:
        raise Unknown
    return isinstance(value, Model) or (
        type(value) in LIFTED and value != "*" and not name.endswith("isnull")
    )


def _padded(name: str, listed: Any) -> list[Any]:
    """The values of a list, the last of them repeated up to a power of two where this changes nothing."""
    found = list(listed)
    if is_long(found):
        raise Unknown
    if not found or len(found) > LONGEST_PADDED or not name.endswith(MEMBERSHIP):
        return found
    return found + found[-1:] * ((1 << (len(found) - 1).bit_length()) - len(found))


def _expression(one: Any, values: list[Any]) -> Any:
    """The shape of what is no plain value: a query inside the query, a function, a case, a column."""
    kind: Any = type(one)
    if kind in INSIDE:
        return kind, shape_of(one.query, values)
    if isinstance(one, Q):
        return Q, _condition(one, values)
    if kind is Below:
        values.extend(one.bound)
        return Below, len(one.bound)
    if kind in LITERALS:
        return kind, one
    if kind is tuple:
        return tuple(_expression(part, values) for part in one)
    if kind is dict:
        return tuple((name, _expression(part, values)) for name, part in one.items())
    return kind, *[_expression(getattr(one, part, None), values) for part in _parts(kind)]


@cache
def _parts(kind: Any) -> tuple[str, ...]:
    if kind in PARTS:
        return PARTS[kind]
    if kind.__module__ == "tortoise.functions":
        return FUNCTION
    raise Unknown


# The same walk once more and in the same order, for putting other values where the first one found some.


def with_values(query: Any, values: Iterator[Any]) -> Any:
    other = copy(query)
    for name in AMOUNTS:
        if getattr(query, name, None) and not isinstance(query, CountQuery):
            setattr(other, name, next(values))
    other._joined_tables = []  # some kinds of query add to those of an earlier writing
    other._annotations = {name: _expression_with(one, values) for name, one in query._annotations.items()}
    other._q_objects = [_condition_with(q, values) for q in query._q_objects]
    return other


def _condition_with(q: Q, values: Iterator[Any]) -> Q:
    other = Q(join_type=q.join_type)
    other._is_negated = q._is_negated
    other.filters = {name: _value_with(name, value, values) for name, value in q.filters.items()}
    other.children = tuple(_condition_with(child, values) for child in q.children)
    return other


def _value_with(name: str, value: Any, values: Iterator[Any]) -> Any:
    if type(value) in LISTS:
        return [_value_with(name, one, values) for one in _padded(name, value)]
    return next(values) if _is_lifted(name, value) else _expression_with(value, values)


def _expression_with(one: Any, values: Iterator[Any]) -> Any:
    kind: Any = type(one)
    if kind in INSIDE:
        return kind(with_values(one.query, values))
    if isinstance(one, Q):
        return _condition_with(one, values)
    if kind is Below:
        return Below(tuple(next(values) for _ in one.bound))
    if kind in LITERALS:
        return one
    if kind is tuple:
        return tuple(_expression_with(part, values) for part in one)
    if kind is dict:
        return {name: _expression_with(part, values) for name, part in one.items()}
    other = copy(one)
    for part in _parts(kind):
        if hasattr(one, part):
            setattr(other, part, _expression_with(getattr(one, part), values))
    return other
