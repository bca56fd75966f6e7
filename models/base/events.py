"""The trail's entries: one event for every command that succeeded, written in the same transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from models.base.canonical import canonical, instant, mentions_digest, personal_digest, plain, records_in
from models.base.clock import ClockWentBack, now
from models.base.columns import column, link
from models.base.facts import Facts
from models.base.personal_numbers import told_without_numbers
from models.base.records import Record
from models.base.traces import told_as_moved, told_in_events, without_traces
from models.base.viewer import NOTHING, Viewer, any_of

ALLOWED_CLOCK_ERROR = timedelta(seconds=5)
STEPS_OVER = "clock_steps.step_over"
"""The one command whose event may stand before the last one in time."""
MENTIONS = "mentions"
"""Among the details, the digest of what an event mentions, so that the chain covers these rows as well."""


class Event(Record):
    """One thing that happened: who did what to which record, and what changed."""

    seq = fields.BigIntField(null=True, unique=True)
    at = fields.DatetimeField()
    actor_post: fields.ForeignKeyNullableRelation[Any] = link(
        "Post", "deeds", said="经办人的任职", indexed=True, null=True
    )
    actor_post_id: int | None
    actor_label = column("经办岗位", fields.CharField(max_length=120))
    command = column("办了什么", fields.CharField(max_length=80))
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.BigIntField()
    unit_path = column("所在辖区", fields.CharField(max_length=200, db_index=True))
    details = column("填写的内容", fields.TextField())
    changes = column("前后变化", fields.TextField())
    outcome = fields.CharField(max_length=60, default="")
    personal_digest = column("个人信息的摘要", fields.CharField(max_length=64, default=""))
    prev_hash = column("上一条的封签值", fields.CharField(max_length=64, null=True))
    hash = column("封签值", fields.CharField(max_length=64, null=True))

    called = "记录"
    read_by: ClassVar[tuple[str, ...]] = ()
    followed_by: ClassVar[tuple[str, ...]] = ()
    """Roles that read what happens in their area, and that follow what they asked for: said by people, who know of roles."""
    shown_with: ClassVar[dict[str, type[Record]]] = {}
    """Records whose events a department follows because it may see the record itself."""
    seen_with: ClassVar[dict[str, type[Record]]] = {}
    """Records whose events lie in nobody's area: whoever sees the record sees them."""
    veiled: ClassVar[dict[type[Record], frozenset[str]]] = {}
    """Commands that make what not everybody of the area may read: who may not read it does not see their events."""

    class Meta:
        table = "event"
        indexes = (("subject_type", "subject_id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(cls.scope(viewer))

    @classmethod
    def scope(cls, viewer: Viewer) -> Q:
        """The condition behind `visible_to`: one's area, one's own deeds, and what a department asked for."""
        return Q(cls._in_area(viewer) | cls._with_their_records(viewer), *cls._unveiled(viewer))

    @staticmethod
    def _in_area(viewer: Viewer) -> Q:
        own = Q(actor_post_id__in=[hat.post_id for hat in viewer.hats])
        return viewer.area("unit_path", *Event.read_by) | own if viewer.hats else NOTHING

    @classmethod
    def _with_their_records(cls, viewer: Viewer) -> Q:
        """Looked up by the event at hand: of all that somebody may see, few rows have an event on a page."""
        if not viewer.hats:
            return NOTHING
        records = cls.seen_with | (cls.shown_with if viewer.hats_as(*cls.followed_by) else {})
        at_hand = RawSQL('"event"."subject_id"')
        seen = {name: one.visible_to(viewer).filter(id=at_hand).values("id") for name, one in records.items()}
        return any_of(Q(subject_type=name, subject_id__in=Subquery(some)) for name, some in seen.items())

    @classmethod
    def _unveiled(cls, viewer: Viewer) -> Iterable[Q]:
        for record, commands in cls.veiled.items():
            seen = Subquery(record.visible_to(viewer).values("id"))
            made = Mention.filter(subject_type=record.__name__, subject_id__in=seen)
            yield ~Q(command__in=sorted(commands)) | Q(id__in=Subquery(made.values("event_id")))
        yield from told_in_events(viewer)

    @property
    def subject_ref(self) -> str:
        return f"{self.subject_type}:{self.subject_id}"

    @property
    def mentions_sealed(self) -> str:
        """The digest of its mentions, which lie in rows of their own; empty where there are none."""
        return str(self.told.get(MENTIONS, ""))

    @property
    def told(self) -> dict[str, Any]:
        """What its command was told, as the trail keeps it in the open."""
        return an_object(self.details)

    @property
    def moved(self) -> dict[str, tuple[Any, Any]]:
        """Before and after of the columns that its command moved."""
        pairs = told_changes(self.subject_type, self.changes).items()
        return {name: (one[0], one[1]) for name, one in pairs if isinstance(one, list) and len(one) == 2}

    @property
    def facts(self) -> dict[str, Any]:  # What its command told its readers, by `tell`.
        return facts if isinstance(facts := self.told.get("facts"), dict) else {}

    def sealed_content(self, seq: int) -> dict[str, Any]:
        """What the hash covers, in the shape the published verifier rebuilds from an export."""
        return {
            "seq": seq,
            "id": self.pk,
            "at": instant(self.at),
            "actor_post": self.actor_post_id,  # Tortoise adds the column
            "actor_label": self.actor_label,
            "command": self.command,
            "subject": self.subject_ref,
            "unit_path": self.unit_path,
            "details": self.details,
            "changes": self.changes,
            "outcome": self.outcome,
            "personal_digest": self.personal_digest,
        }


def an_object(text: str) -> dict[str, Any]:
    """What a column of an event holds; nothing where somebody has written it over with what no command writes.

    That it was written over the chain tells, and whoever reads on reads as if nothing stood there.
    """
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def told_changes(subject_type: str, changes: str) -> dict[str, Any]:
    """What stands otherwise since an event, as it is told; `changes` itself is what was sealed, for the chain alone."""
    return told_as_moved(subject_type, an_object(changes))


class Mention(Record):
    """A record that an event also concerns, so that its story can be told."""

    event: fields.ForeignKeyRelation[Event] = link("Event", "mentions", indexed=True)
    event_id: int
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.BigIntField()

    class Meta:
        table = "mention"
        indexes = (("subject_type", "subject_id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(event_id__in=Subquery(Event.visible_to(viewer).values("id")))


class EventPersonal(Record):
    """The personal data of one event, kept apart so that lawful erasure leaves the chain whole."""

    event: fields.OneToOneRelation[Event] = fields.OneToOneField(
        "models.Event", related_name="personal_payload", on_delete=fields.RESTRICT
    )
    event_id: int
    salt = column("加密用的随机数", fields.CharField(max_length=32))
    payload = column("单独存放的个人信息", fields.TextField(null=True))
    erased_at = column("删除时间", fields.DatetimeField(null=True))
    erased_rule = column("依据哪条规定删除", fields.CharField(max_length=120, default=""))

    class Meta:
        table = "event_personal"

    @property
    def told(self) -> dict[str, Any]:
        """What its command was told of persons, as long as it is not erased."""
        details = an_object(self.payload or "").get("details")
        return details if isinstance(details, dict) else {}

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(event_id__in=Subquery(Event.visible_to(viewer).values("id")))


@dataclass
class Happening:
    """An event as it takes shape while its command runs."""

    command: str
    actor: Viewer
    subject: Record
    unit_path: str
    before: Mapping[str, Any]
    details: Mapping[str, Any]
    personal_details: Mapping[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    """What readers of the trail need to know of it, as the command told while it ran."""

    async def record(self, result: object) -> Event:
        """Write the event, its personal payload and its mentions; returns the event."""
        open_changes, personal_changes = self._changes()
        payload = canonical({"details": plain(self.personal_details), "changes": personal_changes})
        has_personal = bool(self.personal_details or personal_changes)
        salt = secrets.token_hex(16)
        concerned = self._concerned(result)
        event = await Event.create(
            at=await _next_instant(steps_over=self.command == STEPS_OVER),
            actor_post_id=self.actor.post_id,
            actor_label=_label(self.actor),
            command=self.command,
            subject_type=type(self.subject).__name__,
            subject_id=self.subject.pk,
            unit_path=self.unit_path,
            details=canonical(plain(self._told(concerned))),
            changes=canonical(open_changes),
            outcome=result.ref if isinstance(result, Record) else "",
            personal_digest=personal_digest(salt, payload) if has_personal else "",
        )
        if has_personal:
            await EventPersonal.create(event=event, salt=salt, payload=payload)
        await Mention.bulk_create(
            Mention(event_id=event.pk, subject_type=type(row).__name__, subject_id=row.pk)
            for row in concerned.values()
        )
        return event

    def _told(self, concerned: Mapping[str, Record]) -> dict[str, Any]:
        """The details with what the command told, and what the rows of mentions are held to."""
        facts = {"facts": self.facts} if self.facts else {}
        mentions = {MENTIONS: mentions_digest(concerned)} if concerned else {}
        return {**told_without_numbers(self.details), **facts, **mentions}

    def _changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after of every column that moved, the personal ones apart."""
        was, after = [without_traces(self.subject, c) for c in (self.before, self.subject.columns())]
        moved = {c: [plain(was[c]), plain(after[c])] for c in after if was[c] != after[c]}
        personal = {c: pair for c, pair in moved.items() if c in self.subject.personal}
        return {c: told_without_numbers(pair) for c, pair in moved.items() if c not in personal}, personal

    def _concerned(self, result: object) -> dict[str, Record]:
        concerned = {row.ref: row for row in records_in([result, *self.details.values()])}
        concerned.pop(self.subject.ref, None)
        return concerned


_running: ContextVar[Happening | None] = ContextVar("running", default=None)


@contextmanager
def happening_now(happening: Happening) -> Iterator[None]:
    """Let `tell` speak of this command until the block ends."""
    token = _running.set(happening)
    try:
        yield
    finally:
        _running.reset(token)


def tell(facts: Facts) -> None:
    """Put into the running command's event what its readers could not find out later, when rows have moved on."""
    happening = _running.get()
    if happening is None:
        raise LookupError("nothing happens outside a command")
    happening.facts.update(facts.told())


async def _next_instant(*, steps_over: bool) -> datetime:
    """The later of now and the last event; a clock far behind the trail is refused, unless the town steps over it."""
    last = await Event.all().order_by("-id").limit(1).values_list("at", flat=True)
    present = now()
    if steps_over or not last or last[0] <= present:  # type: ignore[operator]
        return present
    if last[0] - present > ALLOWED_CLOCK_ERROR:  # type: ignore[operator]
        raise ClockWentBack(last[0], present)  # type: ignore[arg-type]
    return last[0]  # type: ignore[return-value]


def _label(actor: Viewer) -> str:
    """Who acted, by post and unit: names of persons stay out of the sealed content."""
    return f"{actor.hat.unit_name} {actor.hat.role}" if actor.hat else actor.via
