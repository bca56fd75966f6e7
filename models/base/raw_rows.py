"""Rows by the thousand, as the driver gives them: whole numbers and texts need no conversion, which costs more than the query."""

from __future__ import annotations

from typing import Any

from tortoise.queryset import ValuesListQuery

from models.base.statement_cache import fetched


async def plain(rows: ValuesListQuery[Any]) -> list[tuple[Any, ...]]:
    """What the query would give column by column, but for dates, fractions and the like, which it must not ask for."""
    return [tuple(row) for row in await fetched(rows)]
