"""An answered request for more time to build a step is not rewritten, whatever the statement."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements

SAYS = "an answered request for more time stays as it is"
GUARDS = [Guard(table="step_extension", says=SAYS, frozen="{row}.state <> 'asked'", kept="TRUE")]


async def forward(apps: Any, editor: Any) -> None:
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        for part in ("no_delete", "no_replace", "no_update"):
            await client.execute_query(f"DROP TRIGGER IF EXISTS step_extension_{part}")
        for statement in sqlite_statements(GUARDS):
            await client.execute_query(statement)
        return
    await client.execute_query("DROP FUNCTION IF EXISTS step_extension_guard() CASCADE")
    for statement in postgres_statements(GUARDS):
        await client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0032_facts_until")]

    initial = False

    operations = [ops.RunPython(forward)]
