"""Rows by the thousand, as the driver gives them: whole numbers and texts need no conversion, which costs more than the query."""

from __future__ import annotations

from typing import Any

from tortoise.queryset import ValuesListQuery


async def plain(rows: ValuesListQuery[Any]) -> list[tuple[Any, ...]]:
    """What the query would give column by column, but for dates, fractions and the like, which it must not ask for."""
    rows._choose_db_if_not_chosen()
    rows._make_query()
    found = await rows._db.execute_query(*rows.query.get_parameterized_sql())
    return [tuple(row) for row in found[1]]
