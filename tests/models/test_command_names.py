"""Every command says once what it is called, and keeps its name: old trails tell of it, and much refers to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from models.base.command_words import SAID, in_words
from models.compliance.dossier import commands
from tests.sources import ROOT

COMMANDS = {one.name: one for one in commands()}
ROOMS = {name.split(".")[0] for name in COMMANDS}
RELEASED = Path(__file__).with_name("released_commands.txt").read_text("utf-8").split()
"""Names that trails in use may tell of. One is added with its command, and none ever goes."""
SHAPE = re.compile(r"[a-z_]+\.[a-z_]+")
FILES = re.compile(r".*\.(csv|tsv|py)")


def referred_to(source: str) -> Iterator[str]:
    """What a file names by strings that look like the name of a command."""
    for node in ast.walk(ast.parse(source)):
        said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if SHAPE.fullmatch(said) and said.split(".")[0] in ROOMS and not FILES.fullmatch(said):
            yield said


def test_every_command_says_what_it_is_called_and_no_two_say_the_same_of_one_thing() -> None:
    assert len(COMMANDS) > 150
    for name, one in COMMANDS.items():
        assert re.search("[\u4e00-\u9fff]", one.said), f"say in @command(said=…) what {name} is called"
        assert in_words(name) == SAID[name] == one.said
    assert in_words("tasks.gone_long_ago") == "tasks.gone_long_ago"


def test_every_command_that_is_referred_to_is_there() -> None:
    named = {
        (str(path.relative_to(ROOT)), name)
        for layer in ("models", "schema", "views")
        for path in (ROOT / layer).rglob("*.py")
        if path.parent.name != "migrations"
        for name in referred_to(path.read_text("utf-8"))
    }
    assert [(path, name) for path, name in sorted(named) if name not in COMMANDS] == []
    assert len({name for _, name in named}) > 100, "the check reads something"


def test_the_check_of_references_can_fail() -> None:
    assert list(referred_to('x = during("tasks.acept", "units.csv", "some.other")')) == ["tasks.acept"]


def test_no_name_that_trails_may_tell_of_has_changed() -> None:
    gone = set(RELEASED) - set(COMMANDS)
    assert not gone, f"a command that moved or is called otherwise now keeps its old name by name=…: {gone}"
