"""What events tell is typed, kind by kind: it reads back as it was told, and what older events did not tell is no mistake."""

from __future__ import annotations

import ast
import json
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from typing import Any, get_args, get_origin

import pytest

from models.base.canonical import canonical, plain
from models.base.facts import Facts, _kinds
from models.compliance.dossier import commands
from models.intake.submission import Asked
from models.tasks.trail_facts import Accepted, Dispatched
from tests.sources import ROOT

assert commands(), "every room is loaded, and so is every kind"
KINDS = sorted(Facts.__subclasses__(), key=lambda one: one.__name__)


def some(kind: Any) -> Any:
    """A value of a kind."""
    if get_origin(kind) is tuple:
        return (some(get_args(kind)[0]),)
    if type(None) in get_args(kind):
        return some(get_args(kind)[0])
    known = {
        int: 7,
        str: "七",
        bool: True,
        date: date(2026, 5, 13),
        datetime: datetime(2026, 5, 13, 2, tzinfo=UTC),
    }
    return known[kind]


def a(kind: type[Facts]) -> Facts:
    return kind(**{name: some(one) for name, one in _kinds(kind).items()})


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_what_was_told_reads_back_the_same(kind: type[Facts]) -> None:
    made = a(kind)
    kept = json.loads(canonical(plain(made.told())))
    assert kind.read(kept) == made and kind.__doc__
    assert kind.read(kept | {"told_by_a_later_version": 1, "shown": {}}) == made


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_an_event_from_before_it_was_told_or_written_over_says_nothing_and_breaks_nothing(
    kind: type[Facts],
) -> None:
    assert kind.read({}) is None
    kept = json.loads(canonical(plain(a(kind).told())))
    for one in fields(kind):
        if one.default is MISSING:
            assert kind.read({name: value for name, value in kept.items() if name != one.name}) is None
        kind.read(kept | {one.name: {"written": "over"}})


def test_old_trails_still_read() -> None:
    """Facts as events of earlier versions hold them."""
    dispatch = {
        "task": 3,
        "township": 2,
        "dispatched_at": "2026-05-13T02:00:00.000000+00:00",
        "units": [4],
        "hours": "2",
    }
    assert Dispatched.read(dispatch) == Dispatched(
        task=3, township=2, dispatched_at=datetime(2026, 5, 13, 2, tzinfo=UTC), units=(4,), hours="2"
    )
    assert Asked.read({"waived": 0, "notice_days": None, "notice_due": 5}) == Asked(
        waived=0, notice_days=None, notice_due=5
    )
    assert Accepted.read({"task": 3, "unit": 4}) is None, (
        "of before the rest was told; its readers take it as it is"
    )


def told_by_hand(source: str) -> list[str]:
    """Calls of `tell` that give it anything but one typed form."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "tell"
        and (node.keywords or len(node.args) != 1)
    ]


def test_every_command_tells_a_typed_form() -> None:
    sources = [path for path in (ROOT / "models").rglob("*.py") if path.parent.name != "migrations"]
    assert [found for path in sources for found in told_by_hand(path.read_text("utf-8"))] == []
    assert told_by_hand("tell(asks=True)") and told_by_hand("tell(**facts)") and len(KINDS) >= 14


def read_by_name(source: str) -> set[str]:
    """Names under which readers look for a fact."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        held = name = None
        if isinstance(node, ast.Subscript):
            held, name = node.value, node.slice
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            held, name = node.func.value, node.args[0]
        if held is not None and ast.unparse(held).endswith("facts") and isinstance(name, ast.Constant):
            found.add(str(name.value))
    return found


def test_whoever_looks_for_a_fact_by_its_name_finds_it_in_some_kind() -> None:
    looked_for: set[str] = set()
    for room in ("points", "recount", "inbox", "base"):
        for path in (ROOT / "models" / room).rglob("*.py"):
            looked_for |= read_by_name(path.read_text("utf-8"))
    there = {one.name for kind in KINDS for one in fields(kind)} | {"shown"}
    assert len(looked_for) > 10 and looked_for <= there
    assert read_by_name('self.facts.get("repotred_on")') == {"repotred_on"}
