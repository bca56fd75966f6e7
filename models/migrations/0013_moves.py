"""What has moved in a period is marked by the number of the change; periods that are open are first worked out whole."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from models.migrations._neighbours import together


async def count_all_as_moved(apps: Any, editor: Any) -> None:
    """What moved before was marked nowhere."""
    await editor.client.execute_query(
        "UPDATE period SET moves = moves + 1, moved_whole = moves + 1 WHERE closed_at IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0012_board_guards")]
    operations = [
        ops.AddField(
            model_name="Period", name="moved_whole", field=fields.BigIntField(default=0, db_default=0)
        ),
        ops.AddField(
            model_name="PersonScore", name="moved", field=fields.BigIntField(default=0, db_default=0)
        ),
        ops.AddField(
            model_name="VillageIndex", name="moved", field=fields.BigIntField(default=0, db_default=0)
        ),
        ops.RunPython(count_all_as_moved),
    ]
    operations = together(operations)
