"""A task approved with one load and signed for another goes back to who approves it."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base.guards import Moves, moves_on_postgres, moves_on_sqlite

TASK = Moves(
    table="task",
    born=("draft",),
    moves={
        "draft": ("submitted", "approved", "dispatched", "withdrawn"),
        "submitted": ("draft", "approved", "withdrawn"),
        "approved": ("draft", "submitted", "dispatched", "withdrawn"),
        "dispatched": ("closed", "withdrawn"),
    },
)


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in moves_on_sqlite(TASK):
            await editor.client.execute_query(statement)
        return
    for statement in moves_on_postgres(TASK):
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0021_bases")]
    operations = [ops.RunPython(forward)]
