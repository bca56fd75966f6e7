"""A village may take back what nobody has decided on: reports are marked, and three records learn the moves."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.base.guards import Moves, moves_on_postgres, moves_on_sqlite
from models.migrations._neighbours import together

MOVES = [
    Moves(
        table="assignment",
        born=("dispatched",),
        moves={
            "dispatched": ("received", "reported", "objected", "suspended", "withdrawn"),
            "received": ("reported", "objected", "suspended", "withdrawn"),
            "reported": ("received", "returned", "accepted", "withdrawn"),
            "returned": ("reported", "objected", "suspended", "withdrawn"),
            "objected": ("dispatched", "received", "returned", "withdrawn"),
            "suspended": ("dispatched", "received", "returned", "withdrawn"),
        },
    ),
    Moves(
        table="extension",
        born=("asked",),
        moves={"asked": ("granted", "refused", "lapsed", "taken_back")},
    ),
    Moves(
        table="objection",
        born=("open",),
        moves={
            "open": ("upheld", "refused", "lapsed", "taken_back"),
            "refused": ("appealed",),
            "appealed": ("appeal_upheld", "appeal_refused", "lapsed", "refused"),
        },
    ),
]


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in (one for of in MOVES for one in moves_on_sqlite(of)):
            await editor.client.execute_query(statement)
        return
    for statement in (one for of in MOVES for one in moves_on_postgres(of)):
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0025_task_versions")]

    initial = False

    operations = [
        ops.AddField(model_name="Report", name="taken_back_at", field=fields.DatetimeField(null=True)),
        ops.RunPython(forward),
    ]
    operations = together(operations)
