"""A command is a verb of the town: permitted, atomic, and remembered."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import (
    Annotated,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    TypeVar,
    cast,
    get_type_hints,
)

from tortoise.transactions import in_transaction

from models.base.clock import begun
from models.base.command_words import SAID
from models.base.days import must_be_within_reach, settled
from models.base.details import marks_of, must_say_something, required_texts, taken
from models.base.events import Happening, happening_now
from models.base.idempotency import Outcome, first_time, is_done
from models.base.outages import refusing_what_is_unfit
from models.base.records import Record
from models.base.refusals import Invalid, NotAllowed, NotNow, Refusal
from models.base.reserve import must_not_be_let_go
from models.base.sealer import kick
from models.base.separation_of_duties import People, must_be_another, must_be_untied
from models.base.signatures import Binds, shown_by
from models.base.states import unfit
from models.base.traces import shown_to
from models.base.versions import must_be_as_seen
from models.base.viewer import Viewer
from models.base.word_checks import watched

Subject = TypeVar("Subject", bound=Record)
Details = ParamSpec("Details")
Result = TypeVar("Result")
T = TypeVar("T")

Edited = Callable[..., Awaitable[Record | None]]
"""From a command's subject and details to the row it would write anew, if there is one."""
Ahead = Callable[..., Awaitable[Any]]
"""What takes long, or stands even if the rest is refused: from the actor, the subject and the details to what `ready` says."""
_ready: ContextVar[Mapping[str, Any]] = ContextVar("ready", default=MappingProxyType({}))
SECRET, SEALED, PERSONAL, FROM_ABOVE = object(), object(), object(), object()
Secret = Annotated[T, SECRET]
"""A detail that is never written anywhere: a password, a sealed bid."""
Sealed = Annotated[T, SEALED]
"""A detail that is never written in the open either, but may be shown again to whoever typed it."""
Personal = Annotated[T, PERSONAL]
"""A detail that goes to the event's erasable personal payload."""
FromAbove = Annotated[T, FROM_ABOVE]
"""Words that villages will read: said by somebody above them, they pass whoever watches over such words first."""


@dataclass(frozen=True)
class Rule:
    """A condition, with the sentence a person reads when it does not hold."""

    otherwise: str
    holds: Callable[..., bool]
    apart_from: People | None = None
    """Whose work it is, where another person's word is asked for: neither they nor who is tied to them may give it."""
    untied_from: People | None = None
    """The same where only those who are tied to them may not."""

    def must_be_anothers(self, actor: Viewer, subject: Any) -> None:
        """Raise NotAllowed where this word would be a person's on their own work, by whatever account."""
        if self.apart_from is not None:
            must_be_another(actor, self.otherwise, *self.apart_from(subject))
        if self.untied_from is not None:
            must_be_untied(actor, *self.untied_from(subject))


def rule(
    otherwise: str, *, apart_from: People | None = None, untied_from: People | None = None
) -> Callable[[Callable[..., bool]], Rule]:
    return lambda holds: Rule(otherwise, holds, apart_from, untied_from)


class Command(Generic[Subject, Details, Result]):
    """The hinge: transaction, lock, rules, body, event. Commands may call others: all stand or fall together."""

    def __init__(
        self,
        act: Callable[Concatenate[Viewer, Subject, Details], Awaitable[Result]],
        who: Rule,
        when: tuple[Rule, ...],
        apart: bool = False,
        binds: Binds | None = None,
        edits: Edited | None = None,
        ahead: Ahead | None = None,
        name: str = "",
        said: str = "",
    ) -> None:
        functools.update_wrapper(self, act)
        self.act, self.who, self.when, self.apart, self.binds = act, who, when, apart, binds
        self.edits, self.ahead = edits, ahead
        self.name = name or f"{act.__module__.split('.')[1]}.{act.__name__}"
        self.said = SAID[self.name] = said

    async def __call__(
        self, actor: Viewer, subject: Subject, *args: Details.args, **details: Details.kwargs
    ) -> Result:
        return await self._run(None, actor, subject, *args, **details)

    async def as_seen(self, seen: str, actor: Viewer, subject: Subject, **details: Any) -> Result:
        """The same, unless somebody changed the subject since this version of it was seen: then raises Changed."""
        return await self._run(seen, actor, subject, **details)

    async def _run(
        self, seen: str | None, actor: Viewer, subject: Subject, *args: Any, **details: Any
    ) -> Result:
        await must_not_be_let_go()
        with begun(), refusing_what_is_unfit():
            async with self._made_ready(actor, subject, details):
                return await self._atomically(seen, actor, subject, *args, **details)

    @asynccontextmanager
    async def _made_ready(
        self, actor: Viewer, subject: Subject, details: Mapping[str, Any], key: str = ""
    ) -> AsyncIterator[None]:
        """Do what goes ahead of the transaction, once, for whoever may act as it looks now."""
        if self.ahead is None or self.name in _ready.get() or (key and await is_done(key, actor)):
            yield
            return
        await subject.fetch_related(*subject.judged_with)
        self.judge(actor, subject)
        token = _ready.set({**_ready.get(), self.name: await self.ahead(actor, subject, details)})
        try:
            yield
        finally:
            _ready.reset(token)

    @property
    def ready(self) -> Any:
        """What went ahead of the running transaction, for the body of the command."""
        return _ready.get()[self.name]

    async def _atomically(
        self, seen: str | None, actor: Viewer, subject: Subject, *args: Any, **details: Any
    ) -> Result:
        async with in_transaction():
            await subject.lock()
            acting, details = self.judge(actor, subject), self._taken(details)
            await self._must_have_been_read(seen, actor, subject, details)
            must_be_within_reach(details, self.details)
            await self._must_bear_reading(acting, subject, details)
            details = settled(details)
            path = "" if self.apart else subject.trail_path()
            happening = Happening(self.name, acting, subject, path, subject.columns(), *self._told(details))
            with happening_now(happening):
                result = await self.act(acting, subject, *args, **details)
            # Most commands say in their own words what is missing; one that does not ask is refused all the same.
            must_say_something(details, self._required)
            if self.binds is not None:
                happening.facts["shown"] = await shown_by(subject, self.binds)
            await happening.record(result)
        kick()
        return result

    async def _must_bear_reading(self, acting: Viewer, subject: Subject, details: Mapping[str, Any]) -> None:
        """Raise where somebody above the villages would put before them what nobody may."""
        marked = {n: v for n, v in details.items() if id(FROM_ABOVE) in marks_of(self.details.get(n))}
        if not acting.is_of_a_village:
            await watched(subject, marked, details.values())

    async def once(self, key: str, actor: Viewer, subject: Subject, **given: Any) -> Result:
        """The same, for a request that may arrive twice: a repeat of the key answers with the first result."""
        return cast(Result, (await self.answered(key, actor, subject, **given)).result)

    async def answered(
        self, key: str, actor: Viewer, subject: Subject, seen: str = "", sent: Any = None, **told: Any
    ) -> Outcome:
        """The same, telling whether it was such a repeat; of what the caller `sent` see `told_again`."""
        taken({"key": key}, {})
        details = settled(self._taken(told))
        with begun():
            async with self._made_ready(actor, subject, details, key):
                carry_out = functools.partial(self.as_seen, seen, actor, subject, **details)
                if len(actor.hats) > 1:
                    await subject.fetch_related(*subject.judged_with)
                acting = functools.partial(self.must_be_let, actor, subject)
                return await first_time(key, actor, acting, (self.name, subject, details), carry_out, sent)

    def allows(self, actor: Viewer, subject: Subject) -> bool:
        """Whether to offer this verb: judged by the very rules that would refuse it.

        A look at somebody's pages shows what they are offered, and can do none of it.
        """
        if unfit(subject, self.name) is not None:  # a list asks every row, and a state is soonest looked at
            return False
        try:
            self.judge(actor if actor.watched_by is None else replace(actor, watched_by=None), subject)
        except Refusal:
            return False
        return True

    def judge(self, actor: Viewer, subject: Subject) -> Viewer:
        """The actor narrowed to the post that may do this now; raises NotAllowed or NotNow."""
        acting = self.must_be_let(actor, subject)
        self.must_fit_the_state(subject)
        for condition in self.when:
            if not condition.holds(subject):
                raise NotNow(condition.otherwise)
        return acting

    def must_be_let(self, actor: Viewer, subject: Subject) -> Viewer:
        """The actor narrowed to the post that may do this at all, whatever the state; raises NotAllowed."""
        if actor.watched_by is not None:
            raise NotAllowed("您在看别人的页面，只能看，不能办理。")
        if (acting := next((h for h in actor.one_by_one() if self.who.holds(h, subject)), None)) is None:
            raise NotAllowed(self.who.otherwise)
        self.who.must_be_anothers(acting, subject)
        return acting

    async def _must_have_been_read(
        self, seen: str | None, actor: Viewer, subject: Subject, details: Mapping[str, Any]
    ) -> None:
        """Raise where a door does not say what was read, though it is signed, or says what is no longer so."""
        if seen == "" and self.binds is not None:
            raise Invalid("请先打开页面看过现在的内容，再签署或审批。", field="seen")
        if seen:
            read = await self.edits(subject, **details) if self.edits else subject
            shown, signs = read and await shown_to(actor, read), self.binds is not None
            await must_be_as_seen(shown, seen, but=self._unread(read or subject), to_sign=signs)

    def _unread(self, subject: Record) -> frozenset[str]:
        """Figures that may move without holding this command up: where nothing is signed, all that happens elsewhere."""
        figures = frozenset(name for name, one in subject.works_out.items() if not one.own)
        return figures & self.binds.but if self.binds is not None else figures

    def must_fit_the_state(self, subject: Subject) -> None:
        """Raise NotNow unless the tables of the subject, and of all it is part of, have this verb for their state."""
        if (one := unfit(subject, self.name)) is not None:
            raise NotNow(one.states.sentence(self.name, one.state, one.called))

    @functools.cached_property
    def details(self) -> Mapping[str, Any]:
        """Name and resolved annotation of each keyword detail, for doors that read forms."""
        hints = get_type_hints(self.act, include_extras=True)
        told = inspect.signature(self.act).parameters.values()
        return {p.name: hints[p.name] for p in told if p.kind is p.KEYWORD_ONLY}

    def _taken(self, details: Mapping[str, Any]) -> dict[str, Any]:
        return taken(details, self.details, self._secret)

    @functools.cached_property
    def _secret(self) -> frozenset[str]:
        return frozenset(name for name, hint in self.details.items() if id(SECRET) in marks_of(hint))

    @functools.cached_property
    def _required(self) -> frozenset[str]:
        parameters = inspect.signature(self.act).parameters.values()
        may_be_left_out = {p.name for p in parameters if p.default is not p.empty}
        return required_texts(self.details, may_be_left_out | self._secret)

    def _told(self, details: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The details as the trail may tell them: open ones, and personal ones apart; never what is secret or sealed."""
        kinds = {name: marks_of(self.details.get(name)) for name in details}
        silent = {id(SECRET), id(SEALED)}
        open_ones = {n: v for n, v in details.items() if not kinds[n] & (silent | {id(PERSONAL)})}
        personal = {n: v for n, v in details.items() if id(PERSONAL) in kinds[n] and not kinds[n] & silent}
        return open_ones, personal


def command(
    *,
    said: str,
    who: Rule,
    when: Rule | tuple[Rule, ...] = (),
    apart: bool = False,
    binds: Binds | None = None,
    edits: Edited | None = None,
    ahead: Ahead | None = None,
    name: str = "",
) -> Callable[
    [Callable[Concatenate[Viewer, Subject, Details], Awaitable[Result]]],
    Command[Subject, Details, Result],
]:
    """Make a function a command, called as it is `said`; the event of one that is `apart` lies in nobody's area.

    One that signs, approves or decides upon what somebody has read says what it `binds` to: see `signatures`.
    One that writes a part of its subject anew says which row it `edits`, whose version its page showed.
    One that has moved to another room since trails tell of it keeps its `name`.
    """
    rules = when if isinstance(when, tuple) else (when,)
    return lambda act: Command(act, who, rules, apart, binds, edits, ahead, name, said)
