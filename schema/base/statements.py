"""SQL text, made once per selection and shape of filter, and then only bound to new values."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from tortoise import Tortoise
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

REMEMBERED, LONGEST_LITERAL = 2_000, 100
"""How many statements, and up to which length what somebody looks for is a part of one."""
LIFTED_OPERATORS = frozenset({"in", "gt", "gte", "lt", "lte"})
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Ranked:
    """At most `limit` rows for each value of one column, counted in the order of the statement."""

    column: int
    order: tuple[tuple[int, str], ...]
    limit: int

    def around(self, sql: str) -> str:
        order = ", ".join(f'q."{position}" {direction}' for position, direction in self.order)
        rank = f'ROW_NUMBER() OVER (PARTITION BY q."{self.column}" ORDER BY {order}) AS "rank"'
        return f'SELECT * FROM (SELECT q.*, {rank} FROM ({sql}) q) r WHERE "rank" <= {self.limit} ORDER BY "rank"'  # noqa: S608


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows there are, by the value of one column or (None) in all."""

    column: int | None = None

    def around(self, sql: str) -> str:
        if self.column is None:
            return f"SELECT COUNT(*) FROM ({sql}) q"  # noqa: S608
        return f'SELECT q."{self.column}", COUNT(*) FROM ({sql}) q GROUP BY q."{self.column}"'  # noqa: S608


Frame = Ranked | Counted


class _Unknown(Exception):
    """A part of a query whose shape we do not understand: the SQL is then made afresh."""


_known: OrderedDict[Any, tuple[str, tuple[tuple[bool, Any], ...]] | None] = OrderedDict()


async def run(rows: Rows, columns: tuple[str, ...], frame: Frame | None = None) -> list[Any]:
    """The rows of a query as plain tuples of these columns, straight from the driver."""
    connection = Tortoise.get_connection("default")
    sql, values = statement(connection.capabilities.dialect, rows, columns, frame)
    return list((await connection.execute_query(sql, values))[1])


def statement(
    dialect: str, rows: Rows, columns: tuple[str, ...], frame: Frame | None = None
) -> tuple[str, list[Any]]:
    values: list[Any] = []
    try:
        key = (dialect, columns, frame, _shape(rows, values))
        known = _known[key] if key in _known else _learn(key, rows, columns, frame, values)
    except (_Unknown, TypeError):
        known = None
    if known is None:
        return _written(rows, columns, frame)
    sql, slots = known
    return sql, [values[what] if lifted else what for lifted, what in slots]


def _written(rows: Rows, columns: tuple[str, ...], frame: Frame | None) -> tuple[str, list[Any]]:
    query = rows.values_list(*columns)
    query._choose_db_if_not_chosen()
    query._make_query()
    sql, values = query.query.get_parameterized_sql()
    return (frame.around(sql) if frame else sql), values


def _learn(key: Any, rows: Rows, columns: tuple[str, ...], frame: Frame | None, values: list[Any]) -> Any:
    """Find which value goes to which place, by writing the query again with marked values."""
    sql, bound = _written(rows, columns, frame)
    marks = [_mark(value, number) for number, value in enumerate(values)]
    try:
        marked_sql, marked = _written(_with_values(rows, iter(marks)), columns, frame)
        places = {mark: number for number, mark in enumerate(marks)}
        slots = tuple(
            (True, places[m]) if type(m) in (int, str) and m in places else (False, b)
            for m, b in zip(marked, bound, strict=True)
        )
        again = [values[what] if lifted else what for lifted, what in slots]
        known = (sql, slots) if (marked_sql, again) == (sql, bound) else None
    except Exception:
        # A marked value that a column refuses only means that this query is written afresh each time.
        known = None
    _known[key] = known
    if len(_known) > REMEMBERED:
        _known.popitem(last=False)
    return known


def _mark(value: Any, number: int) -> Any:
    return 1_900_000_000 + number if type(value) is int else f"\ue000{number}"


def _shape(rows: Any, values: list[Any]) -> tuple[Any, ...]:
    """Everything about a query that its SQL depends on; the values that only get bound go to `values`."""
    if rows._annotations or rows._custom_filters or getattr(rows, "_group_bys", ()):
        raise _Unknown
    return (
        rows.model,
        _asked(rows),
        tuple(rows._orderings),
        rows._limit,
        rows._offset,
        rows._distinct,
        tuple(_shape_of_q(q, values) for q in rows._q_objects),
    )


def _asked(rows: Any) -> tuple[Any, ...]:
    """The columns a query inside a query asks for."""
    named = getattr(rows, "_fields_for_select", ()) or getattr(rows, "fields", ())
    return tuple(named.items()) if isinstance(named, dict) else tuple(named)


def _shape_of_q(q: Q, values: list[Any]) -> tuple[Any, ...]:
    filters = tuple((name, _shape_of_value(name, value, values)) for name, value in q.filters.items())
    return q.join_type, q._is_negated, filters, tuple(_shape_of_q(child, values) for child in q.children)


def _shape_of_value(name: str, value: Any, values: list[Any]) -> Any:
    if isinstance(value, Subquery):
        return "subquery", _shape(value.query, values)
    if isinstance(value, list | tuple):
        return "list", tuple(_shape_of_value(name, part, values) for part in value)
    if _liftable(name, value):
        values.append(value)
        return type(value)
    if isinstance(value, str) and len(value) > LONGEST_LITERAL:
        raise _Unknown
    return "literal", type(value), value


def _liftable(name: str, value: Any) -> bool:
    operator = name.rpartition("__")[2]
    bound_as_is = operator in LIFTED_OPERATORS or operator not in _OTHER_OPERATORS
    return type(value) in (int, str) and bound_as_is


_OTHER_OPERATORS = frozenset(
    [
        "not",
        "not_in",
        "range",
        "isnull",
        "not_isnull",
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
        "iexact",
        "search",
        "year",
        "quarter",
        "month",
        "week",
        "day",
        "hour",
        "minute",
        "second",
        "microsecond",
        "date",
        "filter",
        "contained_by",
    ]
)


def _with_values(rows: Any, values: Iterator[Any]) -> Any:
    """The same query with other values in the places that `_shape` lifted, in the same order."""
    other = copy(rows)
    other._q_objects = [_q_with_values(q, values) for q in rows._q_objects]
    return other


def _q_with_values(q: Q, values: Iterator[Any]) -> Q:
    other = Q(join_type=q.join_type)
    other._is_negated = q._is_negated
    other.filters = {name: _other_value(name, value, values) for name, value in q.filters.items()}
    other.children = tuple(_q_with_values(child, values) for child in q.children)
    return other


def _other_value(name: str, value: Any, values: Iterator[Any]) -> Any:
    if isinstance(value, Subquery):
        return Subquery(_with_values(value.query, values))
    if isinstance(value, list | tuple):
        return type(value)([_other_value(name, part, values) for part in value])
    return next(values) if _liftable(name, value) else value
