"""Every command says to whom its event speaks, or why it speaks to nobody: a new one cannot be forgotten."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import get_type_hints

import pytest

import models
from models.base.commands import command, rule
from models.base.records import Record
from models.compliance.dossier import commands
from models.files import File
from models.inbox import ALWAYS, DECLARED, KINDS, TOPICS, Silent
from models.inbox.declarations import Declared
from views.inbox import PAGES, PLACES
from views.trail import TOLD

pytestmark = pytest.mark.anyio

for _module in pkgutil.walk_packages(models.__path__, "models."):
    if ".migrations" not in _module.name:
        importlib.import_module(_module.name)


def forgotten(declared: Mapping[str, Declared]) -> set[str]:
    return {one.name for one in commands() if one.act.__module__.startswith("models.")} ^ set(declared)


def test_every_command_is_declared_and_none_that_is_gone() -> None:
    assert forgotten(DECLARED) == set()
    assert len(DECLARED) > 140


def test_the_walk_finds_a_command_that_nobody_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    @command(said="试一下", who=rule("谁都可以。")(lambda *_: True))
    async def decide_something(actor: object, subject: Record) -> None:
        """A command somebody has just written."""

    decide_something.name = "tasks.decide_something"
    decide_something.act.__module__ = "models.tasks.deciding"
    monkeypatch.setattr(models.tasks, "decide_something", decide_something, raising=False)
    assert forgotten(DECLARED) == {"tasks.decide_something"}


def test_silence_has_a_reason_that_a_person_can_read() -> None:
    silent = {name: one.why for name, one in DECLARED.items() if isinstance(one, Silent)}
    assert all(len(why) >= 10 and why.endswith("。") for why in silent.values()), silent


def has_a_trail_on_a_page(record: type[Record]) -> bool:
    """Its own, or that of what it is part of."""
    whole = record._meta.fields_map.get(record.part_of)
    return record.__name__ in TOLD or (whole is not None and has_a_trail_on_a_page(whole.related_model))


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
async def test_silence_that_points_to_the_trail_is_of_what_has_one_on_a_page(town: str) -> None:
    silent = {name for name, one in DECLARED.items() if isinstance(one, Silent) and "办理经过" in one.why}
    subject = {one.name: list(get_type_hints(one.act).values())[1] for one in commands()}
    assert [name for name in sorted(silent) if not has_a_trail_on_a_page(subject[name])] == []
    assert silent and not has_a_trail_on_a_page(File)


def test_every_kind_has_a_name_and_a_subject_that_can_be_chosen() -> None:
    assert {kind.topic for kind in KINDS.values()} - {ALWAYS} <= set(TOPICS)
    assert all(kind.label and ("{}" in kind.outside or not kind.outside) for kind in KINDS.values())
    labels = [kind.label for kind in KINDS.values()]
    assert len(labels) == len(set(labels))


def test_no_thing_has_two_places() -> None:
    assert not set(PAGES) & set(PLACES)
