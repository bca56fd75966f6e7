"""What stands before villages, as versions of a task: those out are frozen, and no task says anything else than its last."""

import json
from typing import Any

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
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

GUARD = Guard(
    table="task_version",
    says="what stands before villages is frozen",
    frozen="{row}.state <> 'proposed'",
    kept="TRUE",
    keys=(("id",), ("task_id", "number")),
    born="({row}.state = 'proposed' AND {row}.number IS NULL OR {row}.state = 'out' AND {row}.number = 1 AND EXISTS "
    "(SELECT 1 FROM task t WHERE t.id = {row}.task_id AND t.state IN ('draft', 'approved')))",
    stays="NEW.id = OLD.id AND NEW.task_id = OLD.task_id AND NEW.title = OLD.title AND NEW.body = OLD.body "
    "AND NEW.due_at = OLD.due_at AND NEW.drafted_by_id = OLD.drafted_by_id "
    "AND (NEW.state <> 'out' OR NEW.decided_by_id IS NOT NULL AND NEW.decided_by_id <> NEW.drafted_by_id)",
)
MOVES = Moves(table="task_version", born=("proposed", "out"), moves={"proposed": ("dropped", "out")})
SAYS = "a task says what its last version says"
OTHER_WORDS = """NEW.state IN ('dispatched', 'closed') AND NOT EXISTS (SELECT 1 FROM task_version v
  WHERE v.task_id = NEW.id AND v.state = 'out' AND v.title = NEW.title AND v.body = NEW.body AND v.due_at = NEW.due_at
  AND NOT EXISTS (SELECT 1 FROM task_version w WHERE w.task_id = v.task_id AND w.state = 'out' AND w.number > v.number))"""
ON_SQLITE = [
    f"CREATE TRIGGER task_as_its_version BEFORE UPDATE ON task WHEN {OTHER_WORDS} "
    f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
]
ON_POSTGRES = [
    f"""CREATE FUNCTION task_as_its_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF {OTHER_WORDS} THEN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$""",
    "CREATE TRIGGER task_as_its_version BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION task_as_its_version()",
]
ONE_PROPOSED = "CREATE UNIQUE INDEX task_version_proposed ON task_version (task_id) WHERE state = 'proposed'"
WENT_OUT = """INSERT INTO task_version (task_id, number, state, title, body, due_at, elements, screenings, reason,
  drafted_by_id, made_at, decided_by_id, decided_at, note)
SELECT id, 1, 'out', title, body, due_at, '[]', '[]', '', drafted_by_id, made_at, approved_by_id, dispatched_at, ''
FROM task WHERE dispatched_at IS NOT NULL ORDER BY id"""
ASKED = """SELECT s.task_id AS task, s.screening_id AS screening, CAST(r.elements AS TEXT) AS wanted,
  CAST(m.form AS TEXT) AS form FROM task_source s JOIN task t ON t.id = s.task_id AND t.dispatched_at IS NOT NULL
JOIN work_request r ON r.id = s.request_id JOIN matter m ON m.id = t.matter_id ORDER BY s.task_id, s.id"""


async def what_went_out(client: Any) -> None:
    """Tasks that are out already stand before villages as they are, with the data that their requests want today."""
    await client.execute_query(WENT_OUT)
    elements: dict[int, list[str]] = {}
    forms: dict[int, list[str]] = {}
    screenings: dict[int, list[int]] = {}
    for row in await client.execute_query_dict(ASKED):
        elements.setdefault(row["task"], []).extend(loads(row["wanted"]))
        forms[row["task"]] = loads(row["form"])
        screenings.setdefault(row["task"], []).append(row["screening"])
    for task, wanted in elements.items():
        codes = json.dumps(list(dict.fromkeys([*wanted, *forms[task]])), ensure_ascii=False).replace(
            "'", "''"
        )
        rests_on = json.dumps(screenings[task])
        await client.execute_query(
            f"UPDATE task_version SET elements = '{codes}', screenings = '{rests_on}' WHERE task_id = {task}"
        )


async def forward(apps: Any, editor: Any) -> None:
    client = editor.client
    await what_went_out(client)
    if client.capabilities.dialect == "sqlite":
        for statement in [*sqlite_statements([GUARD]), *ON_SQLITE, *moves_on_sqlite(MOVES)]:
            await client.execute_query(statement)
    else:
        for statement in [*postgres_statements([GUARD]), *ON_POSTGRES, *moves_on_postgres(MOVES)]:
            await client.execute_script(statement)
    await client.execute_query(ONE_PROPOSED)


class Migration(migrations.Migration):
    dependencies = [("models", "0024_inbox_silence")]
    initial = False
    operations = [
        ops.CreateModel(
            name="TaskVersion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "task",
                    fields.ForeignKeyField(
                        "models.Task",
                        source_field="task_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField(null=True)),
                ("state", fields.CharField(default="proposed", max_length=12)),
                ("title", fields.CharField(max_length=200)),
                ("body", fields.TextField(unique=False)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("elements", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("screenings", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("reason", fields.TextField(default="", unique=False)),
                (
                    "drafted_by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="drafted_by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="task_versions_drafted",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "decided_by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="decided_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="task_versions_decided",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("note", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "task_version",
                "app": "models",
                "unique_together": (("task", "number"),),
                "pk_attr": "id",
                "table_description": "What a task says to its villages: proposed, approved by somebody else, and from then on frozen by the database.",
            },
            bases=["Record"],
        ),
        ops.RunPython(forward),
    ]
    operations = together(operations)
