"""Messages (消息), whose reader goes on where the reminders' had come to, and questions on tasks that wait for an answer."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from models.migrations._neighbours import together

SIDES = """
UPDATE message SET from_village = {true} WHERE by_id IN (
  SELECT p.id FROM post p JOIN unit u ON u.id = p.unit_id WHERE u.level IN ('village', 'grid'))
"""
UNANSWERED = """
UPDATE message SET waits = {true} WHERE from_village = {true}
  AND id IN (SELECT MAX(m.id) FROM message m GROUP BY m.assignment_id)
  AND assignment_id IN (SELECT id FROM assignment WHERE state NOT IN ('accepted', 'withdrawn'))
"""
"""What a village said last on open work; whether a township's last word was a question nobody can tell."""


async def forward(apps: Any, schema_editor: Any) -> None:
    client = schema_editor.client
    true = "1" if client.capabilities.dialect == "sqlite" else "TRUE"
    for statement in (SIDES, UNANSWERED):
        await client.execute_query(statement.format(true=true))
    await client.execute_query("UPDATE bookmark SET name = 'inbox' WHERE name = 'reminders'")


class Migration(migrations.Migration):
    dependencies = [("models", "0019_moves_of_states")]

    initial = False

    operations = [
        ops.CreateModel(
            name="InboxMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("person_id", fields.BigIntField()),
                (
                    "post",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="post_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="inbox_messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("event_id", fields.BigIntField()),
                ("kind", fields.CharField(max_length=24)),
                ("subject_type", fields.CharField(max_length=40)),
                ("subject_id", fields.BigIntField()),
                ("title", fields.CharField(max_length=200)),
                ("words", fields.CharField(default="", max_length=400)),
                ("due_on", fields.DateField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("waits", fields.BooleanField(default=False)),
                ("fresh", fields.BooleanField(default=True)),
            ],
            options={
                "table": "inbox_message",
                "app": "models",
                "unique_together": (("person_id", "kind", "subject_type", "subject_id", "event_id"),),
                "indexes": [
                    Index(fields=["person_id", "fresh"]),
                    Index(fields=["person_id", "id"]),
                    Index(fields=["subject_type", "subject_id", "waits"]),
                ],
                "pk_attr": "id",
                "table_description": "What one event of the trail says to one person: through a post where work waits, else to them alone.",
            },
            bases=["Record"],
        ),
        ops.AddField(
            model_name="Message",
            name="from_village",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Message",
            name="waits",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddIndex(
            model_name="Message",
            index=Index(fields=["waits", "from_village"]),
        ),
        ops.AddField(
            model_name="Objection",
            name="appeal_until",
            field=fields.DateField(null=True),
        ),
        ops.RunPython(forward),
    ]
    operations = together(operations)
