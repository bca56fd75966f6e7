"""Putting concepts together into one schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.base_scalars import (
    DateDefinition,
    DateTimeDefinition,
)
from strawberry.tools import merge_types

from models.base.days import day_written, moment_written
from models.base.refusals import Unreadable
from schema.base.completion import Completion
from schema.base.enums import let_unknown_words_be
from schema.base.errors import BadInput
from schema.base.numbers import FRACTION, PERIOD_KEY, YUAN, Fraction, PeriodKey, Yuan
from schema.base.wording import put_into_words


def _read_by(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """What pages read so, programs say so; what is out of reach is refused by the command, by its name."""

    def parsed(value: Any) -> Any:
        if not isinstance(value, str):
            raise BadInput("请用文字写日期和时间，例如 2026-03-05。")
        try:
            return read(value)
        except Unreadable as wrong:
            raise BadInput(wrong.reason) from None

    return parsed


def instant(at: datetime) -> str:
    """As programs read it, whatever the zone it was kept in."""
    text = at.isoformat(timespec="milliseconds")
    if not text.endswith("+00:00"):
        text = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"{text[:-6]}Z"


SCALARS: dict[object, Any] = {
    date: replace(
        DateDefinition,
        description="A calendar day in Asia/Shanghai, such as 2026-11-30. Fields named …On, …By and …Until.",
        parse_value=_read_by(day_written),
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
    ),
    datetime: replace(
        DateTimeDefinition,
        description="An instant, RFC 3339: always told in UTC with Z and milliseconds, such as 2026-11-30T07:05:22.390Z. "
        "Said without an offset it is by the town's clock (UTC+8). Fields named …At.",
        serialize=instant,
        parse_value=_read_by(moment_written),
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
    ),
    Fraction: FRACTION,
    Yuan: YUAN,
    PeriodKey: PERIOD_KEY,
}


def _held(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name)


def built(
    queries: Sequence[type], mutations: Sequence[type] = (), types: Sequence[type] = ()
) -> strawberry.Schema:
    """One schema from the queries and mutations of every concept."""
    made = strawberry.Schema(
        query=merge_types("Query", tuple(queries)),
        mutation=merge_types("Mutation", tuple(mutations)) if mutations else None,
        types=types,
        config=StrawberryConfig(default_resolver=_held, scalar_map=SCALARS),
        execution_context_class=Completion,
    )
    put_into_words(core(made))
    let_unknown_words_be(core(made))
    return made


def core(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema below Strawberry's, which the door executes."""
    return schema._schema
