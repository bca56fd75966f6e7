"""Lines of boards are numbered by who and where, as closed periods numbered theirs by points: nothing they say changes."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

SAID = '"board_id", "group_id", "unit_id", "person_id", "score_id", "rank", "band", "among", "tier", "shown"'
LAST = 'SELECT COALESCE(MAX("id"), 0) AS last FROM "board_placing"'
AGAIN = (
    f'INSERT INTO "board_placing" ({SAID}) SELECT {SAID} FROM "board_placing" '
    'ORDER BY "board_id", "unit_id", COALESCE("person_id", 0), "id"'
)
GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'board_placing'"


async def forward(apps: Any, editor: Any) -> None:
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        # The guards of closed boards step aside for these two statements, and stand again as they stood.
        _, guards = await client.execute_query(GUARDS)
        for one in guards:
            await client.execute_query(f"DROP TRIGGER {one['name']}")
        await _number_again(client)
        for one in guards:
            await client.execute_query(one["sql"])
    else:
        await client.execute_query("ALTER TABLE board_placing DISABLE TRIGGER USER")
        await _number_again(client)
        await client.execute_query("ALTER TABLE board_placing ENABLE TRIGGER USER")


async def _number_again(client: Any) -> None:
    _, rows = await client.execute_query(LAST)
    await client.execute_query(AGAIN)
    await client.execute_query(f'DELETE FROM "board_placing" WHERE "id" <= {int(rows[0]["last"])}')


class Migration(migrations.Migration):
    dependencies = [("models", "0040_old_pictures")]
    operations = [ops.RunPython(forward)]
