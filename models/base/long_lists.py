"""Lists in conditions, however long: beyond so many values one parameter holds them all.

Every `…__in=` of the product comes here, whoever wrote it: databases take some 32,000 parameters and no more, and a list
that grows with the deployment would stop one day at a province's size.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pypika_tortoise.context import SqlContext
from pypika_tortoise.enums import Equality
from pypika_tortoise.terms import BasicCriterion, ContainsCriterion, Criterion, Function, Term, ValueWrapper
from tortoise.filters import is_in, not_in

from models.base.areas import Below, Listed

LONG = 500
"""Values; below, the planner is told how many there are."""
Condition = Callable[[Term, Any], Criterion]


def is_long(values: Any) -> bool:
    """Whether it is a list that one parameter should hold: whole numbers or words, as keys are."""
    if not isinstance(values, list | tuple | set) or len(values) <= LONG:
        return False
    kinds = {type(one) for one in values}
    return kinds in ({int}, {str})


def on_postgres() -> dict[Condition, Condition]:
    """The conditions as arrays."""

    def within(field: Term, values: Any) -> Criterion:
        if isinstance(values, Below | Listed):
            return BasicCriterion(Equality.eq, field, values)
        if not is_long(values):
            return is_in(field, values)
        return BasicCriterion(Equality.eq, field, Function("ANY", ValueWrapper(list(values))))

    def without(field: Term, values: Any) -> Criterion:
        if not is_long(values):
            return not_in(field, values)
        return (
            BasicCriterion(Equality.ne, field, Function("ALL", ValueWrapper(list(values)))) | field.isnull()
        )

    return {is_in: within, not_in: without}


def on_sqlite() -> dict[Condition, Condition]:
    """The conditions as JSON, which SQLite reads as a table."""

    def within(field: Term, values: Any) -> Criterion:
        if isinstance(values, Below):
            return ContainsCriterion(field, values)
        return ContainsCriterion(field, _Each(values)) if is_long(values) else is_in(field, values)

    def without(field: Term, values: Any) -> Criterion:
        if not is_long(values):
            return not_in(field, values)
        return ContainsCriterion(field, _Each(values)).negate() | field.isnull()

    return {is_in: within, not_in: without}


class _Each(Term):
    """Each of these values as a row."""

    def __init__(self, values: Any) -> None:
        super().__init__()
        self.values = ValueWrapper(json.dumps(list(values), ensure_ascii=False))

    def get_sql(self, ctx: SqlContext) -> str:
        return f"(SELECT value FROM json_each({self.values.get_sql(ctx)}))"  # noqa: S608 - one parameter
