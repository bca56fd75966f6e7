"""Triggers for what must never change, and byte-order collation for the columns that are ranges or cursors."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements

PUBLISHED_LIST = "EXISTS (SELECT 1 FROM matter_list l WHERE l.id = {row}.list_id AND l.state = 'published')"

GUARDS = [
    Guard(
        table="event",
        says="the trail is append-only",
        keys=(("id",), ("seq",)),
        columns=(
            "id",
            "seq",
            "at",
            "actor_post_id",
            "actor_label",
            "command",
            "subject_type",
            "subject_id",
            "unit_path",
            "details",
            "changes",
            "outcome",
            "personal_digest",
            "prev_hash",
            "hash",
        ),
        may_change=("seq", "hash", "prev_hash"),
        provided="OLD.seq IS NULL AND NEW.seq IS NOT NULL AND NEW.hash IS NOT NULL AND NEW.prev_hash IS NOT NULL",
        born="{row}.seq IS NULL AND {row}.hash IS NULL AND {row}.prev_hash IS NULL",
    ),
    Guard(
        table="event_personal",
        says="personal data of the trail can only be erased under a rule",
        keys=(("id",), ("event_id",)),
        columns=("id", "event_id", "salt", "payload", "erased_at", "erased_rule"),
        may_change=("payload", "erased_at", "erased_rule"),
        provided="OLD.payload IS NOT NULL AND NEW.payload IS NULL AND NEW.erased_at IS NOT NULL AND NEW.erased_rule <> ''",
        born="{row}.payload IS NOT NULL AND {row}.erased_at IS NULL",
    ),
    Guard(table="mention", says="the trail is append-only"),
    Guard(
        table="day_head",
        says="a published head only moves forward",
        frozen="FALSE",
        kept="TRUE",
        keys=(("id",), ("day",)),
        stays="NEW.seq > OLD.seq AND NEW.day = OLD.day",
    ),
    Guard(table="screening", says="a screening is final", keys=(("id",), ("code",))),
    Guard(
        table="matter_list",
        says="a published list is frozen",
        frozen="{row}.state = 'published'",
        keys=(("id",), ("region_id", "number")),
        born="{row}.state <> 'published'",
    ),
    Guard(
        table="matter",
        says="a published list is frozen",
        frozen=PUBLISHED_LIST,
        keys=(("id",), ("list_id", "code")),
        born=f"NOT {PUBLISHED_LIST}",
        stays=f"NOT {PUBLISHED_LIST}",
    ),
    Guard(
        table="task",
        says="a task needs an admitted screening",
        frozen="FALSE",
        kept="TRUE",
        keys=(("id",), ("code",)),
        born="{row}.state = 'draft'",
        stays="NEW.id = OLD.id AND NEW.matter_id = OLD.matter_id AND NEW.code = OLD.code AND (NEW.state = 'draft' "
        "OR EXISTS (SELECT 1 FROM task_source s WHERE s.task_id = NEW.id))",
    ),
    Guard(
        table="task_source",
        says="a task is linked to admitted screenings only",
        kept="EXISTS (SELECT 1 FROM task t WHERE t.id = {row}.task_id AND t.state <> 'draft')",
        keys=(("id",), ("task_id", "request_id")),
        born="EXISTS (SELECT 1 FROM screening s JOIN task t ON t.id = {row}.task_id WHERE s.id = {row}.screening_id "
        "AND s.verdict IN ('admitted', 'exception') AND s.request_id = {row}.request_id AND s.matter_id = t.matter_id "
        "AND t.state = 'draft')",
    ),
    Guard(
        table="assignment",
        says="an assignment belongs to a dispatched task",
        frozen="FALSE",
        kept="TRUE",
        keys=(("id",), ("task_id", "unit_id")),
        born="EXISTS (SELECT 1 FROM task t WHERE t.id = {row}.task_id AND t.state = 'dispatched')",
        stays="NEW.id = OLD.id AND NEW.task_id = OLD.task_id AND NEW.unit_id = OLD.unit_id",
    ),
]

BYTE_ORDER = [
    ("unit", "path", 200),
    ("unit", "code", 32),
    ("event", "unit_path", 200),
    ("matter", "code", 40),
]


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements(GUARDS):
            await editor.client.execute_query(statement)
        return
    for table, column, size in BYTE_ORDER:
        await editor.client.execute_query(
            f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE varchar({size}) COLLATE "C"'
        )
    for statement in postgres_statements(GUARDS):
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]
    operations = [ops.RunPython(forward)]
