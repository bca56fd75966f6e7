"""Triggers of the evaluation: credits stay as they were given, closed periods never move, adopted schemes are frozen."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements


def closed(period: str) -> str:
    return f"EXISTS (SELECT 1 FROM period p WHERE p.id = {period} AND p.closed_at IS NOT NULL)"


def settled(scheme: str) -> str:
    return f"EXISTS (SELECT 1 FROM scheme s WHERE s.id = {scheme} AND s.state <> 'draft')"


IN_CLOSED = closed("{row}.period_id")
PLACED = closed("(SELECT b.period_id FROM board b WHERE b.id = {row}.board_id)")
OF_SETTLED = settled("{row}.scheme_id")
IN_SETTLED = settled("(SELECT d.scheme_id FROM dimension d WHERE d.id = {row}.dimension_id)")

GUARDS = [
    Guard(
        table="point_entry",
        says="a credit stays as it was given",
        keys=(("id",), ("reverses_id",)),
    ),
    Guard(
        table="period",
        says="a closed period never moves",
        frozen="{row}.closed_at IS NOT NULL",
        kept="TRUE",
        keys=(("id",), ("city_id", "kind", "since")),
        born="{row}.closed_at IS NULL",
    ),
    Guard(
        table="village_index",
        says="the scores of a closed period never move",
        frozen=IN_CLOSED,
        keys=(("id",), ("period_id", "unit_id")),
        born=f"NOT {IN_CLOSED}",
        stays=f"NOT {IN_CLOSED}",
    ),
    Guard(
        table="tally",
        says="the tallies of a closed period never move",
        frozen=IN_CLOSED,
        keys=(("id",), ("period_id", "unit_id", "source")),
        born=f"NOT {IN_CLOSED}",
        stays=f"NOT {IN_CLOSED}",
    ),
    Guard(
        table="person_score",
        says="the points of a closed period never move",
        frozen=IN_CLOSED,
        keys=(("id",), ("period_id", "person_id", "unit_id")),
        born=f"NOT {IN_CLOSED}",
        stays=f"NOT {IN_CLOSED}",
    ),
    Guard(
        table="board_placing",
        says="the places of a closed period never move",
        frozen=PLACED,
        born=f"NOT {PLACED}",
        stays=f"NOT {PLACED}",
    ),
    Guard(table="adjustment", says="a correction stays as it was made"),
    Guard(
        table="appeal",
        says="an answered appeal is final",
        frozen="{row}.state <> 'open'",
        kept="TRUE",
        born="{row}.state = 'open'",
    ),
    Guard(table="commendation", says="what was praised stays as it was said"),
    Guard(
        table="scheme",
        says="an adopted scheme is frozen",
        frozen="{row}.state <> 'draft'",
        keys=(("id",), ("city_id", "number")),
        born="{row}.state = 'draft'",
    ),
    Guard(
        table="dimension",
        says="the dimensions of an adopted scheme are fixed",
        frozen=OF_SETTLED,
        keys=(("id",), ("scheme_id", "position")),
        born=f"NOT {OF_SETTLED}",
        stays=f"NOT {OF_SETTLED}",
    ),
    Guard(
        table="indicator",
        says="the indicators of an adopted scheme are fixed",
        frozen=IN_SETTLED,
        keys=(("id",), ("dimension_id", "position")),
        born=f"NOT {IN_SETTLED}",
        stays=f"NOT {IN_SETTLED}",
    ),
    Guard(
        table="peer_group",
        says="the groups of an adopted scheme are fixed",
        frozen=OF_SETTLED,
        keys=(("id",), ("scheme_id", "position")),
        born=f"NOT {OF_SETTLED}",
        stays=f"NOT {OF_SETTLED}",
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
    dependencies = [("models", "0008_evaluation")]
    operations = [ops.RunPython(forward)]
