"""What is signed is what was read: a command that gives a word keeps a digest of all that was shown.

    @command(who=approves, when=awaits_approval, binds=WHOLE)

Its event, and so the sealed trail, holds the digest of each part of the subject as it stands when the word is given. A
gate asks with `must_hold` whether it still stands so, and a page tells it with `words_on`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.base.aggregates import Whole, digest, whole_of, wholes
from models.base.clock import TOWN_ZONE
from models.base.events import Event, an_object
from models.base.labels import told_of
from models.base.records import Record
from models.base.refusals import NotNow
from models.base.versions import OTHERS
from models.base.viewer import Viewer


@dataclass(frozen=True)
class Binds:
    """What a word holds for: all that its subject says, but for what that record's own course moves, and these parts."""

    but: frozenset[str] = frozenset()

    def kept(self, row: Record, whole: Mapping[str, Any]) -> dict[str, Any]:
        """Each part the word holds for by its digest; figures as they were shown, since less of them may do no harm."""
        held = {name: whole[name] for name in whole if name not in row.own_course | self.but}
        return {name: v if name in row.works_out else digest(v) for name, v in held.items()}


WHOLE = Binds()


def whole_but(*parts: str) -> Binds:
    """All of it except parts that come after this word, or that another word answers for."""
    return Binds(frozenset(parts))


async def shown_by(row: Record, binds: Binds) -> dict[str, Any]:
    """What the word is given upon, as the database holds it now."""
    fresh = await type(row).get(pk=row.pk)
    return binds.kept(fresh, await whole_of(fresh))


@dataclass(frozen=True)
class Word:
    """A word somebody gave, and what has changed of what was shown to them."""

    event: Event
    moved: tuple[str, ...]
    """What the changed parts are called; empty while the word holds."""

    @property
    def holds(self) -> bool:
        return not self.moved

    @property
    def by(self) -> str:
        return self.event.actor_post.person.name if self.event.actor_post else "系统"

    @property
    def said(self) -> str:
        """What a page and a refusal say of a word that no longer holds: whose, when, and what moved."""
        at = self.event.at.astimezone(TOWN_ZONE)
        return f"签署后内容有改动（{self.by}签于 {at:%Y-%m-%d %H:%M}；改动：{'、'.join(self.moved)}）"

    @property
    def said_openly(self) -> str:
        """The same for those who need not know whose word it was."""
        return f"签署后内容有改动（改动：{'、'.join(self.moved)}）"


async def word_on(row: Record, *commands: str) -> Word | None:
    """The latest word that one of these commands gave on the row."""
    given = (await words_on([row], *commands)).get(row.pk, {})
    return max(given.values(), key=lambda word: int(word.event.pk), default=None)


async def words_on(
    rows: Sequence[Record], *commands: str, told: Mapping[int, Whole] | None = None
) -> dict[int, dict[str, Word]]:
    """The latest word of each of these commands on each of these rows of one record; `told` spares asking again."""
    latest = await _latest(rows, commands)
    now = told or await wholes([row for row in rows if row.pk in latest])
    by_pk = {row.pk: row for row in rows}
    return {
        pk: {name: Word(event, await _moved(by_pk[pk], now[pk], event)) for name, event in given.items()}
        for pk, given in latest.items()
    }


async def note_words(
    viewer: Viewer, *rows: Record, told: Mapping[int, Whole] | None = None
) -> dict[int, dict[str, Word]]:
    """Let the pages of these rows of one record tell of words on them that no longer hold, which they do by themselves.

    Answers with all the words the viewer may read there; `told` spares asking again what the rows say.
    """
    given = await _readable(viewer, rows, told)
    for row in rows:
        row.void = _void(viewer, row, given.get(row.pk, {}))
    return given


async def void_words(viewer: Viewer, rows: Sequence[Record]) -> dict[int, tuple[str, ...]]:
    """What is to be told of each of these rows of one record: every word that no longer holds, as far as one reads it."""
    given = await _readable(viewer, rows)
    return {row.pk: _void(viewer, row, given.get(row.pk, {})) for row in rows}


async def _readable(
    viewer: Viewer, rows: Sequence[Record], told: Mapping[int, Whole] | None = None
) -> dict[int, dict[str, Word]]:
    names = _read_by(viewer, type(rows[0])) if rows else {}
    commands = [command for each in names.values() for command in each]
    return await words_on(rows, *commands, told=told) if commands else {}


def _void(viewer: Viewer, row: Record, given: Mapping[str, Word]) -> tuple[str, ...]:
    latest = {called: _latest_of(given, each) for called, each in _read_by(viewer, type(row)).items()}
    return tuple(
        f"{called}已失效：{word.said if viewer.hats else word.said_openly}。"
        for called, word in latest.items()
        if word is not None and not word.holds
    )


def void_noted(row: Record) -> tuple[str, ...]:
    """What the page of a row tells of its words; a page that did not ask is a mistake of ours."""
    if row.void is None:
        raise LookupError(f"the page did not note the words on {row.ref}")
    return row.void


def _read_by(viewer: Viewer, record: type[Record]) -> Mapping[str, tuple[str, ...]]:
    """Within the township's house all words, outside it those that are public."""
    if viewer.hats and not viewer.is_of_a_village:
        return record.signed_by
    return {called: each for called, each in record.signed_by.items() if called in record.signed_openly}


def _latest_of(given: Mapping[str, Word], commands: Sequence[str]) -> Word | None:
    found = (given[name] for name in commands if name in given)
    return max(found, key=lambda word: int(word.event.pk), default=None)


async def word_for(row: Record, event: Event, *, but: frozenset[str]) -> Word:
    """A word given on another row of the kind, held against this one, but for what each has of its own."""
    return Word(event, await _moved(row, await whole_of(row), event, but))


async def must_hold(row: Record, *commands: str, what: str, then: str) -> None:
    """Raise NotNow if the latest word of these commands was given upon something else than what stands now."""
    word = await word_on(row, *commands)
    if word is not None and not word.holds:
        raise NotNow(f"{what}已失效：{word.said}，{then}")


async def _latest(rows: Sequence[Record], commands: Sequence[str]) -> dict[int, dict[str, Event]]:
    if not rows:
        return {}
    told = Event.filter(subject_type=type(rows[0]).__name__, subject_id__in=[row.pk for row in rows])
    found: dict[int, dict[str, Event]] = {}
    for event in (
        await told.filter(command__in=commands).order_by("id").prefetch_related("actor_post__person")
    ):
        found.setdefault(event.subject_id, {})[event.command] = event
    return found


async def _moved(
    row: Record, whole: Mapping[str, Any], event: Event, but: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    shown = event.facts.get("shown")
    if not isinstance(shown, dict):
        # An event of before digests were kept has none, and one that was written over has something else.
        damaged = shown is not None
        return (OTHERS,) if damaged or await _changed_since(row, event) else ()
    moved = [
        name
        for name, then in shown.items()
        if name not in but and not _covers(row, name, then, whole.get(name))
    ]
    called = tuple(word for name, word in told_of(type(row)).items() if name in moved)
    return called or ((OTHERS,) if moved else ())


def _covers(row: Record, name: str, then: Any, now: Any) -> bool:
    figure = row.works_out.get(name)
    return figure.still_covers(then, now) if figure else bool(then == digest(now))


async def _changed_since(row: Record, event: Event) -> bool:
    """For words from before digests were kept: whether the trail tells of more than the record's own course since."""
    later = Event.filter(subject_type=event.subject_type, subject_id=event.subject_id, id__gt=event.pk)
    changes = [set(an_object(str(told))) for told in await later.values_list("changes", flat=True)]
    return any(not moved or moved - row.own_course for moved in changes)
