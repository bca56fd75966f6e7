"""The trail's page: every command has words, and every step names who took it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import models
from models.base.commands import Command
from views.trail import SAID


def test_every_command_has_words_for_the_story() -> None:
    names = set()
    for found in pkgutil.walk_packages(models.__path__, "models."):
        if "migrations" not in found.name:
            held = vars(import_module(found.name)).values()
            names |= {one.name for one in held if isinstance(one, Command)}
    assert len(names) > 60
    assert names == set(SAID)
