"""Columns that go from where they stand.

Tortoise makes the whole table anew on SQLite to take a column out of it. While other rows lead to that table, its old one
cannot go, and with it would go its triggers.
"""

from __future__ import annotations

from typing import Any

from tortoise.migrations.operations import RemoveField


class DropColumn(RemoveField):
    """Take a column out of its table, which stays what it is."""

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None
    ) -> None:
        if state_editor is None:
            return
        record = old_state.apps.get_model(f"{app_label}.{self.model_name}")
        field = record._meta.fields_map[self.name]
        column = field.source_field or self.name
        await state_editor.client.execute_query(
            f'ALTER TABLE "{record._meta.db_table}" DROP COLUMN "{column}"'
        )
