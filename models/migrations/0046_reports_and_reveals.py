"""Templates of tables and who has them told when; who read what is masked, and what for; what programs delivered; values by unit first."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

from models.base.guards import Guard, postgres_statements, sqlite_statements

KEPT = [
    Guard(table="reveal", says="who read what is masked stays written"),
    Guard(table="value_delivery", says="what was delivered stays written"),
]


async def keep(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements(KEPT):
            await editor.client.execute_query(statement)
        return
    for statement in postgres_statements(KEPT):
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0045_waivers")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ReportTemplate",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("code", fields.CharField(unique=True, max_length=40)),
                ("name", fields.CharField(max_length=100)),
                ("owner", fields.CharField(default="", max_length=30)),
                ("period", fields.CharField(max_length=10)),
                ("elements", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("source", fields.CharField(default="", max_length=300)),
                (
                    "region",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="region_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="report_templates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_template",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A table by what it asks: which elements, and how often it is wanted.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="ReportSchedule",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "template",
                    fields.ForeignKeyField(
                        "models.ReportTemplate",
                        source_field="template_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="schedules",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="unit_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="report_schedules",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="report_schedules",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_until", fields.DateField()),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_schedule",
                "app": "models",
                "indexes": [Index(fields=["ended_at", "told_until"])],
                "pk_attr": "id",
                "table_description": "Somebody has a table told of, at the end of each of its periods.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Reveal",
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
                        related_name="reveals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("elements", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("purpose", fields.CharField(max_length=20)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reveals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DateField()),
            ],
            options={
                "table": "reveal",
                "app": "models",
                "indexes": [Index(fields=["by_id", "until"])],
                "pk_attr": "id",
                "table_description": "Somebody reads some elements unmasked within a place until the end of a day, and said what for.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="ValueDelivery",
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
                        related_name="value_deliveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="value_deliveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("accepted", fields.IntField()),
                ("same", fields.IntField()),
                ("refused", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "value_delivery",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Values that came at once from a program, and which of them were refused and why.",
            },
            bases=["Record"],
        ),
        ops.AddIndex(
            model_name="DataValue",
            index=Index(fields=["unit_id", "element_id", "as_of"]),
        ),
        ops.RunPython(keep),
    ]
