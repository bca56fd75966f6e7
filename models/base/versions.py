"""Version tokens: whoever changes or signs says what they have seen, and is told what somebody else changed since.

A token is the digest of everything the record says, followed by a short one of each of its parts in their order. The
first decides whether anything changed; the others only tell what.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.base.aggregates import Whole, digest, whole_of, wholes
from models.base.clock import TOWN_ZONE, town_day
from models.base.events import Event
from models.base.labels import told_of
from models.base.records import Record
from models.base.refusals import NotNow

OTHERS = "其他内容"
NOTHING_YET = "none"
"""The version of what is not there: whoever writes the first is told if somebody else was first."""
TINY = 4
MOST_NAMED = 5


@dataclass(frozen=True)
class Difference:
    """One part that is not as it was seen, with what it says now."""

    field: str
    label: str
    now: str

    @property
    def sentence(self) -> str:
        return f"{self.label}现在是“{self.now}”" if self.now else f"{self.label}有改动"


class Changed(NotNow):
    """Somebody else changed it after you opened it; carries the version to send with the next try, if one may without looking."""

    def __init__(
        self,
        reason: str,
        version: str = "",
        differences: Sequence[Difference] = (),
        *,
        field: str | None = None,
    ) -> None:
        super().__init__(reason, field=field)
        self.version, self.differences = version, tuple(differences)


async def version_of(row: Record) -> str:
    """The token of what a row says now, as a whole."""
    return token(await whole_of(row))


async def versions_of(rows: Sequence[Record]) -> dict[int, str]:
    """The token of each of these rows of one record, in a fixed number of statements."""
    return {pk: token(whole) for pk, whole in (await wholes(rows)).items()}


async def note_versions(*rows: Record) -> dict[int, Whole]:
    """Let pages put the tokens of these rows of one record into their forms, where `version_noted` tells them."""
    told = await wholes(rows)
    for row in rows:
        row.version = token(told[row.pk])
    return told


def version_noted(row: Record) -> str:
    """The token of a row as its page noted it; a page that did not is a mistake of ours."""
    if row.version is None:
        raise LookupError(f"the page did not note the version of {row.ref}")
    return row.version


def token(whole: Whole) -> str:
    return f"{digest(whole)}.{''.join(digest(whole[name], TINY) for name in sorted(whole))}"


async def must_be_as_seen(
    row: Record | None, seen: str, *, but: Collection[str] = (), to_sign: bool = False
) -> None:
    """Raise Changed, part by part, unless the locked row still says what the actor has seen.

    Figures (`works_out`) change by what happens elsewhere: an editor is not held up by those named in `but`. Whoever is
    `to_sign` gets no version for the next try with the refusal, since it comes with the page that shows what is new.
    """
    if not seen or (row is None and seen == NOTHING_YET):
        return
    if row is None:
        raise Changed("您打开页面以后，这一项已经被删去，请核对后再提交。", "")
    whole = await whole_of(row)
    current = token(whole)
    # The long digest decides: the short ones of the parts may agree by chance.
    if seen.partition(".")[0] == current.partition(".")[0]:
        return
    moved = sorted(whole) if seen == NOTHING_YET else _moved(whole, seen)
    if moved is not None and set(moved) <= set(but):
        return
    told = [_difference(type(row), name, whole[name]) for name in told_of(type(row)) if name in (moved or ())]
    told = [replace(one, now="") if _is_digest(row, one) else one for one in told]
    then = "请刷新页面，看过现在的内容再办。" if to_sign else "您填的还在，请核对后再提交。"
    raise Changed(await _told(row, moved, told, then), "" if to_sign else current, told)


def _is_digest(row: Record, one: Difference) -> bool:
    """A part of no words that could be told here, which only says that something moved."""
    return one.field in row.personal or (one.field in row.works_out and one.now.isascii())


def _moved(whole: Whole, seen: str) -> list[str] | None:
    """The parts that are not as they were when the token was made; None where it cannot tell."""
    names, tiny = sorted(whole), seen.partition(".")[2]
    # A token of before the record had this column: what differs cannot be told part by part.
    if len(tiny) != TINY * len(names):
        return None
    then = (tiny[at : at + TINY] for at in range(0, len(tiny), TINY))
    return [name for name, was in zip(names, then, strict=True) if was != digest(whole[name], TINY)]


def _difference(record: type[Record], name: str, value: Any) -> Difference:
    return Difference(name, told_of(record)[name], _in_words(_said(record, name, value)))


def _said(record: type[Record], name: str, value: Any) -> Any:
    """A moment as the day it falls on in town, as people gave it; a state in its word; of another row no number."""
    if name == "state" and record.states is not None:
        return record.states.labels.get(value, "")
    if name.endswith("_id"):
        return None
    return town_day(datetime.fromisoformat(value)) if name.endswith("_at") and value else value


def _in_words(value: Any) -> str:
    """A part as one reads it in a sentence: of children the last column, which is their name; no code, no yes or no."""
    if isinstance(value, list):
        names = [str(one[-1] if isinstance(one, list) else one) for one in value]
        more = f"等 {len(names)} 个" if len(names) > MOST_NAMED else ""
        return "、".join(names[:MOST_NAMED]) + more
    if isinstance(value, dict):
        return "、".join(str(one["name"]) for one in value.values() if isinstance(one, dict))
    is_a_code = isinstance(value, str) and value.isascii() and value.isidentifier()
    return "" if value is None or isinstance(value, bool) or is_a_code else str(value)


async def _told(
    row: Record, moved: Sequence[str] | None, differences: Sequence[Difference], then: str
) -> str:
    told = [one.sentence for one in differences]
    last = None if moved and set(moved) <= set(row.works_out) else await _last_change(row)
    if last is None:
        return f"您打开页面以后{'；'.join(told) or '内容有变化'}，{then.removeprefix('您填的还在，')}"
    who = last.actor_post.person.name if last.actor_post else "系统"
    at = last.at.astimezone(TOWN_ZONE)
    told = told or (_of_event(type(row), last) if moved is None else [])
    return f"您打开页面以后，{who}在 {at:%H:%M} 改过：{'；'.join(told) or OTHERS}。{then}"


async def _last_change(row: Record) -> Event | None:
    of_it = Event.filter(subject_type=type(row).__name__, subject_id=row.pk)
    return await of_it.order_by("-id").first().prefetch_related("actor_post__person")


def _of_event(record: type[Record], event: Event) -> list[str]:
    """What the event says of it, where the token was too old to tell."""
    moved = {n: after for n, (_, after) in event.moved.items() if n in told_of(record)}
    return [_difference(record, n, after).sentence for n, after in moved.items()]
