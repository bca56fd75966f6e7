"""Finding the listed matter somebody means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.base.folding import folded
from models.base.viewer import Viewer
from models.likeness import Document, Ranker, ranker_of
from models.matters.in_force import home_of, list_in_force
from models.matters.records import DEMANDABLE, Matter, MatterAlias, MatterList


@dataclass(frozen=True)
class Suggestion:
    """A listed matter that may be meant, and the words it shares with what was said."""

    matter: Matter
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """All matters of one list, ready to be compared with what people write."""

    matters: dict[str, Matter]
    allowed: Ranker
    forbidden: Ranker

    def suggest(self, text: str, limit: int = 5, *, sender: str = "") -> list[Suggestion]:
        """The demandable matters nearest to a text, best first; `sender` is the department that asks."""
        return self._named(self.allowed, text, limit, sender)

    def prohibitions(self, text: str, limit: int = 1) -> list[Suggestion]:
        """The negative matters nearest to a text, best first."""
        return self._named(self.forbidden, text, limit)

    def _named(self, ranker: Ranker, text: str, limit: int, sender: str = "") -> list[Suggestion]:
        near = ranker.nearest(text, limit, sender=sender)
        return [Suggestion(self.matters[one.key], one.score, one.why) for one in near if one.why]


async def catalogue_of(matter_list: MatterList) -> Catalogue:
    """All matters of a list with what is needed to suggest among them."""
    matters = {matter.code: matter for matter in await Matter.filter(list_id=matter_list.pk).order_by("code")}
    aliases = await _aliases()
    documents = {
        code: Document(matter.title, tuple(aliases[code]), f"{matter.lead_department} {matter.scope}")
        for code, matter in matters.items()
    }
    return Catalogue(
        matters,
        ranker_of({c: one for c, one in documents.items() if matters[c].category in DEMANDABLE}),
        ranker_of({c: one for c, one in documents.items() if matters[c].category == "negative"}),
    )


async def _aliases() -> dict[str, list[str]]:
    """Everyday words by the code of the matter that is meant."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, phrase in await MatterAlias.all().order_by("id").values_list("code", "phrase"):
        found[str(code)].append(str(phrase))
    return found


LONGEST_TEXT = 5000


async def suggest(
    viewer: Viewer, text: str, limit: int = 5, *, sender: str = "", place: str = ""
) -> list[Suggestion]:
    """The demandable matters nearest to a text in the list that rules at a place (by default the viewer's own)."""
    held = await list_in_force(place or home_of(viewer)) if folded(text) else None
    return (await catalogue_of(held)).suggest(text[:LONGEST_TEXT], limit, sender=sender) if held else []


class Called(NamedTuple):
    """What one matter is called, and the words beside it: all that is needed for finding it."""

    code: str
    title: str
    pinyin: str
    scope: str
    lead_department: str
    aliases: tuple[str, ...]

    @property
    def document(self) -> Document:
        return Document(self.title, self.aliases, f"{self.lead_department} {self.scope}")


async def search_matters(viewer: Viewer, text: str, limit: int = 20, *, place: str = "") -> list[Matter]:
    """What a person finds in the list that rules there, by name, code, initials and everyday words, nearest first."""
    held = await list_in_force(place or home_of(viewer))
    if held is None or not folded(text):
        return []
    codes = codes_for(await _called_in(held), text[:LONGEST_TEXT], limit)
    found = {matter.code: matter for matter in await Matter.filter(list_id=held.pk, code__in=codes)}
    return [found[code] for code in codes]


async def _called_in(matter_list: MatterList) -> list[Called]:
    """All matters of a list as they are called: rows of words, for two thousand whole matters take too long to load."""
    aliases = await _aliases()
    rows = Matter.filter(list_id=matter_list.pk).order_by("code")
    columns = ("code", "title", "pinyin", "scope", "lead_department")
    return [
        Called(code, title, initials, scope, department, tuple(aliases[code]))
        for code, title, initials, scope, department in await rows.values_list(*columns)
    ]


MOST_NEAR, FAR = 20, 5


def codes_for(matters: Sequence[Called], text: str, limit: int = 5) -> list[str]:
    """All matters, demandable or not, in the order in which somebody looking for these words may mean them."""
    ranker = ranker_of({one.code: one.document for one in matters})
    near = {one.key: place for place, one in enumerate(ranker.nearest(text, MOST_NEAR)) if one.why}
    said = {one.code: closeness(one, text) for one in matters}
    found = [code for code in said if said[code] < FAR or code in near]
    return sorted(found, key=lambda code: (said[code], near.get(code, MOST_NEAR), code))[:limit]


def closeness(matter: Called, text: str) -> int:
    """How near what a matter is called comes to what was typed: 0 the very name, up to FAR for nothing of it."""
    said, words = folded(text), [word for word in map(folded, text.split()) if word]
    title, code, names = (
        folded(matter.title),
        folded(matter.code),
        [folded(alias) for alias in matter.aliases],
    )
    if said in (title, code, *names):
        return 0
    if _in(words, title) or said in code or any(_in(words, name) for name in names):
        return 1
    if said.isascii() and matter.pinyin.startswith(said):
        return 2
    if said.isascii() and said in matter.pinyin:
        return 3
    whole = f"{title} {folded(matter.scope)} {folded(matter.lead_department)} {' '.join(names)}"
    return 4 if _in(words, whole) else FAR


def _in(words: list[str], text: str) -> bool:
    return all(word in text for word in words)
