"""Execution with our own readings in it: those are fetched by a plan and laid out by its compiled function.

Where the function meets a surprise, graphql-core completes the same rows again, which `taken` counts.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLList,
    GraphQLNonNull,
)
from graphql.pyutils import is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from tortoise import Tortoise

from schema.base.compile import Compiler
from schema.base.fallback import values_of
from schema.base.fetch import Assorted, Fetcher, Plan, Reading, some
from schema.base.gather import Gathering
from schema.base.nodes import name_shown
from schema.base.plan import Selector, element, nullable

log = logging.getLogger("xingcun.graphql")
taken: Counter[str] = Counter()
"""How often rows took the compiled path ("compiled") or were completed again ("again")."""
PLANS_OF_ONE_OPERATION = 64


class Completion(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's execution, but for readings: those are fetched and completed by a compiled plan."""

    def __init__(self, *args: Any, prepared: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared = prepared
        self.own_plans: dict[Any, Plan] = {}
        self.gatherings: dict[int, Gathering] = {}

    def complete_value(
        self, return_type: Any, details: Any, info: Any, path: Any, result: Any, position: Any
    ) -> Any:
        if isinstance(result, Reading):
            return self.complete_reading(return_type, details, info, path, result, position)
        if isinstance(result, Assorted):
            return self.complete_assorted(return_type, details, info, path, result, position)
        return super().complete_value(return_type, details, info, path, result, position)

    async def complete_reading(
        self, return_type: Any, details: Any, info: Any, path: Any, reading: Reading, position: Any
    ) -> Any:
        type_ = self.concrete(return_type, reading)
        plan = self.plan(type_, details, reading)
        rows, found = await self.fetched(plan, reading)
        if rows is not None:
            try:
                completed = plan.complete(rows, found)
            except Exception as surprise:
                log.debug("completed again at %s", path, exc_info=surprise)
            else:
                taken["compiled"] += 1
                return completed
        taken["again"] += rows is not None
        return await self.completed_again(type_, details, info, path, position, plan, rows, found)

    async def complete_assorted(
        self, return_type: Any, details: Any, info: Any, path: Any, asked: Assorted, position: Any
    ) -> Any:
        """Rows of many types, those of each by its own plan, laid out in the order asked for."""
        gathered = []
        for reading in asked.readings():
            name = name_shown(reading.record, self.schema.type_map)
            type_: Any = GraphQLList(GraphQLNonNull(self.schema.get_type(name)))
            plan = self.plan(type_, details, reading)
            gathered.append((reading.record, plan, *await self.fetched(plan, reading)))
        try:
            laid_out = {
                (record, row[0]): value
                for record, plan, rows, found in gathered
                for row, value in zip(rows, plan.complete(rows, found), strict=True)
            }
            completed = [laid_out.get(one) if one is not None else None for one in asked.named]
        except Exception as surprise:
            log.debug("completed again at %s", path, exc_info=surprise)
        else:
            taken["compiled"] += 1
            return completed
        taken["again"] += 1
        values = {
            (record, row[0]): value
            for record, plan, rows, found in gathered
            for row, value in zip(rows, values_of(plan, rows, found), strict=True)
        }
        again = [values.get(one) if one is not None else None for one in asked.named]
        told = super().complete_value(return_type, details, info, path, again, position)
        return await told if is_awaitable(told) else told

    async def fetched(self, plan: Plan, reading: Reading) -> tuple[Any, list[Any]]:
        if not reading.beside:
            found: list[Any] = [{}] * plan.slots
            fetcher = Fetcher(self.context_value.viewer, self.schema, self.variable_values, found)
            return await fetcher.rows(plan, reading), found
        if id(plan) not in self.gatherings:
            self.gatherings[id(plan)] = Gathering(lambda pks: self.fetched(plan, some(reading.record, pks)))
        return await self.gatherings[id(plan)].row(reading.pks[0])

    async def completed_again(
        self, type_: Any, details: Any, info: Any, path: Any, position: Any, plan: Plan, rows: Any, found: Any
    ) -> Any:
        """The same rows, completed by graphql-core."""
        value = values_of(plan, rows, found)
        completed = super().complete_value(type_, details, info, path, value, position)
        return await completed if is_awaitable(completed) else completed

    def concrete(self, type_: Any, reading: Reading) -> Any:
        """The type with an interface or union replaced by the type of what is read."""
        if isinstance(type_, GraphQLNonNull):
            return GraphQLNonNull(self.concrete(type_.of_type, reading))
        if isinstance(type_, GraphQLAbstractType):
            return self.schema.get_type(name_shown(reading.record, self.schema.type_map))
        return type_

    def plan(self, type_: Any, details: Any, reading: Reading) -> Plan:
        """The plan of a selection, made once per operation and choice of @include and @skip."""
        plans: dict[Any, Plan] = self.own_plans if self.prepared is None else self.prepared.plans
        variables = self.variable_values.coerced
        switches = () if self.prepared is None else self.prepared.switches
        dialect = Tortoise.get_connection("default").capabilities.dialect
        nodes = tuple(id(d.node) for d in details)
        order = reading.window and reading.window.order
        key = (dialect, str(type_), order, nodes, *(str(variables.get(name)) for name in switches))
        if key not in plans:
            if len(plans) >= PLANS_OF_ONE_OPERATION:
                plans.clear()
            plans[key] = self.planned(nullable(type_), details, reading, dialect)
        return plans[key]

    def planned(self, type_: Any, details: Any, reading: Reading, dialect: str) -> Plan:
        selector, page = Selector(self, dialect), None
        if reading.window is not None:
            page, source = selector.page(type_, details, reading.window.order)
        else:
            source = selector.source(element(type_), details)
        complete = Compiler().compiled(source, page, isinstance(type_, GraphQLList))
        return Plan(source, page, selector.slots, complete)
