"""Triggers that let no row begin or go where the tables of states have no move, and keep the rows that have states."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base.guards import (
    Guard,
    Moves,
    moves_on_postgres,
    moves_on_sqlite,
    postgres_statements,
    sqlite_statements,
)

MOVES = [
    Moves(
        table="appeal",
        born=("open",),
        moves={
            "open": ("upheld", "dismissed"),
        },
    ),
    Moves(
        table="assignment",
        born=("dispatched",),
        moves={
            "dispatched": ("received", "reported", "objected", "suspended", "withdrawn"),
            "received": ("reported", "objected", "suspended", "withdrawn"),
            "reported": ("returned", "accepted", "withdrawn"),
            "returned": ("reported", "objected", "suspended", "withdrawn"),
            "objected": ("dispatched", "received", "returned", "withdrawn"),
            "suspended": ("dispatched", "received", "returned", "withdrawn"),
        },
    ),
    Moves(
        table="award",
        born=("announced",),
        moves={
            "announced": ("standing", "fallen"),
            "standing": ("fallen",),
        },
    ),
    Moves(
        table="award_objection",
        born=("open",),
        moves={
            "open": ("upheld", "dismissed", "lapsed"),
        },
    ),
    Moves(
        table="bid",
        born=("draft",),
        moves={
            "draft": ("submitted",),
            "submitted": ("submitted", "withdrawn", "opened", "broken"),
            "withdrawn": ("submitted",),
        },
    ),
    Moves(
        table="complaint",
        born=("open",),
        moves={
            "open": ("answered", "withdrawn"),
            "answered": ("reopened", "closed"),
            "reopened": ("reanswered",),
            "reanswered": ("closed",),
        },
    ),
    Moves(
        table="concern",
        born=("raised",),
        moves={
            "raised": ("accepted", "forwarded", "answered", "withdrawn"),
            "accepted": ("forwarded", "answered", "withdrawn"),
            "forwarded": ("accepted", "declined", "answered", "withdrawn"),
            "declined": ("accepted", "forwarded", "answered", "withdrawn"),
            "answered": ("returned", "closed"),
            "returned": ("reanswered", "withdrawn"),
            "reanswered": ("closed", "unsettled"),
        },
    ),
    Moves(
        table="extension",
        born=("asked",),
        moves={
            "asked": ("granted", "refused", "lapsed"),
        },
    ),
    Moves(
        table="matter_list",
        born=("draft",),
        moves={
            "draft": ("proposed",),
            "proposed": ("draft", "published"),
        },
    ),
    Moves(
        table="milestone",
        born=("planned",),
        moves={
            "planned": ("reported", "dropped"),
            "reported": ("returned", "accepted", "dropped"),
            "returned": ("reported", "dropped"),
        },
    ),
    Moves(
        table="objection",
        born=("open",),
        moves={
            "open": ("upheld", "refused", "lapsed"),
            "refused": ("appealed",),
            "appealed": ("appeal_upheld", "appeal_refused", "lapsed"),
        },
    ),
    Moves(
        table="project",
        born=("draft",),
        moves={
            "draft": ("submitted", "dropped"),
            "submitted": ("draft", "published", "dropped"),
            "published": ("opened", "failed", "cancelled"),
            "opened": ("announced", "failed", "cancelled"),
            "announced": ("opened", "awarded"),
            "awarded": ("opened", "delivered"),
        },
    ),
    Moves(
        table="scheme",
        born=("draft", "adopted"),
        moves={
            "draft": ("adopted", "dropped"),
        },
    ),
    Moves(
        table="scorer",
        born=("named",),
        moves={
            "named": ("ready", "recused"),
            "ready": ("done", "recused"),
        },
    ),
    Moves(
        table="survey",
        born=("draft",),
        moves={
            "draft": ("open",),
            "open": ("closed",),
        },
    ),
    Moves(
        table="task",
        born=("draft",),
        moves={
            "draft": ("submitted", "approved", "dispatched", "withdrawn"),
            "submitted": ("draft", "approved", "withdrawn"),
            "approved": ("draft", "dispatched", "withdrawn"),
            "dispatched": ("closed", "withdrawn"),
        },
    ),
    Moves(
        table="work_request",
        born=("pending_review", "answered", "rejected"),
        moves={
            "pending_review": ("pending_review", "admitted", "rejected", "answered", "withdrawn"),
            "admitted": ("pending_review", "rejected", "answered", "withdrawn"),
            "rejected": ("exception",),
            "exception": ("rejected", "withdrawn"),
        },
    ),
]
KEPT = [
    Guard(table=table, says=f"a row of {table} stays", frozen="FALSE", kept="TRUE", keys=(("id",), *keys))
    for table, keys in {
        "work_request": (),
        "extension": (),
        "objection": (),
        "concern": (),
        "scorer": (("project_id", "post_id"),),
    }.items()
]


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in sqlite_statements(KEPT) + [one for of in MOVES for one in moves_on_sqlite(of)]:
            await editor.client.execute_query(statement)
        return
    for statement in postgres_statements(KEPT) + [one for of in MOVES for one in moves_on_postgres(of)]:
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0018_uploads")]
    operations = [ops.RunPython(forward)]
