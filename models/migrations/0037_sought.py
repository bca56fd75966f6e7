"""What rows are found by is kept folded beside them, and people already known under their one name and number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base.folding import folded
from models.base.identities import name_of
from models.base.refusals import Unreadable
from models.base.search import Sought
from models.base.telephones import telephone
from models.migrations._neighbours import together

FOUND_BY: dict[str, tuple[str, tuple[str, ...]]] = {
    "Unit": ("unit", ("name",)),
    "Person": ("person", ("name",)),
    "Matter": ("matter", ("title", "code", "lead_department", "scope")),
    "MatterAlias": ("matter_alias", ("phrase",)),
    "WorkRequest": ("work_request", ("title", "document_number")),
    "Task": ("task", ("title", "code")),
    "Project": ("project", ("title",)),
    "Concern": ("concern", ("title",)),
    "Survey": ("survey", ("title",)),
    "Complaint": ("complaint", ("words",)),
    "PublishedAnswer": ("published_answer", ("summary",)),
}
AT_ONCE = 1000
Writing = Callable[[], Awaitable[None]]


async def fold_what_is_there(apps: Any, editor: Any) -> None:
    client = editor.client
    await _rewrite(client, "person", ("name", "phone"), ("name", "phone"), _known_by)
    for table, columns in FOUND_BY.values():

        async def fold(table: str = table, columns: tuple[str, ...] = columns) -> None:
            await _rewrite(client, table, columns, ("sought",), _words)

        await _past_the_guards(client, table, fold)


def _words(*said: str) -> tuple[str]:
    return ("\n".join(folded(str(one or "")) for one in said),)


def _known_by(name: str, phone: str) -> tuple[str, str]:
    try:
        return name_of(name) or name, telephone(phone)
    except Unreadable:
        return name_of(name) or name, phone


async def _rewrite(
    client: Any,
    table: str,
    read: tuple[str, ...],
    written: tuple[str, ...],
    make: Callable[..., tuple[str, ...]],
) -> None:
    """So many rows at a time, from the first on."""
    sqlite, last = client.capabilities.dialect == "sqlite", 0
    held = ["?"] * 9 if sqlite else [f"${n}" for n in range(1, 9)]
    sets = ", ".join(f'"{column}" = {held[at]}' for at, column in enumerate(written))
    columns = ", ".join(f'"{column}"' for column in read)
    while True:
        rows = await client.execute_query_dict(
            f'SELECT id, {columns} FROM "{table}" WHERE id > {held[0]} ORDER BY id LIMIT {AT_ONCE}',  # noqa: S608
            [last],
        )
        if not rows:
            return
        told = [[*make(*(row[column] for column in read)), row["id"]] for row in rows]
        await client.execute_many(f'UPDATE "{table}" SET {sets} WHERE id = {held[len(written)]}', told)  # noqa: S608
        last = rows[-1]["id"]


async def _past_the_guards(client: Any, table: str, write: Writing) -> None:
    """A column that only repeats others is written also where a row is final; everything else stays guarded."""
    if client.capabilities.dialect != "sqlite":
        await client.execute_script(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        await write()
        await client.execute_script(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        return
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    guards = await client.execute_query_dict(asked, [table])
    for guard in guards:
        await client.execute_query(f'DROP TRIGGER "{guard["name"]}"')
    await write()
    for guard in guards:
        await client.execute_query(guard["sql"])


class Migration(migrations.Migration):
    dependencies = [("models", "0036_originals_of_files")]

    initial = False

    operations = together(
        [
            *(
                ops.AddField(model_name=model, name="sought", field=Sought(*columns))
                for model, (_, columns) in FOUND_BY.items()
            ),
            ops.RunPython(fold_what_is_there),
        ]
    )
