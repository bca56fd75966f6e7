"""What is really kept, in the tables of a migrated database and in the words of the trail, holds nothing forbidden."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tortoise import Tortoise

from models import compliance

pytestmark = pytest.mark.anyio
SOURCES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(Path("models").rglob("*.py"))}
OF_THE_TOOLS = {"tortoise_migrations", "sqlite_sequence"}
"""Tables of the database's own tools: which migrations have run, and SQLite's last numbers."""


async def tables_of_the_database() -> dict[str, set[str]]:
    """Every table there is with its columns, whoever made it."""
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect == "sqlite":
        asked = (
            "SELECT t.name AS held, c.name AS named FROM sqlite_master t JOIN pragma_table_info(t.name) c "
            "WHERE t.type IN ('table', 'view')"
        )
    else:
        asked = (
            "SELECT table_name AS held, column_name AS named FROM information_schema.columns "
            "WHERE table_schema = current_schema()"
        )
    found: dict[str, set[str]] = {}
    for row in await connection.execute_query_dict(asked):
        found.setdefault(row["held"], set()).add(row["named"])
    return {name: columns for name, columns in found.items() if name not in OF_THE_TOOLS}


async def test_a_migrated_database_has_the_tables_and_columns_of_the_records_and_no_others(town: str) -> None:
    declared = {
        record._meta.db_table: set(record._meta.fields_db_projection.values())
        for record in (Tortoise.apps["models"] if Tortoise.apps else {}).values()
    }
    assert len(declared) > 50 and await tables_of_the_database() == declared
    await Tortoise.get_connection("default").execute_query("CREATE TABLE presence (person_id INT)")
    assert (await tables_of_the_database())["presence"] == {"person_id"}, "one made by hand is found"


def keys_in(tree: ast.AST) -> Iterator[str]:
    """Names under which something is kept: keys of objects, what is given to a dict, and the facts that events tell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (
                key.value for key in node.keys if isinstance(key, ast.Constant) and _is_name(key.value)
            )
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"dict"}:
            yield from (word.arg for word in node.keywords if word.arg)
        if isinstance(node, ast.Assign):
            yield from _put_in(node.targets)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Facts" for base in node.bases):
            yield from (ast.unparse(one.target) for one in node.body if isinstance(one, ast.AnnAssign))


def _put_in(targets: Iterable[ast.expr]) -> Iterator[str]:
    for one in targets:
        if (
            isinstance(one, ast.Subscript)
            and isinstance(one.slice, ast.Constant)
            and _is_name(one.slice.value)
        ):
            yield one.slice.value


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isidentifier() and value.isascii()


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if "compliance" not in p.parts], ids=lambda p: str(p.relative_to("models"))
)
def test_no_fact_of_the_trail_and_no_key_of_an_object_is_called_like_something_forbidden(path: Path) -> None:
    assert [f"{one.name}: {one.ban.what}" for one in compliance.checked(keys_in(SOURCES[path]))] == []


def test_the_check_of_keys_can_fail_and_reads_what_is_told_to_the_trail() -> None:
    wrong = ast.parse(
        'class Read(Facts):\n    reply_minutes: int\nkept = {"push_token": x}\nkept["altitude"] = 1\ndict(usage=2)'
    )
    assert sorted(one.name for one in compliance.checked(keys_in(wrong))) == [
        "altitude",
        "push_token",
        "reply_minutes",
        "usage",
    ]
    told = {key for tree in SOURCES.values() for key in keys_in(tree)}
    assert {"waived", "notice_days", "at_fault", "reported_on", "dispatched_at"} <= told
