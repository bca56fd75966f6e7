"""What keeps the layers apart: floors, doors that know nothing of each other and write nothing, the same names in every layer."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from models import CONCEPTS
from models.base.commands import Command, Rule
from tests.sources import DOORS, MODELS, ROOT


def kept_apart(where: Path) -> subprocess.CompletedProcess[str]:
    """What the contract of `pyproject.toml` says of the packages in a folder."""
    lint = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(lint, cwd=where, capture_output=True, text=True, check=False)


def test_every_room_stands_on_those_below_it_and_the_doors_do_not_know_each_other() -> None:
    told = kept_apart(ROOT)
    assert told.returncode == 0, told.stdout


PLANTED = {
    "models/units/records.py": "from models.tasks import Task",
    "models/base/clock.py": "def late():\n    from models.people import Post",
    "models/people/records.py": "if TYPE_CHECKING:\n    from models.accounts import Account",
    "models/inbox/kinds.py": "from starlette.requests import Request",
    "schema/base/nodes.py": "import views.base.pages",
    "views/application.py": "import strawberry",
}


def test_the_contract_can_fail(tmp_path: Path) -> None:
    for part in ("models", "schema", "views"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in PLANTED.items():
        with (tmp_path / file).open("a", encoding="utf-8") as text:
            text.write(f"\n{line}\n")
    told = kept_apart(tmp_path)
    assert told.returncode == 1
    for file in PLANTED:
        assert f"{file.removesuffix('.py').replace('/', '.')} -> " in told.stdout
    with (tmp_path / "schema/units.py").open("a", encoding="utf-8") as text:
        text.write("\nfrom schema.people import Post\n")
    assert "No cycles are allowed in schema" in kept_apart(tmp_path).stdout


def test_concepts_stand_in_the_order_of_the_floors() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["models"])
    floor = {room: n for n, layer in enumerate(reversed(layers)) for room in layer.split(" | ")}
    floors = [floor[concept.split(".")[1]] for concept in CONCEPTS]
    assert floors == sorted(floors)


def late(source: str, room: str) -> list[str]:
    """Other rooms that a file of this one imports elsewhere than at its top, or for its types alone."""
    tree = ast.parse(source)
    elsewhere = (node for node in ast.walk(tree) if node not in tree.body)
    return [name for node in elsewhere for name in imported(node) if is_of_another(name, room)]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{one.name}" for one in node.names]
    return []


def is_of_another(name: str, room: str) -> bool:
    return name.startswith("models.") and name.split(".")[1] != room


def test_rooms_are_imported_at_the_top_of_a_file() -> None:
    found = {}
    for path in MODELS:
        room = path.relative_to(ROOT / "models").parts[0].removesuffix(".py")
        if names := late(path.read_text("utf-8"), room):
            found[path] = names
    assert found == {}


def test_the_check_of_late_imports_can_fail() -> None:
    assert late("def late():\n    from models.tasks import Task", "files") == ["models.tasks.Task"]
    assert late("if TYPE_CHECKING:\n    from models import people", "units") == ["models.people"]
    assert late("def late():\n    from models.tables.texts import read_text", "tables") == []


NO_CONCEPT = {
    "views": {
        "application": "where both doors are put together",
        "explorer": "the page to try the API on",
        "public": "what is nobody's: the start page, what robots and watchmen ask for",
        "terminal": "the command line, one file for each command",
    },
    "templates": {
        "base.html": "the frame of every page",
        "explorer": "the page to try the API on",
        "public": "the start page",
    },
    "schema": {"viewer": "who is asking, and any node by its id"},
}
"""What in a door is named otherwise than a concept of the town, and why."""
UNDER_NO_NAME = {"__init__.py", "__main__.py", "schema.graphql", "released.graphql", "base"}


def names_in_layer(layer: Path) -> set[str]:
    """What a layer is made of: the names of its folders and files, `base` beside."""
    files = (path for path in layer.rglob("*") if path.suffix in {".py", ".html", ".graphql"})
    tops = {path.relative_to(layer).parts[0] for path in files} - UNDER_NO_NAME
    return {name.removesuffix(".py") for name in tops}


def strangers_to_the_town(layer: str, there: set[str]) -> set[str]:
    """Names of which models know nothing and no reason is given."""
    return there - names_in_layer(ROOT / "models") - set(NO_CONCEPT[layer])


@pytest.mark.parametrize("layer", sorted(NO_CONCEPT))
def test_the_same_name_opens_each_column(layer: str) -> None:
    there = names_in_layer(ROOT / layer)
    assert strangers_to_the_town(layer, there) == set()
    assert set(NO_CONCEPT[layer]) <= there, "a reason is given for what is no longer there"


def test_the_check_of_columns_can_fail() -> None:
    assert strangers_to_the_town("views", {"bidding", "desk", "public"}) == {"desk"}
    assert strangers_to_the_town("schema", {"lists", "matters", "terminal"}) == {"lists", "terminal"}


WRITING = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
    "delete",
    "update",
}
OPENS = {"in_transaction", "tortoise.transactions", "transactions"}
NOT_ROWS = re.compile(r"(headers|filters|details|digest|seen|kept)$")
"""Plain dictionaries and sets on which a door may call `update` and the like."""


def writes(source: str) -> list[str]:
    """Calls that would change rows: a door may only run commands."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
            on = ast.unparse(node.func.value)
            if not NOT_ROWS.search(on):
                found.append(f"{on}.{node.func.attr}")
        if isinstance(node, ast.Name | ast.alias) and getattr(node, "id", getattr(node, "name", "")) in OPENS:
            found.append("in_transaction")
    return found


@pytest.mark.parametrize("path", DOORS, ids=lambda p: str(p.relative_to(ROOT)))
def test_doors_never_write(path: Path) -> None:
    assert writes(path.read_text("utf-8")) == []


def test_the_check_of_doors_can_fail() -> None:
    assert writes("await Task.filter(id=1).update(state='x')") == ["Task.filter(id=1).update"]
    assert writes("async with in_transaction(): pass") == ["in_transaction"]
    assert writes("from tortoise.transactions import in_transaction as one") == ["in_transaction"]
    assert writes("import tortoise.transactions") == ["in_transaction"]


ONLY_THE_CLOCK = re.compile(r"def \w+\(actor: Viewer, \w+: \w+\) -> bool:\n    return actor\.is_clock\n")


def test_what_only_the_calendar_does_is_said_in_one_word() -> None:
    again = [str(path) for path in MODELS if ONLY_THE_CLOCK.search(path.read_text("utf-8"))]
    assert again == [], "only_the_clock of models.base.ticking says this"
    assert ONLY_THE_CLOCK.search("def late(actor: Viewer, task: Task) -> bool:\n    return actor.is_clock\n")


def test_rules_and_commands_are_made_in_models_only() -> None:
    import schema as graphql_door
    from views.terminal import cli

    for module in (graphql_door, cli):
        made = [
            n
            for n, v in vars(module).items()
            if isinstance(v, Rule | Command) and v.__module__ == module.__name__
        ]
        assert made == []
