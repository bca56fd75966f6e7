"""The date of a basis' text, looks at it later, a publisher's word for what is unsaid, and bans told by their own sources."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements
from models.matters.demands import shipped_demands
from models.migrations._neighbours import together

LOOKS = [Guard(table="basis_look", says="a look at a basis is final")]


async def tell_bans_anew(apps: Any, editor: Any) -> None:
    """Clauses that named other provinces' documents are told by the texts in force; verdicts keep what they were given."""
    sqlite = editor.client.capabilities.dialect == "sqlite"
    clause, code = ("?", "?") if sqlite else ("$1", "$2")
    for demand in shipped_demands():
        if demand.clause:
            await editor.client.execute_query(
                f"UPDATE demand SET clause = {clause} WHERE code = {code}",  # noqa: S608
                [demand.clause, demand.code],
            )


async def keep_looks(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements(LOOKS):
            await editor.client.execute_query(statement)
        return
    for statement in postgres_statements(LOOKS):
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0020_inbox")]
    operations = [
        ops.AddField(
            model_name="MatterList", name="unsaid_accepted", field=fields.TextField(default="", db_default="")
        ),
        ops.AddField(model_name="Matter", name="basis_as_of", field=fields.DateField(null=True)),
        ops.CreateModel(
            name="BasisLook",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "region",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="region_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="basis_looks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("code", fields.CharField(max_length=40)),
                ("basis", fields.TextField(unique=False)),
                ("as_of", fields.DateField()),
                ("note", fields.TextField(unique=False)),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="basis_looks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "basis_look",
                "app": "models",
                "indexes": [Index(fields=["region_id", "code"])],
                "pk_attr": "id",
                "table_description": "One reading of the text that a matter of a region rests on, which found it still in force.",
            },
            bases=["Record"],
        ),
        ops.RunPython(keep_looks),
        ops.RunPython(tell_bans_anew),
    ]
    operations = together(operations)
