"""Published lists are numbered in the order of their publication, by which they rule; no two of a region share a number."""

from dataclasses import replace
from importlib import import_module
from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.base.guards import sqlite_statements

(WAS,) = (g for g in import_module("models.migrations.0002_guards").GUARDS if g.table == "matter_list")
GUARD = replace(WAS, keys=(*WAS.keys, ("region_id", "publication")))
NUMBERED = (
    "UPDATE matter_list SET publication = (SELECT COUNT(*) FROM matter_list e WHERE e.region_id = matter_list.region_id "
    "AND e.state = 'published' AND (e.published_at < matter_list.published_at "
    "OR e.published_at = matter_list.published_at AND e.number <= matter_list.number)) WHERE state = 'published'"
)
UNIQUE = "CREATE UNIQUE INDEX matter_list_publication ON matter_list (region_id, publication)"


async def number_what_is_published(apps: Any, editor: Any) -> None:
    """Published rows are frozen: their guard steps aside for this one change."""
    run = editor.client.execute_query
    if editor.client.capabilities.dialect == "sqlite":
        for name in ("delete", "replace", "update"):
            await run(f"DROP TRIGGER matter_list_no_{name}")
        await run(NUMBERED)
        for statement in sqlite_statements([GUARD]):
            await run(statement)
    else:
        await run("ALTER TABLE matter_list DISABLE TRIGGER matter_list_guard")
        await run(NUMBERED)
        await run("ALTER TABLE matter_list ENABLE TRIGGER matter_list_guard")
    await run(UNIQUE)


class Migration(migrations.Migration):
    dependencies = [("models", "0014_tasks_together")]
    operations = [
        ops.AddField(model_name="MatterList", name="publication", field=fields.IntField(null=True)),
        ops.RunPython(number_what_is_published),
    ]
