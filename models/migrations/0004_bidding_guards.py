"""Triggers of the bidding board: a published project, an opened bid, a complete comparison and an award stay as they are."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base.guards import Guard, postgres_statements, sqlite_statements

UNPUBLISHED = (
    "EXISTS (SELECT 1 FROM project p WHERE p.id = {row}.project_id AND p.state IN ('draft', 'submitted'))"
)
UNOPENED = (
    "{row}.strengths = '' AND {row}.plan = '' AND {row}.schedule = '' AND {row}.decision_note = '' "
    "AND {row}.own_yuan = 0 AND {row}.asked_yuan = 0 AND NOT {row}.decided"
)
COMPARED = (
    "EXISTS (SELECT 1 FROM bid b JOIN project p ON p.id = b.project_id "
    "WHERE b.id = {row}.bid_id AND p.compared_at IS NOT NULL)"
)

GUARDS = [
    Guard(
        table="project",
        says="a published project is frozen",
        frozen="{row}.state NOT IN ('draft', 'submitted')",
        kept="TRUE",
        columns=(
            "id",
            "township_id",
            "title",
            "kind",
            "depth",
            "purpose",
            "support",
            "support_yuan",
            "conditions",
            "contact",
            "opens_at",
            "closes_at",
            "standstill_days",
            "shows_numbers",
            "widest_spread",
            "start_by",
            "finish_by",
            "instead_of_id",
            "drafted_by_id",
            "approved_by_id",
            "published_at",
        ),
        provided="NEW.state NOT IN ('draft', 'submitted') AND (OLD.compared_at IS NULL OR NEW.compared_at = OLD.compared_at) "
        "AND (OLD.told_at IS NULL OR NEW.told_at = OLD.told_at)",
        born="{row}.state = 'draft'",
        stays="NEW.state IN ('draft', 'submitted', 'dropped') OR NEW.approved_by_id IS NOT NULL",
    ),
    Guard(
        table="entrant",
        says="who may bid for a published project is fixed",
        frozen=f"NOT {UNPUBLISHED}",
        keys=(("id",), ("project_id", "unit_id")),
        born=UNPUBLISHED,
        stays=UNPUBLISHED,
    ),
    Guard(
        table="criterion",
        says="the criteria of a published project are fixed",
        frozen=f"NOT {UNPUBLISHED}",
        keys=(("id",), ("project_id", "position")),
        born=UNPUBLISHED,
        stays=UNPUBLISHED,
    ),
    Guard(
        table="project_file",
        says="the papers of a published project are fixed",
        frozen=f"NOT {UNPUBLISHED}",
        keys=(("id",), ("project_id", "file_id")),
        born=UNPUBLISHED,
        stays=UNPUBLISHED,
    ),
    Guard(
        table="bid",
        says="a bid is sealed until it is opened, and final from then on",
        frozen="{row}.state IN ('opened', 'broken')",
        kept="TRUE",
        keys=(("id",), ("project_id", "unit_id")),
        born=f"{{row}}.state = 'draft' AND {UNOPENED}",
        stays="NEW.project_id = OLD.project_id AND NEW.unit_id = OLD.unit_id AND "
        "(CASE WHEN NEW.state = 'opened' THEN EXISTS (SELECT 1 FROM project p WHERE p.id = NEW.project_id "
        f"AND p.state = 'opened') ELSE {UNOPENED.replace('{row}', 'NEW')} END)",
    ),
    Guard(
        table="fact",
        says="a fact about a village is not edited",
        keys=(("id",), ("bid_id", "name")),
        columns=("id", "bid_id", "name", "value", "source", "as_of", "disputed", "disputed_at"),
        may_change=("disputed", "disputed_at"),
        provided="OLD.disputed = ''",
    ),
    Guard(
        table="score",
        says="a complete comparison is final",
        frozen=COMPARED,
        keys=(("id",), ("bid_id", "criterion_id", "by_id")),
        born=f"NOT {COMPARED}",
        stays=f"NOT {COMPARED}",
    ),
    Guard(
        table="award",
        says="one award of a project stands, and only its end may be written to it",
        keys=(("id",), ("bid_id",), ("stands_for",)),
        columns=(
            "id",
            "project_id",
            "bid_id",
            "unit_id",
            "stands_for",
            "state",
            "reason",
            "is_single",
            "announced_at",
            "standstill_until",
            "by_id",
            "fallen_note",
            "at_fault",
        ),
        may_change=("state", "stands_for", "fallen_note", "at_fault"),
        provided="OLD.state <> 'fallen' AND (CASE WHEN NEW.state = 'fallen' THEN NEW.stands_for IS NULL "
        "ELSE NEW.stands_for = NEW.project_id END)",
        born="{row}.stands_for = {row}.project_id AND {row}.state = 'announced' AND EXISTS (SELECT 1 FROM bid b "
        "WHERE b.id = {row}.bid_id AND b.project_id = {row}.project_id AND b.unit_id = {row}.unit_id AND b.state = 'opened')",
    ),
    Guard(
        table="award_objection",
        says="an answered objection is final",
        frozen="{row}.state <> 'open'",
        kept="TRUE",
        born="{row}.state = 'open'",
    ),
    Guard(
        table="milestone",
        says="a step that was accepted is final",
        frozen="{row}.state = 'accepted'",
        kept="TRUE",
        keys=(("id",), ("award_id", "position")),
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
    dependencies = [("models", "0003_bidding")]
    operations = [ops.RunPython(forward)]
