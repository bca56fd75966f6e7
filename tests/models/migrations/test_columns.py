"""What a migration takes out of a table that others lead to: the table stays, with its triggers and its rows."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.sources import ROOT

TOLD_ONLY = {"0016_one_moment.py", "0030_alarms_of_an_hour.py"}
"""Here the statements stand beside it, and the operation only tells the records."""


def takes_columns_out(path: Path) -> bool:
    """Whether it uses Tortoise's own step, which makes the whole table anew on SQLite and fails where rows lead to it."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).endswith("RemoveField")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )


def test_columns_go_from_where_they_stand() -> None:
    steps = sorted((ROOT / "models" / "migrations").glob("0*.py"))
    assert len(steps) > 40 and {one.name for one in steps if takes_columns_out(one)} <= TOLD_ONLY
