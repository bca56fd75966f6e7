"""What a column's value is made of what the driver returns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
from tortoise.fields import BooleanField, DateField, DatetimeField, Field, JSONField


def reader_for(column: Field[Any], dialect: str) -> Any:
    """What makes a Python value of what the driver returns, or None where the driver does so itself."""
    if isinstance(column, JSONField):
        return read_json
    if dialect != "sqlite" or column.field_type in (int, str):
        return None
    if isinstance(column, DatetimeField):
        return datetime.fromisoformat
    if isinstance(column, DateField):
        return date.fromisoformat
    return bool if isinstance(column, BooleanField) else column.to_python_value


def read_json(text: Any) -> Any:
    """What stands in a column as the text of JSON."""
    return orjson.loads(text) if isinstance(text, str | bytes) else text


def none_if_empty(value: Any) -> Any:
    return value or None


def field_at(record: Any, path: str) -> Field[Any]:
    """The column at the end of a path over relations to one row each."""
    *steps, name = path.split("__")
    for step in steps:
        record = record._meta.fields_map[step].related_model
    held: Field[Any] = record._meta.fields_map[record._meta.pk_attr if name == "pk" else name]
    return held
