"""Mutations made from commands: the command's own signature says which arguments a caller gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_type_hints

import strawberry
from strawberry import ID, UNSET, Info

from models.base.commands import Command
from models.base.given import Kind, kind_of
from models.base.records import Record
from models.base.refusals import Refusal as No
from models.base.viewer import Viewer
from models.bidding import Paper, paper_held
from models.files import Stored, Upload, stored_of
from schema.base.fetch import one, some
from schema.base.nodes import located
from schema.base.refusals import Refusal, refusal

Key = Annotated[
    str, strawberry.argument(description="Chosen by the caller: a repeat of the key is done once.")
]
SEEN = strawberry.argument(
    description="The version the caller has seen (of what is not there yet: none): a newer one refuses, and says what changed."
)
LEFT_OUT = strawberry.argument(description="Left out, it stays as it is; null empties it.")
UPLOADED = strawberry.argument(description="Ids of what was sent ahead to POST /files within a day.")
SENT_AHEAD: dict[Any, Callable[[Upload], Any]] = {Stored: stored_of, Paper: paper_held}
"""Details that are files: a caller sends them ahead and names them by id."""
SAYABLE = (str, int, bool, date, datetime, Decimal)
MADE_UP: dict[str, Any] = {}
"""Result types made here, by name: a union or list is declared once however many mutations use it."""


@dataclass(frozen=True)
class Argument:
    """One detail of a command as a caller of GraphQL gives it."""

    name: str
    kind: Kind
    record: type[Record] | None
    default: Any

    @property
    def shown(self) -> Any:
        one: Any = ID if self.record or self.item in SENT_AHEAD else self.item
        bare: Any = list[one] if self.kind.is_many else one
        if self.default is inspect.Parameter.empty:
            return bare
        if self.item in SENT_AHEAD:
            return Annotated[bare | None, UPLOADED]
        return Annotated[bare | None, LEFT_OUT] if self.kind.may_be_absent else bare | None

    @property
    def item(self) -> Any:
        return self.kind.item if self.kind.is_many else self.kind.type

    @property
    def is_sayable(self) -> bool:
        """Whether GraphQL can carry it; uploads, for one, come through pages only."""
        return self.record is not None or self.item in SAYABLE or self.item in SENT_AHEAD

    def is_in(self, given: dict[str, Any]) -> bool:
        """Whether the caller said it: null says "empty" of what may be left out, and nothing of anything else."""
        return self.name in given and (given[self.name] is not None or self.kind.may_be_absent)

    async def read(self, viewer: Viewer, value: Any) -> Any:
        if value is None:
            return self.kind.emptied(self.name)
        if self.item in SENT_AHEAD:
            sent = [await located(viewer, Upload, text) for text in value]
            return [SENT_AHEAD[self.item](upload) for upload in sent]  # type: ignore[arg-type]
        if self.record is None:
            return value
        if self.kind.is_many:
            return [await located(viewer, self.record, text) for text in value]
        return await located(viewer, self.record, value)


def mutation(command: Command[Any, Any, Any], shown: Any, subject: str, listed: bool = False) -> Any:
    """A mutation that acts by one command and answers with what it made, or with the refusal."""
    record, arguments = _subject_of(command), _arguments_of(command)

    async def act(info: Info, **given: Any) -> Any:
        viewer = info.context.viewer
        try:
            upon = await located(viewer, record, given[subject])
            details = {a.name: await a.read(viewer, given[a.name]) for a in arguments if a.is_in(given)}
            seen = given.get("seen") or ""
            return _answer(await command.once(given["key"], viewer, upon, seen=seen, **details), upon, listed)
        except No as no:
            return refusal(no)

    _sign(act, subject, arguments, _seen(command, record))
    return strawberry.mutation(
        resolver=act, graphql_type=result_of(shown, listed), description=inspect.getdoc(command.act)
    )


def _answer(result: Any, upon: Record, listed: bool) -> Any:
    if listed:
        return Many(tuple(row.pk for row in result), type(result[0]) if result else type(upon))
    made = result if isinstance(result, Record) else upon
    return one(type(made), made.pk)


@dataclass(frozen=True)
class Many:
    pks: tuple[int, ...]
    record: type[Record]

    @property
    def items(self) -> Any:
        return some(self.record, self.pks)


def result_of(shown: Any, listed: bool = False) -> Any:
    """Thing | Refusal; nullable, since what was done may no longer be the viewer's to see."""
    thing = _list_of(shown) if listed else shown
    title = f"{thing.__name__}OrRefusal"
    if title not in MADE_UP:
        MADE_UP[title] = Annotated[Union[thing, Refusal], strawberry.union(title)]  # noqa: UP007
    return MADE_UP[title] | None


def _list_of(shown: Any) -> Any:
    title = f"{shown.__name__}List"
    if title not in MADE_UP:
        body = {"__annotations__": {"items": list[shown]}, "__module__": shown.__module__}
        listed = type(title, (), body)
        listed.is_type_of = classmethod(lambda _cls, value, _info: isinstance(value, Many))  # type: ignore[attr-defined]
        MADE_UP[title] = strawberry.type(listed, description=f"Several of {shown.__name__}.")
    return MADE_UP[title]


def _subject_of(command: Command[Any, Any, Any]) -> type[Record]:
    hints, parameters = get_type_hints(command.act), list(inspect.signature(command.act).parameters)
    record: type[Record] = hints[parameters[1]]
    return record


def _arguments_of(command: Command[Any, Any, Any]) -> list[Argument]:
    parameters = inspect.signature(command.act).parameters
    found = [_argument(name, hint, parameters[name].default) for name, hint in command.details.items()]
    return [argument for argument in found if argument.is_sayable]


def _argument(name: str, hint: Any, default: Any) -> Argument:
    kind = kind_of(hint)
    inside = kind.item if kind.is_many else kind.type
    record = inside if inspect.isclass(inside) and issubclass(inside, Record) else None
    return Argument(name, kind, record, default)


def _seen(command: Command[Any, Any, Any], record: type[Record]) -> list[inspect.Parameter]:
    """The version that was read: it must be said by whoever signs, and may be by whoever changes."""
    kind = inspect.Parameter.KEYWORD_ONLY
    if command.binds is not None:
        return [inspect.Parameter("seen", kind, annotation=Annotated[str, SEEN])]
    may_say = inspect.Parameter("seen", kind, annotation=Annotated[str | None, SEEN], default=None)
    return [may_say] if record.versioned or command.edits else []


def _sign(act: Any, subject: str, arguments: list[Argument], seen: list[inspect.Parameter]) -> None:
    """Give the resolver the signature that Strawberry reads its arguments from."""
    empty, kind = inspect.Parameter.empty, inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(n, kind, annotation=t) for n, t in (("info", Info), ("key", Key), (subject, ID))
    ]
    for a in arguments:
        default = empty if a.default is empty else UNSET if a.kind.may_be_absent else None
        parameters.append(inspect.Parameter(a.name, kind, annotation=a.shown, default=default))
    parameters += seen
    act.__signature__ = inspect.Signature(parameters)
    act.__annotations__ = {p.name: p.annotation for p in parameters}
