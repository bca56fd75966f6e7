"""Migrations of a town that is at work: a column that comes later has a value for the rows that are there."""

from __future__ import annotations

import importlib
import pkgutil

from tortoise.migrations.operations import AddField

from models import migrations


def test_a_column_added_later_may_be_empty_or_has_a_value_that_the_database_gives() -> None:
    bare = [
        f"{module.name}: {operation.model_name}.{operation.name}"
        for module in pkgutil.iter_modules(migrations.__path__)
        if not module.name.startswith("_")
        for operation in importlib.import_module(f"models.migrations.{module.name}").Migration.operations
        if isinstance(operation, AddField)
        and not operation.field.null
        and not operation.field.has_db_default()
    ]
    assert bare == []
