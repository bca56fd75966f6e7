"""Surveys, their villages and invitations; a link opens once, and a closed round stays as it is, even for raw SQL."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

from models.base.guards import Guard, postgres_statements, sqlite_statements
from models.migrations._neighbours import together

OF_SURVEY = "EXISTS (SELECT 1 FROM survey s WHERE s.id = {{row}}.survey_id AND s.state {})"
CLOSED, DRAFTED = (OF_SURVEY.format(f"= '{state}'") for state in ("closed", "draft"))
OF_VILLAGE = (
    "EXISTS (SELECT 1 FROM survey_village v JOIN survey s ON s.id = v.survey_id "
    "WHERE v.id = {row}.village_id AND s.state = 'open')"
)

GUARDS = [
    Guard(
        table="survey",
        says="an open survey runs as it was drafted, and a closed one is final",
        frozen="{row}.state <> 'draft'",
        columns=(
            "id",
            "region_id",
            "title",
            "first_question",
            "second_question",
            "opens_on",
            "closes_on",
            "sample_size",
            "least_answers",
            "least_percent",
            "state",
            "seed",
            "drafted_by_id",
            "opened_by_id",
            "closed_on",
        ),
        may_change=("state", "closed_on"),
        provided="OLD.state = 'open' AND NEW.state = 'closed' AND NEW.closed_on > OLD.closes_on",
        born="{row}.state = 'draft' AND {row}.seed = ''",
        stays="NEW.state = 'draft' AND NEW.seed = '' OR NEW.seed <> '' AND NEW.opened_by_id <> NEW.drafted_by_id",
    ),
    Guard(
        table="survey_village",
        says="what a village answered only grows, and is final when its survey is closed",
        frozen=CLOSED,
        kept=f"NOT {DRAFTED}",
        keys=(("id",), ("survey_id", "unit_id")),
        columns=(
            "id",
            "survey_id",
            "unit_id",
            "households",
            "invited",
            "answered",
            "tally",
            "is_bunched",
            "excluded_reason",
        ),
        may_change=("excluded_reason",),
        provided="OLD.excluded_reason = '' AND NEW.excluded_reason <> ''",
        born=f"{{row}}.answered = 0 AND {{row}}.invited = 0 AND {DRAFTED}",
        stays="NEW.id = OLD.id AND NEW.survey_id = OLD.survey_id AND NEW.unit_id = OLD.unit_id "
        "AND NEW.answered BETWEEN OLD.answered AND OLD.answered + 1 AND NEW.answered <= NEW.invited "
        f"AND (NEW.households = OLD.households OR {DRAFTED.replace('{row}', 'NEW')}) "
        "AND (OLD.excluded_reason = '' OR NEW.excluded_reason = OLD.excluded_reason)",
    ),
    Guard(
        table="invitation",
        says="an invitation is used once",
        frozen="{row}.used_on IS NOT NULL",
        kept="TRUE",
        keys=(("id",), ("token_hash",), ("village_id", "serial")),
        born=f"{{row}}.used_on IS NULL AND {OF_VILLAGE}",
        stays="NEW.id = OLD.id AND NEW.village_id = OLD.village_id AND NEW.serial = OLD.serial "
        f"AND {OF_VILLAGE.replace('{row}', 'NEW')}",
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
    dependencies = [("models", "0005_complaints")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Survey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "region",
                    fields.ForeignKeyField(
                        "models.Unit",
                        source_field="region_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="surveys",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("title", fields.CharField(max_length=80)),
                ("first_question", fields.CharField(max_length=120)),
                ("second_question", fields.CharField(max_length=120)),
                ("opens_on", fields.DateField()),
                ("closes_on", fields.DateField()),
                ("sample_size", fields.IntField()),
                ("least_answers", fields.IntField()),
                ("least_percent", fields.IntField()),
                ("state", fields.CharField(default="draft", max_length=8)),
                ("seed", fields.CharField(default="", max_length=32)),
                (
                    "drafted_by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="drafted_by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="surveys_drafted",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "opened_by",
                    fields.ForeignKeyField(
                        "models.Post",
                        source_field="opened_by_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="surveys_opened",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("closed_on", fields.DateField(null=True)),
            ],
            options={
                "table": "survey",
                "app": "models",
                "indexes": [
                    Index(fields=["region_id", "state", "id"]),
                    Index(fields=["state", "closes_on"]),
                    Index(fields=["state", "closed_on"]),
                ],
                "pk_attr": "id",
                "table_description": "One round of asking residents two questions in the villages of a city or county.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="SurveyVillage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "survey",
                    fields.ForeignKeyField(
                        "models.Survey",
                        source_field="survey_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="villages",
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
                        related_name="surveyed",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("households", fields.IntField(default=0)),
                ("invited", fields.IntField(default=0)),
                ("answered", fields.IntField(default=0)),
                ("tally", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("is_bunched", fields.BooleanField(default=False)),
                ("excluded_reason", fields.CharField(default="", max_length=300)),
            ],
            options={
                "table": "survey_village",
                "app": "models",
                "unique_together": (("survey", "unit"),),
                "pk_attr": "id",
                "table_description": "A village in a round: its households, how many were invited and answered, and the counters of the answers.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Invitation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "village",
                    fields.ForeignKeyField(
                        "models.SurveyVillage",
                        source_field="village_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("serial", fields.IntField()),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("used_on", fields.DateField(null=True)),
            ],
            options={
                "table": "invitation",
                "app": "models",
                "unique_together": (("village", "serial"),),
                "pk_attr": "id",
                "table_description": "One household drawn by its number in the register, with the hash of a link that opens once.",
            },
            bases=["Record"],
        ),
        ops.RunPython(forward),
    ]
    operations = together(operations)
