"""Tests mirror the town: each file of models/ has a test of its name, or one that asks what it defines; all others are named here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.kept import ROOT

BUILT_BY = frozenset({"migrations", "demo"})
"""What has tests of another shape: each step upwards, and the whole town."""


def _asked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What a test takes from a module, or from the room that hands it on: imported, or behind a dot."""
    rooms: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                rooms[one.asname or one.name] = f"{node.module}.{one.name}"
                yield node.module, one.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
            yield rooms[node.value.id], node.attr


def defined(tree: ast.Module) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]


def unmirrored(files: list[Path], tests: list[Path]) -> dict[str, Path]:
    """By room and the first thing they define, so that a file that is only moved stays who it was."""
    names = {path.name for path in tests if path.relative_to(ROOT).parts[1] == "models"}
    asked = {one for path in tests for one in _asked(ast.parse(path.read_text("utf-8")))}
    found = {}
    for path in files:
        parts, own = path.relative_to(ROOT).with_suffix("").parts, defined(ast.parse(path.read_text("utf-8")))
        module, room = ".".join(parts), ".".join(parts[:-1])
        taken = any(where == module or (where == room and what in own) for where, what in asked)
        if own and not taken and f"test_{path.name}" not in names:
            found[f"{parts[-2]}.{own[0]}"] = path
    return found


def _files() -> list[Path]:
    found = sorted((ROOT / "models").rglob("*.py"))
    return [path for path in found if path.name != "__init__.py" and BUILT_BY.isdisjoint(path.parts)]


def _tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


MOST = 42
PLAYED_THROUGH = {
    "through everything that opens a database, reads rows or carries out a command: tests/models/base": """
        base.page_by_page base.column base.plain base.WorkedOut base.BoundedConnection base.watched""",
    "through bids that open by the clock of the database: tests/models/bidding/test_opening": """
        base.instant_of_this_command""",
    "through databases that are damaged for real: tests/outages, tests/views/terminal/test_verify": """
        base.is_damage""",
    "through the pages of what waits for somebody: tests/views/test_today, tests/models/inbox": """
        base.note_to_decide inbox.To inbox.Thing""",
    "through pages and files that tell it to everybody: tests/views/bidding, burden, surveys, rankings": """
        bidding.told burden.behind surveys.SurveyFilter rankings.RankingFilter rankings.Wanted schemes.on_show
        points.About""",
    "through complaints filed, handed on and kept: tests/models/complaints, tests/models/test_compliance": """
        complaints.Way compliance.Kept""",
    "through whole periods played from task to board: tests/models/evaluation, tests/models/rankings": """
        evaluation.adjust_closed evaluation.hear_voices rankings.Touched rankings.modes_at rankings.boards_of""",
    "through requests that are sent, screened and told: tests/models/test_intake, test_screening, tasks": """
        intake.Notice screening.Case tasks.lapses tasks.Load tasks.Progress tasks.found_today matters.loosened""",
    "through tables of all who read them, on the page, as a file and through the API: tests/leaks/test_masking": """
        registry.WideFile requests.asked_values""",
    "through texts that are likened to a year of them: tests/likeness": """
        likeness.ranker_of likeness.Wording models.Watched""",
    "through recounts of what was played, and of what was then changed: tests/models/recount": """
        recount.Sent recount.Traced recount.Given""",
    "through a work year of messages: tests/models/reminders": """
        reminders.queue_messages reminders.Wanted""",
    "through every table of the cases: tests/models/tables, tests/views/test_table_cases": """
        tables.notes_on tables.main""",
}
"""By how they are tested instead."""


def test_what_no_test_asks_directly_is_known_with_the_reason() -> None:
    found = unmirrored(_files(), _tests())
    named = {one for names in PLAYED_THROUGH.values() for one in names.split()}
    new = {one: str(path.relative_to(ROOT)) for one, path in found.items() if one not in named}
    assert not new, "write a small test of the file's name, or say here through which others it is played"
    assert len(named & set(found)) <= MOST, "the list only grows shorter"


def test_a_file_that_nobody_asks_is_found() -> None:
    points = [ROOT / "models/recount/points.py"]
    assert list(unmirrored(points, [])) == ["recount.check_points"]
    assert not unmirrored(points, _tests())
