"""Elements are defined in versions that are frozen, and values are never changed and say where each came from."""

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
from models.migrations._columns import DropColumn
from models.migrations._neighbours import together

GUARDS = [
    Guard(
        table="element_version",
        says="what an element has said is frozen",
        frozen="{row}.decided_at IS NOT NULL",
        kept="TRUE",
        keys=(("id",), ("element_id", "number")),
        born="({row}.number IS NULL AND {row}.decided_at IS NULL AND {row}.proposed_by_id IS NOT NULL "
        "OR {row}.number = 1 AND {row}.decided_at IS NOT NULL AND {row}.proposed_by_id IS NULL)",
        stays="NEW.id = OLD.id AND NEW.element_id = OLD.element_id AND NEW.proposed_by_id = OLD.proposed_by_id "
        "AND (NEW.number IS NULL OR NEW.decided_at IS NOT NULL AND NEW.decided_by_id IS NOT NULL "
        "AND NEW.decided_by_id <> NEW.proposed_by_id)",
    ),
    Guard(
        table="data_value",
        says="what was reported stays as it was reported",
        keys=(("id",),),
        born="({row}.by_id IS NOT NULL AND {row}.at IS NOT NULL AND ({row}.origin <> 'report' OR "
        "{row}.report_id IS NOT NULL AND {row}.task_id IS NOT NULL))",
        columns=(
            *(
                "id",
                "element_id",
                "unit_id",
                "value",
                "number",
                "as_of",
                "period",
                "at",
                "task_id",
                "report_id",
            ),
            *(
                "by_id",
                "on_behalf_of_id",
                "origin",
                "reason",
                "dispute",
                "disputed_at",
                "settled",
                "settlement",
            ),
        ),
        may_change=("dispute", "disputed_at", "settled", "settlement"),
        provided="TRUE",
    ),
]
MOVES = Moves(table="element", born=("in_force",), moves={})
ONE_PROPOSED = (
    "CREATE UNIQUE INDEX element_version_proposed ON element_version (element_id) WHERE decided_at IS NULL"
)
FORMER = {"households": "resident_household", "elderly80": "elder_80"}
KNOWN = {
    "resident_household": ("count", "户"),
    "resident_population": ("count", "人"),
    "hukou_population": ("count", "人"),
    "elder_80": ("count", "人"),
    "territory_area": ("decimal", "亩"),
    "arable_area": ("decimal", "亩"),
}
"""What the product has reckoned with: their values have been numbers from when this was asked for."""
NUMBERS = {
    "sqlite": "printf('%.2f', CAST(value AS REAL)) WHERE value <> '' AND value NOT GLOB '*[^0-9.]*'",
    "postgres": r"CAST(value AS NUMERIC(18, 2)) WHERE value ~ '^[0-9]{1,9}(\.[0-9]+)?$'",
}
MOMENTS = {
    "sqlite": ("strftime('%Y-%m-%d %H:%M:%S+00:00', 'now')", "as_of || ' 04:00:00+00:00'"),
    "postgres": ("CURRENT_TIMESTAMP", "CAST(as_of AS TIMESTAMP) AT TIME ZONE 'UTC' + INTERVAL '4 hours'"),
}
FIRST = """INSERT INTO element_version (element_id, number, reason, proposed_at, decided_at, name, definition,
  owner, level, kind, measure, period, freshness_days, sensitivity, checks, asked_by, source, attested)
SELECT id, 1, '', {now}, {now}, name, definition, owner, level, kind, measure, period, freshness_days,
  sensitivity, checks, asked_by, source, attested FROM element ORDER BY id"""


async def filled(apps: Any, editor: Any) -> None:
    """What is there says what it has meant so far: as of noon of its day, put down by hand, for a year."""
    client = editor.client
    dialect = "sqlite" if client.capabilities.dialect == "sqlite" else "postgres"
    now, noon = MOMENTS[dialect]
    for statement in (
        "UPDATE element SET sensitivity = 'sensitive' WHERE sensitive",
        *(
            f"UPDATE element SET code = '{new}' WHERE code = '{old}' AND NOT EXISTS "
            f"(SELECT 1 FROM element other WHERE other.code = '{new}')"
            for old, new in FORMER.items()
        ),
        *(
            f"UPDATE element SET kind = '{kind}', measure = '{measure}' WHERE code = '{code}'"
            for code, (kind, measure) in KNOWN.items()
        ),
        f"UPDATE data_value SET at = {noon}, period = "
        + ("strftime('%Y', as_of)" if dialect == "sqlite" else "to_char(as_of, 'YYYY')"),
        f"UPDATE data_value SET number = {NUMBERS[dialect]} "
        "AND element_id IN (SELECT id FROM element WHERE kind <> 'text')",
        FIRST.format(now=now),
    ):
        await client.execute_query(statement)


async def guarded(apps: Any, editor: Any) -> None:
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        for statement in [*sqlite_statements(GUARDS), *moves_on_sqlite(MOVES)]:
            await client.execute_query(statement)
    else:
        for statement in [*postgres_statements(GUARDS), *moves_on_postgres(MOVES)]:
            await client.execute_script(statement)
    await client.execute_query(ONE_PROPOSED)


class Required(ops.AlterField):
    """SQLite would make the table anew for this; there the guard alone holds it."""

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, editor: Any = None
    ) -> None:
        if editor is not None and editor.DIALECT != "sqlite":
            await super().database_forward(app_label, old_state, new_state, editor)


def _text(longest: int, default: str = "") -> Any:
    return fields.CharField(max_length=longest, default=default, db_default=default)


def _post(name: str, **more: Any) -> Any:
    return fields.ForeignKeyField(
        "models.Post",
        source_field=f"{name}_id",
        db_index=True,
        db_constraint=True,
        to_field="id",
        related_name={"by": "data_values", "on_behalf_of": "data_values_through_others"}.get(
            name, f"elements_{name.removesuffix('_by')}"
        ),
        on_delete=OnDelete.RESTRICT,
        **more,
    )


SAID: dict[str, tuple[Any, ...]] = {
    "asked_by": (200,),
    "checks": (300,),
    "definition": (300,),
    "kind": (10, "text"),
    "level": (10, "village"),
    "measure": (200,),
    "owner": (30,),
    "period": (10, "year"),
    "sensitivity": (10, "open"),
    "source": (500,),
}


class Migration(migrations.Migration):
    dependencies = [("models", "0042_reports_to_review")]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name="Element",
            options={
                "table": "element",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A defined piece of data that units may be asked for once per period, as its version in force says.",
            },
        ),
        ops.RenameField(model_name="Element", old_name="period_days", new_name="freshness_days"),
        ops.CreateModel(
            name="ElementVersion",
            fields=[
                ("name", fields.CharField(max_length=100)),
                *((name, _text(*said)) for name, said in SAID.items()),
                ("freshness_days", fields.IntField(default=365)),
                ("attested", fields.BooleanField(default=False, db_default=False)),
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "element",
                    fields.ForeignKeyField(
                        "models.Element",
                        source_field="element_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField(null=True)),
                ("reason", fields.CharField(default="", max_length=300)),
                ("proposed_by", _post("proposed_by", null=True)),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", _post("decided_by", null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "element_version",
                "app": "models",
                "unique_together": (("element", "number"),),
                "pk_attr": "id",
                "table_description": "What an element is to say: proposed, put in force by somebody else, and from then on frozen by the database.",
            },
            bases=["Record"],
        ),
        *(ops.AddField("Element", name, _text(*said)) for name, said in SAID.items()),
        ops.AddField("Element", "attested", fields.BooleanField(default=False, db_default=False)),
        ops.AddField("Element", "state", _text(10, "in_force")),
        ops.AddField("DataValue", "at", fields.DatetimeField(null=True)),
        ops.AddField("DataValue", "number", fields.DecimalField(null=True, max_digits=18, decimal_places=2)),
        ops.AddField("DataValue", "period", _text(10)),
        ops.AddField("DataValue", "origin", _text(10, "entry")),
        ops.AddField("DataValue", "reason", _text(20)),
        ops.AddField("DataValue", "dispute", _text(200)),
        ops.AddField("DataValue", "disputed_at", fields.DatetimeField(null=True)),
        ops.AddField("DataValue", "settled", _text(10)),
        ops.AddField("DataValue", "settlement", _text(200)),
        ops.AddField("DataValue", "on_behalf_of", _post("on_behalf_of", null=True)),
        ops.AddField(
            "DataValue",
            "report",
            fields.ForeignKeyField(
                "models.Report",
                source_field="report_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="data_values",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RunPython(filled),
        DropColumn(model_name="Element", name="sensitive"),
        Required("DataValue", "at", fields.DatetimeField()),
        Required("DataValue", "by", _post("by")),
        ops.RunPython(guarded),
    ]
    operations = together(operations)
