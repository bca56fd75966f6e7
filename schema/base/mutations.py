"""Mutations made from commands: the command's own signature says what its input asks, and its payload tells.

Every one takes one `input` with the key of idempotency and answers with a payload: the thing, the refusals (none where
it was done) and whether the key had been answered before.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

import strawberry
from strawberry import Info
from strawberry.utils.str_converters import to_camel_case, to_snake_case

from models.base.commands import Command
from models.base.idempotency import Outcome, told_again
from models.base.records import Record
from models.base.refusals import Invalid, Refusal
from models.base.viewer import Viewer
from schema.base.arguments import Argument, arguments_of, found, reference_to
from schema.base.errors import IN_PERSON
from schema.base.fetch import one
from schema.base.nodes import located
from schema.base.payloads import KEY, answered, input_type, mutation_of, payload_type, said_in
from schema.base.together import Together

T = TypeVar("T", bound=type)

SEEN = 'The `version` that was read (none: "none"): over a newer one it is refused with VERSION_CONFLICT.'


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

        words = inspect.getdoc(self.command.act) or ""
        given = input_type(title, _told_of(self), words.partition("\n")[0])
        return mutation_of(act, given, payload_type(title, self.thing, self.shown), words)

    async def carried_out(self, viewer: Viewer, given: Mapping[str, Any]) -> tuple[Any, bool]:
        """What came of it, and whether this key had been answered before; raises a refusal."""
        upon = await found(self.subject, located(viewer, self.record, given[self.subject]))
        if self.must_be_signed_in_person:
            self.command.judge(viewer, upon)
            raise Invalid("这一项要本人在网页上输入密码才能办。", field=IN_PERSON)
        done = await self._done(viewer, upon, given)
        return None if done.is_gone else self.answer(done.result, upon), done.is_replay

    async def _done(self, viewer: Viewer, upon: Record, given: Mapping[str, Any]) -> Outcome:
        """A repeat is told its answer again also when what it names (a file that was sent ahead) is there no more."""
        key, sent = given["idempotency_key"], {**given, "mutation": self.command.name, self.subject: upon.ref}
        told = self._apart({self.names.get(name, name): value for name, value in given.items()})
        try:
            details = {a.name: await a.said_by(viewer, told[a.name]) for a in self.arguments if a.is_in(told)}
        except Refusal:
            again = await told_again(key, viewer, sent)
            if again is None:
                raise
            return again
        seen = given.get("seen_version") or ""
        return await self.command.answered(key, viewer, upon, seen=seen, sent=sent, **details)

    @cached_property
    def record(self) -> type[Record]:
        """What the command is upon."""
        hints, parameters = get_type_hints(self.command.act), inspect.signature(self.command.act).parameters
        record: type[Record] = hints[list(parameters)[1]]
        return record

    @cached_property
    def arguments(self) -> list[Argument]:
        return arguments_of(self.command, self.codes)

    @cached_property
    def names(self) -> dict[str, str]:
        """By what callers say, what the command calls it."""
        return {one.said: one.name for one in self.arguments}

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
            if (inside := rows.path(name, place)) is not None:
                return [rows_in, *inside]
        said = {detail: called for called, detail in self.names.items()}
        return [NAMES.get(name) or said.get(name, name), *place]


NAMES = {"key": "idempotency_key", "seen": "seen_version"}
"""What commands call otherwise than callers do."""


def _told_of(verb: Verb) -> dict[str, tuple[Any, str]]:
    """The fields of the input of a verb: the key, what it is upon, the details, and the version that was read."""
    told: dict[str, tuple[Any, str]] = {
        "idempotency_key": (str, KEY),
        verb.subject: (reference_to(verb.record), ""),
    }
    grouped = {detail: name for name, rows in verb.together.items() for detail in rows.details}
    for each in verb.arguments:
        name = grouped.get(each.name, each.name)
        if each.name not in grouped:
            told[each.said] = (each.shown, each.description)
        elif name not in told:
            shown: Any = verb.together[name].shown
            told[name] = (list[shown] if each.must_be_given else list[shown] | None, each.description)
    if verb.command.binds is not None:
        told["seen_version"] = (str, SEEN)
    elif verb.record.versioned or verb.command.edits:
        told["seen_version"] = (str | None, SEEN)
    return told


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


VERBS: dict[str, Verb] = {}
"""Every mutation that acts by a command, by its name."""


def mutations(verbs: T) -> T:
    """Declare the mutations of a concept, each by the name it has in the class."""
    for name, one_ in list(vars(verbs).items()):
        if isinstance(one_, Verb):
            VERBS[to_camel_case(name)] = one_
            setattr(verbs, name, one_.named(name))
    return strawberry.type(verbs)
