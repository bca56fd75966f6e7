"""Triggers of boards and of the people praised: a board stays the board it is, and nobody is added to praise once given."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements
from models.migrations._neighbours import together

IN_CLOSED = "EXISTS (SELECT 1 FROM period p WHERE p.id = {row}.period_id AND p.closed_at IS NOT NULL)"
STILL_TO_BE_NAMED = (
    "(SELECT COUNT(*) FROM commended other WHERE other.commendation_id = {row}.commendation_id) "
    "< (SELECT c.named FROM commendation c WHERE c.id = {row}.commendation_id)"
)

GUARDS = [
    Guard(
        table="board",
        says="a board stays that of its place and period, and of a closed period as it was published",
        kept=IN_CLOSED,
        born=f"NOT {IN_CLOSED}",
        keys=(("id",), ("area_id", "period_id", "audience")),
        columns=("id", "area_id", "period_id", "audience", "mode"),
        may_change=("mode",),
        provided=f"NOT {IN_CLOSED}".replace("{row}", "OLD"),
    ),
    Guard(
        table="commended",
        says="whom praise names is fixed once it is given",
        born=STILL_TO_BE_NAMED,
        keys=(("id",), ("commendation_id", "post_id")),
    ),
]


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements(GUARDS):
            await editor.client.execute_query(statement)
    else:
        for statement in postgres_statements(GUARDS):
            await editor.client.execute_script(statement)
    # Earlier versions published closer to the bottom: open periods are placed again.
    await editor.client.execute_query("UPDATE period SET moves = moves + 1 WHERE closed_at IS NULL")


class Migration(migrations.Migration):
    dependencies = [("models", "0011_unanswered")]
    operations = [
        ops.AddField(
            model_name="Commendation", name="named", field=fields.SmallIntField(default=0, db_default=0)
        ),
        ops.RunPython(forward),
    ]
    operations = together(operations)
