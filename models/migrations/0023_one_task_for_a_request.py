"""A request is answered by one task: its number stands in the link until the task is withdrawn, and is unique."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.base.guards import (
    Guard,
    Moves,
    moves_on_postgres,
    moves_on_sqlite,
    postgres_statements,
    sqlite_statements,
)
from models.migrations._neighbours import together

FIRST_ROUND = (
    "EXISTS (SELECT 1 FROM task_source f JOIN task r ON r.id = f.task_id WHERE r.id = t.series_id "
    "AND f.request_id = {row}.request_id AND r.state <> 'withdrawn')"
)
GUARDS = [
    Guard(
        table="task",
        says="a task needs an admitted screening",
        frozen="FALSE",
        kept="TRUE",
        keys=(("id",), ("code",)),
        born="{row}.state = 'draft'",
        stays="NEW.id = OLD.id AND NEW.matter_id = OLD.matter_id AND NEW.code = OLD.code "
        "AND COALESCE(NEW.series_id, 0) = COALESCE(OLD.series_id, 0) AND (NEW.state = 'draft' "
        "OR EXISTS (SELECT 1 FROM task_source s WHERE s.task_id = NEW.id))",
    ),
    Guard(
        table="task_source",
        says="a task is linked to admitted screenings only",
        kept="EXISTS (SELECT 1 FROM task t WHERE t.id = {row}.task_id AND t.state <> 'draft')",
        keys=(("id",), ("task_id", "request_id"), ("stands_for",)),
        columns=("id", "task_id", "request_id", "screening_id", "stands_for"),
        may_change=("stands_for",),
        provided="NEW.stands_for IS NULL AND EXISTS "
        "(SELECT 1 FROM task t WHERE t.id = NEW.task_id AND t.state = 'withdrawn')",
        born="EXISTS (SELECT 1 FROM screening s JOIN task t ON t.id = {row}.task_id WHERE s.id = {row}.screening_id "
        "AND s.verdict IN ('admitted', 'exception') AND s.request_id = {row}.request_id AND s.matter_id = t.matter_id "
        "AND t.state = 'draft' AND CASE WHEN t.series_id IS NULL THEN COALESCE({row}.stands_for, 0) = {row}.request_id "
        f"ELSE {{row}}.stands_for IS NULL AND {FIRST_ROUND} END)",
    ),
]
ASKED_AGAIN = Moves(
    table="work_request",
    born=("pending_review", "answered", "rejected"),
    moves={
        "pending_review": ("pending_review", "admitted", "rejected", "answered", "withdrawn"),
        "admitted": ("pending_review", "rejected", "answered", "withdrawn"),
        "rejected": ("pending_review", "rejected", "answered", "exception", "withdrawn"),
        "exception": ("rejected", "withdrawn"),
    },
)
"""A request whose amendment was refused may be amended once more, or taken back."""
STANDING = (
    "UPDATE task_source SET stands_for = request_id WHERE id IN (SELECT MIN(s.id) FROM task_source s "
    "JOIN task t ON t.id = s.task_id WHERE t.state <> 'withdrawn' AND t.series_id IS NULL GROUP BY s.request_id)"
)
"""Of two tasks that a race let answer one request before, the first; the other is never taken for it again."""
FREED = "UPDATE task_source SET stands_for = NULL WHERE task_id = NEW.id"
PARTS = ("no_delete", "no_replace", "no_update")


async def drop_guards(apps: Any, editor: Any) -> None:
    """They would refuse to have the new column filled."""
    for guard in GUARDS:
        if editor.client.capabilities.dialect == "sqlite":
            for part in PARTS:
                await editor.client.execute_query(f"DROP TRIGGER IF EXISTS {guard.table}_{part}")
        else:
            await editor.client.execute_query(f"DROP FUNCTION IF EXISTS {guard.table}_guard() CASCADE")


async def forward(apps: Any, editor: Any) -> None:
    await editor.client.execute_query(STANDING)
    if editor.client.capabilities.dialect == "sqlite":
        freeing = (
            f"CREATE TRIGGER task_frees AFTER UPDATE ON task WHEN NEW.state = 'withdrawn' BEGIN {FREED}; END"
        )
        for statement in [*sqlite_statements(GUARDS), *moves_on_sqlite(ASKED_AGAIN), freeing]:
            await editor.client.execute_query(statement)
        return
    freeing = (
        f"CREATE FUNCTION task_frees() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {FREED}; RETURN NULL; END $$; "
        "CREATE TRIGGER task_frees AFTER UPDATE ON task FOR EACH ROW WHEN (NEW.state = 'withdrawn') "
        "EXECUTE FUNCTION task_frees()"
    )
    for statement in [*postgres_statements(GUARDS), *moves_on_postgres(ASKED_AGAIN), freeing]:
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0022_signed_again")]
    operations = [
        ops.RunPython(drop_guards),
        ops.AddField(
            model_name="TaskSource", name="stands_for", field=fields.BigIntField(null=True, unique=True)
        ),
        ops.RunPython(forward),
    ]
    operations = together(operations)
