"""Whole bands alone are named: open boards are placed again, and closed ones, cut inside a band, name nobody any more."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

CLOSED = (
    "UPDATE board_placing SET tier = 'bottom' WHERE tier <> 'bottom' AND person_id IS NULL AND board_id IN "
    "(SELECT b.id FROM board b JOIN period p ON p.id = b.period_id WHERE p.closed_at IS NOT NULL)"
)
GUARD = "board_placing_no_update"


async def forward(apps: Any, editor: Any) -> None:
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        # The guard of closed boards steps aside for this one statement, and stands again as it stood.
        _, rows = await client.execute_query(f"SELECT sql FROM sqlite_master WHERE name = '{GUARD}'")
        await client.execute_query(f"DROP TRIGGER {GUARD}")
        await client.execute_query(CLOSED)
        await client.execute_query(rows[0]["sql"])
    else:
        await client.execute_query("ALTER TABLE board_placing DISABLE TRIGGER board_placing_guard")
        await client.execute_query(CLOSED)
        await client.execute_query("ALTER TABLE board_placing ENABLE TRIGGER board_placing_guard")
    await client.execute_query(
        "UPDATE period SET moves = moves + 1, moved_whole = moves + 1 WHERE closed_at IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0016_one_moment")]
    operations = [ops.RunPython(forward)]
