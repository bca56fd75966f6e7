"""The two lists of the filing dossier, as tables for a desk: every column held, and every function offered."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, get_args

import models
from models.base.commands import PERSONAL, SEALED, SECRET, Command
from models.compliance.inventory import Column, Held, held, in_words
from models.exporting import Table

DATA_HEADS = (
    *(("类别", 14), ("表", 22), ("内容", 22), ("栏", 22), ("含义", 30), ("个人信息", 10), ("处理方式", 30)),
    ("谁能看", 36),
)
FUNCTION_HEADS = (
    *(("功能", 20), ("代号", 32), ("谁可以用", 44), ("什么时候可以用", 44)),
    *(("记入办理经过", 40), ("个人信息（单独存放）", 24), ("保密（不记）", 24)),
)


def data_list() -> bytes:
    """Every table and column with its meaning, whether it is personal, and who reads it."""
    made = Table("数据清单", DATA_HEADS)
    for tables in held().values():
        for table in tables:
            for column in table.columns:
                made.add(_data(table, column))
    return made.packed()


def _data(table: Held, column: Column) -> list[str]:
    personal = "是" if column.personal else "否"
    return [
        table.concept,
        table.name,
        table.meaning,
        column.name,
        column.meaning,
        personal,
        column.handled,
        "没有人" if column.is_digest else table.read_by,
    ]


def function_list() -> bytes:
    """Every command in its own words: who may, when, and what the trail is told of it."""
    made = Table("功能清单", FUNCTION_HEADS)
    for command in commands():
        made.add(_function(command))
    return made.packed()


def commands() -> list[Command[Any, Any, Any]]:
    """Every command of the town, by name, also those that only one door has asked for."""
    found = {
        one.name: one for module in _modules() for one in vars(module).values() if isinstance(one, Command)
    }
    return [found[name] for name in sorted(found)]


@cache
def _modules() -> list[ModuleType]:
    names = [one.name for one in walk_packages(models.__path__, "models.")]
    return [import_module(name) for name in names if name.split(".")[1] not in {"migrations", "demo"}]


def _function(command: Command[Any, Any, Any]) -> list[str]:
    told: dict[str, list[str]] = {"": [], "personal": [], "secret": []}
    for name, annotation in command.details.items():
        told[_kind(annotation)].append(in_words(command, name))
    when = " ".join(rule.otherwise for rule in command.when)
    told_of_it = ("、".join(names) for names in told.values())
    return [command.said, command.name, command.who.otherwise, when, *told_of_it]


def _kind(annotation: Any) -> str:
    marks = get_args(annotation)
    if SECRET in marks or SEALED in marks:
        return "secret"
    return "personal" if PERSONAL in marks else ""
