"""What each copy of a task asks, field by field, and what reports say there, which nobody writes over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements
from models.migrations._neighbours import together

GUARD = Guard(
    table="report_value",
    says="what a report said stays as it was said",
    keys=(("id",), ("report_id", "element_id")),
)
FORMER = {"households": "resident_household", "elderly80": "elder_80"}
OPEN_COPIES = """SELECT a.id AS copy, CASE WHEN u.level = 'grid' THEN u.parent_id ELSE u.id END AS home,
  CAST(v.elements AS TEXT) AS wanted FROM assignment a JOIN unit u ON u.id = a.unit_id
JOIN task_version v ON v.task_id = a.task_id AND v.state = 'out'
WHERE a.state NOT IN ('accepted', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM task_version w
  WHERE w.task_id = v.task_id AND w.state = 'out' AND w.number > v.number) ORDER BY a.id"""
ELEMENTS = "SELECT id, code, freshness_days FROM element WHERE state = 'in_force'"
NEWEST = """SELECT element_id, unit_id, CAST(max(as_of) AS TEXT) AS newest FROM data_value
WHERE disputed_at IS NULL GROUP BY element_id, unit_id"""


async def ask(client: Any) -> None:
    """What is open at villages goes on asking what its version asks, but for what is on file today."""
    at = datetime.now(UTC)
    elements = {row["code"]: row for row in await client.execute_query_dict(ELEMENTS)}
    newest = {
        (row["element_id"], row["unit_id"]): date.fromisoformat(row["newest"])
        for row in await client.execute_query_dict(NEWEST)
    }
    for copy in await client.execute_query_dict(OPEN_COPIES):
        codes = dict.fromkeys(FORMER.get(code, code) for code in loads(copy["wanted"]))
        for element in (elements[code] for code in codes if code in elements):
            how = _how(newest.get((element["id"], copy["home"])), element["freshness_days"], at.date())
            await client.execute_query(
                "INSERT INTO asked_field (assignment_id, element_id, how, outcome, asked_at) VALUES "
                f"({copy['copy']}, {element['id']}, '{how}', '', '{at:%Y-%m-%d %H:%M:%S}+00:00')"
            )


def _how(newest: date | None, days: int, on: date) -> str:
    if newest is None:
        return "missing"
    return "held" if newest + timedelta(days=days) >= on else "stale"


async def forward(apps: Any, editor: Any) -> None:
    client = editor.client
    await ask(client)
    if client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements([GUARD]):
            await client.execute_query(statement)
    else:
        for statement in postgres_statements([GUARD]):
            await client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0043_elements_and_values")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AskedField",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "assignment",
                    fields.ForeignKeyField(
                        "models.Assignment",
                        source_field="assignment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="asked_fields",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "element",
                    fields.ForeignKeyField(
                        "models.Element",
                        source_field="element_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="asked_fields",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("how", fields.CharField(max_length=10)),
                ("outcome", fields.CharField(default="", db_default="", max_length=10)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("dropped_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "asked_field",
                "app": "models",
                "unique_together": (("assignment", "element"),),
                "pk_attr": "id",
                "table_description": "One field that a task asks of one village or grid, or would ask if the answer were not on file.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="ReportValue",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="values",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "element",
                    fields.ForeignKeyField(
                        "models.Element",
                        source_field="element_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reported_values",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("value", fields.TextField(unique=False)),
                ("how", fields.CharField(max_length=10)),
                ("reason", fields.CharField(default="", db_default="", max_length=20)),
            ],
            options={
                "table": "report_value",
                "app": "models",
                "unique_together": (("report", "element"),),
                "pk_attr": "id",
                "table_description": "What one report says for one field, on its way to the file until the report is accepted.",
            },
            bases=["Record"],
        ),
        ops.RunPython(forward),
    ]
    operations = together(operations)
