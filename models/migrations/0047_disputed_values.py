"""A value has a state: disputed it answers nowhere, and when that began and ended stays written."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.base.guards import (
    Guard,
    Moves,
    moves_on_postgres,
    moves_on_sqlite,
    postgres_statements,
    sqlite_statements,
)
from models.migrations._columns import DropColumn

MOVING = ("state", "dispute", "disputed_at", "disputed_by_id", "settlement", "settled_at")
STAYING = (
    *("id", "element_id", "unit_id", "value", "number", "as_of", "period", "at", "task_id", "report_id"),
    *("by_id", "on_behalf_of_id", "origin", "reason"),
)
GUARDS = [
    Guard(
        table="data_value",
        says="what was reported stays as it was reported",
        keys=(("id",),),
        born="({row}.by_id IS NOT NULL AND {row}.at IS NOT NULL AND ({row}.origin <> 'report' OR "
        "{row}.report_id IS NOT NULL AND {row}.task_id IS NOT NULL))",
        stays="((NEW.state <> 'stands') = (NEW.disputed_at IS NOT NULL) "
        "AND (NEW.state IN ('upheld', 'dismissed')) = (NEW.settled_at IS NOT NULL) "
        "AND (OLD.disputed_at IS NULL OR NEW.disputed_at = OLD.disputed_at) "
        "AND (OLD.settled_at IS NULL OR NEW.settled_at = OLD.settled_at))",
        columns=(*STAYING, *MOVING),
        may_change=MOVING,
        provided="TRUE",
    )
]
MOVES = Moves(
    table="data_value",
    born=("stands",),
    moves={"stands": ("disputed",), "disputed": ("dismissed", "upheld")},
)
OPEN_ONES = "UPDATE data_value SET state = 'disputed' WHERE disputed_at IS NOT NULL"


async def unguarded(apps: Any, editor: Any) -> None:
    """The guards name a column that goes."""
    if editor.client.capabilities.dialect == "sqlite":
        for part in ("no_delete", "no_replace", "no_update"):
            await editor.client.execute_query(f"DROP TRIGGER IF EXISTS data_value_{part}")
        return
    await editor.client.execute_query("DROP FUNCTION IF EXISTS data_value_guard() CASCADE")


async def guarded(apps: Any, editor: Any) -> None:
    client = editor.client
    await client.execute_query(OPEN_ONES)
    if client.capabilities.dialect == "sqlite":
        for statement in [*sqlite_statements(GUARDS), *moves_on_sqlite(MOVES)]:
            await client.execute_query(statement)
        return
    for statement in [*postgres_statements(GUARDS), *moves_on_postgres(MOVES)]:
        await client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0046_reports_and_reveals")]

    initial = False

    operations = [
        ops.RunPython(unguarded),
        DropColumn(model_name="DataValue", name="settled"),
        ops.AddField(
            "DataValue", "state", fields.CharField(max_length=10, default="stands", db_default="stands")
        ),
        ops.AddField("DataValue", "settled_at", fields.DatetimeField(null=True)),
        ops.AddField(
            "DataValue",
            "disputed_by",
            fields.ForeignKeyField(
                "models.Post",
                source_field="disputed_by_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="values_disputed",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RunPython(guarded),
    ]
