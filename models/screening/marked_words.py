"""Words that betray a demand, however they are written: marked for a reader, and kept from villages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.base.canonical import records_in
from models.base.folding import folded
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.text import says_something
from models.base.word_checks import WATCHES
from models.likeness import Folded
from models.matters import BANS, Demand, banned_words
from models.screening.red_lines import innocent_words, phrases_at

UNBENDING = frozenset(ban.code for ban in BANS)
"""What no reason given by an asker brings to a village."""
WARNED_OF = re.compile(
    "(?:警惕|谨防|严防|防止|防范|当心|小心|识破|识别|不要轻?信|不要听信|不要转发|不要传播|不要参与)"
    "[^，。！？；,!?;\\n请须应各每]{0,30}?(?:诈骗|骗局|骗术|陷阱|谣言)"
)
"""What people are warned of in one breath is asked of nobody: 警惕垫资、集赞诈骗."""


@dataclass(frozen=True)
class Mark:
    """A phrase found in a text, the demand it betrays, and the ways in which the text writes it."""

    phrase: str
    demand: str
    written: tuple[str, ...] = field(default=(), compare=False)


async def marks_in(text: str, path: str) -> list[Mark]:
    """What a text betrays by the phrases that hold at a place."""
    return _marks(text, await phrases_at(path))


def _marks(text: str, known: Mapping[str, str]) -> list[Mark]:
    """Longest phrases first, so that a long one is not taken for the short one in it."""
    said, found, taken = Folded(text), list[Mark](), list[range]()
    warned_of = [range(*one.span()) for one in WARNED_OF.finditer(text)]
    for phrase in sorted(known, key=lambda one: (-len(one), one)):
        places = [
            range(place.start, place.end)
            for place in said.find(folded(phrase), innocent_words(phrase))
            if not any(place.start < other.stop and other.start < place.end for other in taken)
        ]
        if known[phrase] not in UNBENDING:
            places = [one for one in places if not any(_within(one, other) for other in warned_of)]
        if places:
            written = dict.fromkeys(text[place.start : place.stop] for place in places)
            found.append(Mark(phrase, known[phrase], tuple(written)))
            taken += places
    return found


def _within(place: range, other: range) -> bool:
    return other.start <= place.start and place.stop <= other.stop


def _crossing(text: str, known: Mapping[str, str]) -> list[Mark]:
    """The marks of a text, and the fields in which no village bears the duty, whatever a keeper silences."""
    found = _marks(text, known)
    betrayed = {mark.demand for mark in found}
    bans = banned_words(Folded(text).sentences)
    return found + [Mark(words, ban.code, (words,)) for ban, words in bans if ban.code not in betrayed]


async def owned_up(text: str, path: str, demands: Sequence[str], reason: str) -> dict[str, str]:
    """Betrayed demands left unticked, each with the asker's reason; raises Invalid where none is given."""
    left = [mark for mark in await marks_in(text, path) if mark.demand not in demands]
    if left and not (says_something(reason) and len(reason) >= 4):
        raise Invalid(f"{await _told(left)}。请勾选，或写明为什么不是。", field="demands")
    if len(reason) > 500:
        raise Invalid("为什么不是，请不超过 500 个字。", field="untick_reason")
    return dict.fromkeys((mark.demand for mark in left), reason)


async def must_cross_no_red_line(subject: Record, said: Mapping[str, Any], given: Iterable[Any]) -> None:
    """Raise Invalid for words to a village that betray a demand, unless they were cleared or the village's own."""
    known = await phrases_at(subject.trail_path())
    for name, words in said.items():
        marks = _crossing(words if isinstance(words, str) else "\n".join(words), known)
        if marks and (left := await _not_cleared(marks, known, [subject, *records_in(given)])):
            raise Invalid(f"{await _told(left)}，这样的要求不能下到村社，请改写。", field=name)


async def _not_cleared(
    marks: Sequence[Mark], known: Mapping[str, str], records: Iterable[Record]
) -> list[Mark]:
    """What is left once it is known what askers have explained to a reader, and what villages have said themselves."""
    explained, heard = set[str](), set[str]()
    for record in records:
        explained |= await record.cleared()
        heard |= {mark.demand for mark in _crossing(await record.heard(), known)}
    cleared = explained - UNBENDING | heard
    return [mark for mark in marks if mark.demand not in cleared]


async def _told(marks: Sequence[Mark]) -> str:
    labels = {one.code: one.label for one in await Demand.filter(code__in=[mark.demand for mark in marks])}
    by_demand = {mark.demand: mark.written[0] for mark in reversed(marks)}
    return "；".join(
        f"文字里有“{written}”，像是要求“{labels.get(code, code)}”" for code, written in by_demand.items()
    )


WATCHES.append(must_cross_no_red_line)
