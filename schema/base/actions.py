"""`allowed`: what the viewer may do with a record now, by the very rules that would refuse it.

Nobody keeps a list: each mutation upon a record is one of its actions, under the mutation's own name, and its command
is asked by `allows`, as the buttons of pages are.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Any, cast

import strawberry
from strawberry.utils.str_converters import to_snake_case

from models.base.commands import Command
from models.base.records import Record
from models.base.viewer import Viewer
from schema.base.fills import later
from schema.base.mutations import VERBS
from schema.base.nodes import RECORDS, SHOWN, also

Commands = Mapping[str, Command[Any, Any, Any]]
WORDS = "What the viewer may do with it now, by the mutation of the same name. New values may appear: ignore those you do not know."


def offer_actions() -> None:
    """Give each type the actions that mutations have for its record."""
    for name, shown in SHOWN.items():
        upon = {of: verb for of, verb in VERBS.items() if verb.record is RECORDS[name]}
        commands = {_called(of): verb.command for of, verb in upon.items()}
        if commands:
            also(shown, allowed=_allowed(shown.__name__, commands))


def _called(mutation: str) -> str:
    return to_snake_case(mutation).upper()


def _allowed(name: str, commands: Commands) -> Any:
    members = {
        called: strawberry.enum_value(called, description=_said(one)) for called, one in commands.items()
    }
    made: Any = cast(Any, Enum)(f"{name}Action", members)
    actions = strawberry.enum(made, description=f"What may be done with a {name}, by the names of mutations.")
    return later(_load(commands), WORDS, graphql_type=list[actions])  # type: ignore[valid-type]


def _said(command: Command[Any, Any, Any]) -> str:
    return (inspect.getdoc(command.act) or "").partition("\n")[0]


def _load(commands: Commands) -> Callable[[Viewer, list[Record]], Awaitable[Mapping[int, list[str]]]]:
    async def load(viewer: Viewer, rows: list[Record]) -> Mapping[int, list[str]]:
        return {row.pk: [name for name, one in commands.items() if one.allows(viewer, row)] for row in rows}

    return load
