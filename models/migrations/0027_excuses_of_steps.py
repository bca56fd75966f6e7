"""Steps of building rest and get more time, as tasks do."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
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

MOVES = [
    Moves(
        table="milestone",
        born=("planned",),
        moves={
            "planned": ("reported", "suspended", "dropped"),
            "reported": ("returned", "accepted", "dropped"),
            "returned": ("reported", "suspended", "dropped"),
            "suspended": ("planned", "returned", "dropped"),
        },
    ),
    Moves(
        table="step_extension",
        born=("asked",),
        moves={"asked": ("granted", "refused", "lapsed", "taken_back")},
    ),
]
KEPT = [Guard(table="step_extension", says="a row of step_extension stays", frozen="FALSE", kept="TRUE")]


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements(KEPT) + [one for of in MOVES for one in moves_on_sqlite(of)]:
            await editor.client.execute_query(statement)
        return
    for statement in postgres_statements(KEPT) + [one for of in MOVES for one in moves_on_postgres(of)]:
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0026_taken_back")]

    initial = False

    operations = together(
        [
            ops.CreateModel(
                name="StepExtension",
                fields=[
                    ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                    (
                        "milestone",
                        fields.ForeignKeyField(
                            "models.Milestone",
                            source_field="milestone_id",
                            db_index=True,
                            db_constraint=True,
                            to_field="id",
                            related_name="extensions",
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("until_on", fields.DateField()),
                    ("reason", fields.TextField(unique=False)),
                    ("state", fields.CharField(default="asked", max_length=12)),
                    (
                        "asked_by",
                        fields.ForeignKeyField(
                            "models.Post",
                            source_field="asked_by_id",
                            db_index=True,
                            db_constraint=True,
                            to_field="id",
                            related_name="step_extensions",
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                    ("answer", fields.TextField(default="", unique=False)),
                    (
                        "decided_by",
                        fields.ForeignKeyField(
                            "models.Post",
                            source_field="decided_by_id",
                            null=True,
                            db_index=True,
                            db_constraint=True,
                            to_field="id",
                            related_name="step_extensions_decided",
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ],
                options={
                    "table": "step_extension",
                    "app": "models",
                    "pk_attr": "id",
                    "table_description": "A village's request for a later day of a step, with the township's answer.",
                },
                bases=["Record"],
            ),
            ops.AddField(
                model_name="Milestone",
                name="suspended_at",
                field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
            ),
            ops.AddField(
                model_name="Milestone",
                name="suspended_from",
                field=fields.CharField(default="", db_default="", max_length=12),
            ),
            ops.RunPython(forward),
        ]
    )
