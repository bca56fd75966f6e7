"""Putting concepts together into one schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition, wrap_parser
from strawberry.tools import merge_types

from models.base.days import moment_of
from schema.base.completion import Completion

MOMENT = replace(
    DateTimeDefinition,
    description="Date with time (isoformat); without an offset it is by the town's clock (UTC+8).",
    parse_value=wrap_parser(moment_of, "DateTime", include_error=False),
)
DAY = replace(DateDefinition, parse_value=wrap_parser(date.fromisoformat, "Date", include_error=False))
SCALARS: dict[object, Any] = {datetime: MOMENT, date: DAY}
"""Those that tell callers what they could not read, but not in the words of the machinery."""


def _held(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name)


def built(
    queries: Sequence[type], mutations: Sequence[type] = (), types: Sequence[type] = ()
) -> strawberry.Schema:
    """One schema from the queries and mutations of every concept."""
    return strawberry.Schema(
        query=merge_types("Query", tuple(queries)),
        mutation=merge_types("Mutation", tuple(mutations)) if mutations else None,
        types=types,
        config=StrawberryConfig(default_resolver=_held, scalar_map=SCALARS),
        execution_context_class=Completion,
    )


def core(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema below Strawberry's, which the door executes."""
    return schema._schema
