"""Pages of a list by keyset: page 10,000 costs what page 1 costs.

shown = await paged(request, Task.visible_to(viewer), by=("-due_on", "-id"))
return page(request, "tasks/list.html", shown=shown)          # shown.rows, {{ l.pager(shown) }}
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.records import Record

Row = TypeVar("Row", bound=Record)
SIZE = 30


@dataclass(frozen=True)
class Shown(Generic[Row]):
    """One page of rows, with the address of the next page and of the first one, where there are such."""

    rows: list[Row]
    next: str
    first: str


async def paged(
    request: Request, rows: QuerySet[Row], *, by: Sequence[str] = ("-id",), size: int = SIZE
) -> Shown[Row]:
    """The page that ?after= asks for, ordered by columns that are never null; the last must be unique."""
    after = _read(request.query_params.get("after", ""), rows.model, by)
    if after is not None:
        rows = rows.filter(_beyond(by, after))
    found = await rows.order_by(*by).limit(size + 1)
    more = len(found) > size
    return Shown(
        found[:size],
        _address(request, _cursor(found[size - 1], by)) if more else "",
        _address(request, "") if after is not None else "",
    )


def _beyond(by: Sequence[str], after: Sequence[Any]) -> Q:
    """Rows behind the given one in this order."""
    steps = []
    for place, column in enumerate(by):
        before = {name.lstrip("-"): value for name, value in zip(by[:place], after, strict=False)}
        side = "lt" if column.startswith("-") else "gt"
        steps.append(Q(**before, **{f"{column.lstrip('-')}__{side}": after[place]}))
    return Q(*steps, join_type="OR")


def _cursor(row: Record, by: Sequence[str]) -> str:
    values = [getattr(row, column.lstrip("-")) for column in by]
    told = [value.isoformat() if isinstance(value, date) else value for value in values]
    return urlsafe_b64encode(json.dumps(told, default=str).encode()).decode().rstrip("=")


def _read(cursor: str, model: type[Record], by: Sequence[str]) -> list[Any] | None:
    """The values in a cursor; one that makes no sense is the first page."""
    try:
        told = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        columns = [model._meta.fields_map[column.lstrip("-")] for column in by]
        if len(told) != len(columns) or None in told:
            return None
        return [column.to_python_value(value) for column, value in zip(columns, told, strict=True)]
    except (Error, ValueError, TypeError, ArithmeticError):
        return None


def _address(request: Request, after: str) -> str:
    query = request.url.remove_query_params("after")
    url = query.include_query_params(after=after) if after else query
    return url.path + (f"?{url.query}" if url.query else "")
