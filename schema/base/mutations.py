"""Mutations made from commands: the command's own signature says what its input asks, and its payload tells.

Every one takes one `input` with the key of idempotency and answers with a payload: the thing, the refusals (none where
it was done) and whether the key had been answered before.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints

import strawberry
from strawberry import ID, UNSET, Info
from strawberry.utils.str_converters import to_camel_case, to_snake_case

from models.base.commands import Command
from models.base.given import Kind, kind_of
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.refusals import Refusal as No
from models.base.viewer import Viewer
from models.bidding import Paper, paper_held
from models.files import Stored, Upload, stored_of
from schema.base.enums import code_in
from schema.base.errors import IN_PERSON
from schema.base.nodes import located, located_all
from schema.base.reading import one
from schema.base.references import REFERENCES
from schema.base.refusals import Refusal, refusal

T = TypeVar("T", bound=type)

KEY = "Chosen by the caller, 1 to 64 characters: a repeat is answered with the first result, however late."
SEEN = 'The `version` that was read (none: "none"): over a newer one it is refused with VERSION_CONFLICT.'
LEFT_OUT = "Left out, it stays as it is; null empties it."
UPLOADED = "Ids of what was sent ahead to POST /files within a day."
SENT_AHEAD: dict[Any, Callable[[Upload], Any]] = {Stored: stored_of, Paper: paper_held}
"""Details that are files: a caller sends them ahead and names them by id."""
SAYABLE = (str, int, bool, date, datetime, Decimal)


@dataclass(frozen=True)
class Argument:
    """One detail of a command as a caller of GraphQL gives it."""

    name: str
    kind: Kind
    record: type[Record] | None
    default: Any
    codes: type[Enum] | None = None

    @property
    def shown(self) -> Any:
        one: Any = self._one
        bare: Any = list[one] if self.kind.is_many else one
        return bare if self.must_be_given else bare | None

    @property
    def _one(self) -> Any:
        if self.record is not None:
            return reference_to(self.record)
        return ID if self.item in SENT_AHEAD else self.codes or self.item

    @property
    def must_be_given(self) -> bool:
        return self.default is inspect.Parameter.empty

    @property
    def description(self) -> str:
        words = [UPLOADED] if self.item in SENT_AHEAD else []
        return " ".join([*words, *([LEFT_OUT] if self.kind.may_be_absent else [])])

    @property
    def item(self) -> Any:
        return self.kind.item if self.kind.is_many else self.kind.type

    @property
    def is_sayable(self) -> bool:
        """Whether GraphQL can carry it; what is typed in person, for one, comes through pages only."""
        known = self.record is not None or self.item in SAYABLE or self.item in SENT_AHEAD
        return known and self.name != IN_PERSON

    def is_in(self, given: Mapping[str, Any]) -> bool:
        """Whether the caller said it: null says "empty" of what may be left out, and nothing of anything else."""
        return self.name in given and (given[self.name] is not None or self.kind.may_be_absent)

    async def read(self, viewer: Viewer, value: Any) -> Any:
        if value is None:
            return self.kind.emptied(self.name)
        if self.item in SENT_AHEAD:
            sent = await located_all(viewer, Upload, value)
            return [SENT_AHEAD[self.item](upload) for upload in sent]  # type: ignore[arg-type]
        if self.record is None:
            return [code_in(part) for part in value] if self.kind.is_many else code_in(value)
        if self.kind.is_many:
            return await located_all(viewer, self.record, value)
        return await located(viewer, self.record, value)


@dataclass(frozen=True)
class Together:
    """Details of a command that run in step, given as one list of objects: part of the object -> detail."""

    shown: type
    parts: Mapping[str, str]

    def apart(self, rows: list[Any] | None) -> dict[str, Any]:
        """The lists that the command takes; of lists within, one after the other. What no row says is left out."""
        told: dict[str, Any] = {}
        for part, detail in self.parts.items():
            values = [getattr(row, part) for row in rows or ()]
            if any(value not in (UNSET, None) for value in values) or not values:
                told[detail] = _in_a_row(values)
        return told


def _in_a_row(values: list[Any]) -> list[Any]:
    """One after the other; a row that leaves out what others say, says nothing of it: no words, or 0."""
    if any(isinstance(value, list) for value in values):
        return [part for value in values for part in value or ()]
    nothing: Any = 0 if any(isinstance(value, int) for value in values) else ""
    return [nothing if value in (UNSET, None) else value for value in values]


@dataclass(frozen=True)
class Verb:
    """A mutation to be: the command behind it, what its payload shows, and how its details are said."""

    command: Command[Any, Any, Any]
    shown: Any
    subject: str
    thing: str
    answer: Callable[[Any, Record], Any]
    codes: Mapping[str, type[Enum]] = field(default_factory=dict)
    together: Mapping[str, Together] = field(default_factory=dict)

    def named(self, name: str) -> Any:
        """The mutation under its name, with an input and a payload of its own."""
        title = to_camel_case(name)[:1].upper() + to_camel_case(name)[1:]

        async def act(info: Info, input: Any) -> Any:
            viewer, given = info.context.viewer, said_in(input)
            return await answered(self.thing, lambda: self.carried_out(viewer, given), self.path)

        payload = payload_type(title, self.thing, self.shown)
        return mutation_of(act, input_type(title, _told_of(self)), payload, inspect.getdoc(self.command.act))

    async def carried_out(self, viewer: Viewer, given: Mapping[str, Any]) -> tuple[Any, bool]:
        """What came of it, and whether this key had been answered before; raises a refusal."""
        upon = await located(viewer, self.record, given[self.subject])
        if self.must_be_signed_in_person:
            self.command.judge(viewer, upon)
            raise Invalid("这一项要本人在网页上输入密码才能办。", field=IN_PERSON)
        told = self._apart(given)
        details = {a.name: await a.read(viewer, told[a.name]) for a in self.arguments if a.is_in(told)}
        seen = given.get("seen_version") or ""
        done = await self.command.answered(given["idempotency_key"], viewer, upon, seen=seen, **details)
        return self.answer(done.result, upon), done.is_replay

    @cached_property
    def record(self) -> type[Record]:
        """What the command is upon."""
        hints, parameters = get_type_hints(self.command.act), inspect.signature(self.command.act).parameters
        record: type[Record] = hints[list(parameters)[1]]
        return record

    @cached_property
    def arguments(self) -> list[Argument]:
        parameters = inspect.signature(self.command.act).parameters
        found = [
            _argument(name, hint, parameters[name].default, self.codes.get(name))
            for name, hint in self.command.details.items()
        ]
        return [one for one in found if one.is_sayable]

    @cached_property
    def must_be_signed_in_person(self) -> bool:
        parameters = inspect.signature(self.command.act).parameters
        return IN_PERSON in parameters and parameters[IN_PERSON].default is inspect.Parameter.empty

    def _apart(self, given: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in given.items() if name not in self.together}
        for name, rows in self.together.items():
            if name in given:
                told |= rows.apart(given[name])
        return told

    def path(self, detail: str) -> list[str]:
        """Where in the input a detail of the command stands: "weights.2" is the weight of the third criterion."""
        name, *place = detail.split(".")
        for rows_in, rows in self.together.items():
            for part, of in rows.parts.items():
                if of == name:
                    return [rows_in, *place, part]
        return [NAMES.get(name, name), *place]


NAMES = {"key": "idempotency_key", "seen": "seen_version"}
"""What commands call otherwise than callers do."""


async def answered(
    thing: str, act: Callable[[], Awaitable[tuple[Any, bool]]], path: Callable[[str], list[str]]
) -> dict[str, Any]:
    """The payload of what was done, or of why it was not."""
    try:
        made, is_replay = await act()
    except No as no:
        return {thing: None, "refusals": [refusal(no, path)], "is_replay": False}
    return {thing: made, "refusals": [], "is_replay": is_replay}


def said_in(input: Any) -> dict[str, Any]:
    """What a caller has said of an input, by our own names; what is left out is not there."""
    said = {one.name: getattr(input, one.name) for one in fields_of(input)}
    return {name: value for name, value in said.items() if value is not UNSET}


def mutation_of(act: Any, input_type: Any, payload: Any, description: str | None) -> Any:
    act.__annotations__ = {"info": Info, "input": input_type}
    act.__signature__ = inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
            for name, kind in act.__annotations__.items()
        ]
    )
    return strawberry.mutation(resolver=act, graphql_type=payload, description=description)


def input_type(title: str, told: Mapping[str, tuple[Any, str]]) -> Any:
    """An input with these fields, each with its description; those that may be null may be left out."""
    body: dict[str, Any] = {"__annotations__": {name: kind for name, (kind, _) in told.items()}}
    for name, (kind, words) in told.items():
        left_out: dict[str, Any] = {"default": UNSET} if type(None) in get_args(kind) else {}
        body[name] = strawberry.field(description=words or None, **left_out)
    return strawberry.input(type(f"{title}Input", (), body))


def payload_type(title: str, thing: str, shown: Any) -> Any:
    told = {
        thing: (
            shown | None,
            "As it stands now; null where it was refused, or is no longer the caller's to see.",
        ),
        "refusals": (list[Refusal], "Why it was not done: empty exactly where it was."),
        "is_replay": (bool, "Whether the key had been answered before, and this is that answer again."),
    }
    body: dict[str, Any] = {"__annotations__": {name: kind for name, (kind, _) in told.items()}}
    body |= {name: strawberry.field(description=words) for name, (_, words) in told.items()}
    return strawberry.type(type(f"{title}Payload", (), body))


def _told_of(verb: Verb) -> dict[str, tuple[Any, str]]:
    """The fields of the input of a verb: the key, what it is upon, the details, and the version that was read."""
    told: dict[str, tuple[Any, str]] = {
        "idempotency_key": (str, KEY),
        verb.subject: (reference_to(verb.record), ""),
    }
    grouped = {detail: name for name, rows in verb.together.items() for detail in rows.parts.values()}
    for each in verb.arguments:
        name = grouped.get(each.name, each.name)
        if each.name not in grouped:
            told[name] = (each.shown, each.description)
        elif name not in told:
            shown: Any = verb.together[name].shown
            told[name] = (list[shown] if each.must_be_given else list[shown] | None, each.description)
    if verb.command.binds is not None:
        told["seen_version"] = (str, SEEN)
    elif verb.record.versioned or verb.command.edits:
        told["seen_version"] = (str | None, SEEN)
    return told


def reference_to(record: type[Record]) -> Any:
    """How callers name a row of this record."""
    return REFERENCES[record].shown if record in REFERENCES else ID


def mutation(
    command: Command[Any, Any, Any],
    shown: Any,
    subject: str,
    *,
    thing: str = "",
    answer: Callable[[Any, Record], Any] | None = None,
    together: Mapping[str, Together] = MappingProxyType({}),
    **codes: type[Enum],
) -> Any:
    """A mutation that acts by one command and shows what it made, or else what it was upon."""

    thing = thing or to_snake_case(shown.__name__)
    return Verb(command, shown, subject, thing, answer or _made, codes, together)


def _made(result: Any, upon: Record) -> Any:
    row = result if isinstance(result, Record) else upon
    return one(type(row), row.pk)


def mutations(verbs: T) -> T:
    """Declare the mutations of a concept, each by the name it has in the class."""
    for name, one_ in list(vars(verbs).items()):
        if isinstance(one_, Verb):
            setattr(verbs, name, one_.named(name))
    return strawberry.type(verbs)


def _argument(name: str, hint: Any, default: Any, codes: type[Enum] | None) -> Argument:
    kind = kind_of(hint)
    inside = kind.item if kind.is_many else kind.type
    record = inside if inspect.isclass(inside) and issubclass(inside, Record) else None
    return Argument(name, kind, record, default, codes)
