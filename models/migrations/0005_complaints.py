"""Complaints, what is published of their answers, and the triggers that keep a closed one and an unnamed one as they are."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements
from models.migrations._neighbours import together

SIGNED_OR_UNNAMED = (
    "(CASE WHEN {row}.made_by_id IS NULL THEN {row}.code_hash IS NOT NULL "
    "AND {row}.unit_id = COALESCE({row}.township_id, {row}.county_id) "
    "ELSE {row}.code_hash IS NULL END)"
)
CLOSED = "EXISTS (SELECT 1 FROM complaint c WHERE c.id = {row}.complaint_id AND c.state = 'closed')"

GUARDS = [
    Guard(
        table="complaint",
        says="a closed complaint is final, and an unnamed one names nobody",
        frozen="{row}.state IN ('closed', 'withdrawn')",
        kept="TRUE",
        keys=(("id",), ("code_hash",)),
        born=f"{{row}}.state = 'open' AND {{row}}.answer = '' AND {SIGNED_OR_UNNAMED}",
        stays=f"{SIGNED_OR_UNNAMED} AND NEW.words = OLD.words AND NEW.made_on = OLD.made_on "
        "AND NEW.addressee_id = OLD.addressee_id AND (NEW.state <> 'closed' OR NEW.answer <> '')",
    ),
    Guard(
        table="published_answer",
        says="the public answer to a closed complaint is final",
        frozen=CLOSED,
        kept="TRUE",
        keys=(("id",), ("complaint_id",)),
        born=f"NOT {CLOSED}",
    ),
]


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements(GUARDS):
            await editor.client.execute_query(statement)
        return
    for statement in postgres_statements(GUARDS):
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0004_bidding_guards")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Complaint",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="unit_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "township",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="township_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints_from",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "county",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="county_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints_counted",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "addressee",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="addressee_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints_to_answer",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                ("topic", fields.CharField(max_length=16)),
                ("words", fields.TextField(unique=False)),
                (
                    "task",
                    fields.ForeignKeyField(
                        "models.Task",
                        source_field="task_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("page", fields.CharField(default="", max_length=120)),
                ("state", fields.CharField(default="open", max_length=12)),
                ("made_on", fields.DateField()),
                ("month", fields.CharField(max_length=7)),
                ("due_on", fields.DateField()),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="made_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("code_hash", fields.CharField(null=True, unique=True, max_length=64)),
                ("answer", fields.TextField(default="", unique=False)),
                ("outcome", fields.CharField(default="", max_length=12)),
                (
                    "answered_by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="answered_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="complaints_answered",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("took_days", fields.IntField(null=True)),
                ("in_time", fields.BooleanField(null=True)),
                ("objection", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "complaint",
                "app": "models",
                "indexes": [
                    Index(fields=["addressee_id", "state", "id"]),
                    Index(fields=["county_id", "month"]),
                    Index(fields=["state", "due_on"]),
                ],
                "pk_attr": "id",
                "table_description": "A burden or a suggestion, told to the level above the dispatcher, with its clock and its answer.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="PublishedAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "complaint",
                    fields.OneToOneField(
                        "models.Complaint",
                        source_field="complaint_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="published",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "county",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="county_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="published_answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "township",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="township_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="published_answers_of",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                ("topic", fields.CharField(max_length=16)),
                ("outcome", fields.CharField(max_length=12)),
                ("summary", fields.TextField(unique=False)),
                ("took_days", fields.IntField()),
                ("month", fields.CharField(max_length=7)),
            ],
            options={
                "table": "published_answer",
                "app": "models",
                "indexes": [Index(fields=["county_id", "id"])],
                "pk_attr": "id",
                "table_description": "What everybody of the county may read of an answered complaint, apart from the complaint itself.",
            },
            bases=["Record"],
        ),
        ops.RunPython(forward),
    ]
    operations = together(operations)
