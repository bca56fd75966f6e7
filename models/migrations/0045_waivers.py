"""Waivers of asking once, kept as they were signed, with the requests they are counted against."""

from typing import Any

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements

GUARDS = [
    Guard(table="waiver", says="a waiver stays as it was signed"),
    Guard(
        table="waived_request",
        says="a waiver stays as it was signed",
        keys=(("id",), ("waiver_id", "request_id")),
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
    dependencies = [("models", "0044_asked_fields")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Waiver",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "task",
                    fields.ForeignKeyField(
                        "models.Task",
                        source_field="task_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waivers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("cells", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("reason", fields.TextField(unique=False)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waivers_signed",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "waiver",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A leader's word that villages are asked again for what they have on file, with every cell it was given for.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="WaivedRequest",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "waiver",
                    fields.ForeignKeyField(
                        "models.Waiver",
                        source_field="waiver_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "request",
                    fields.ForeignKeyField(
                        "models.WorkRequest",
                        source_field="request_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="waivers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "waived_request",
                "app": "models",
                "unique_together": (("waiver", "request"),),
                "pk_attr": "id",
                "table_description": "A request for whose data a waiver was signed: counted against whoever asked.",
            },
            bases=["Record"],
        ),
        ops.AddField(
            model_name="Task",
            name="asked_anew",
            field=fields.JSONField(default=list, db_default=[], encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.RunPython(forward),
    ]
