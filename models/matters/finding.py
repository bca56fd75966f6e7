"""Finding the listed matter somebody means."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from models.base.viewer import Viewer
from models.likeness import Document, Ranker, ranker_of
from models.matters.in_force import home_of, list_in_force
from models.matters.records import DEMANDABLE, Matter, MatterAlias, MatterFilter, MatterList


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
    aliases: dict[str, list[str]] = defaultdict(list)
    for code, phrase in await MatterAlias.all().order_by("id").values_list("code", "phrase"):
        aliases[str(code)].append(str(phrase))
    documents = {
        code: Document(matter.title, tuple(aliases[code]), _beside(matter))
        for code, matter in matters.items()
    }
    return Catalogue(
        matters,
        ranker_of({c: one for c, one in documents.items() if matters[c].category in DEMANDABLE}),
        ranker_of({c: one for c, one in documents.items() if matters[c].category == "negative"}),
    )


def _beside(matter: Matter) -> str:
    return f"{matter.lead_department} {matter.scope}"


LONGEST_TEXT = 5000


async def suggest(
    viewer: Viewer, text: str, limit: int = 5, *, sender: str = "", place: str = ""
) -> list[Suggestion]:
    """The demandable matters nearest to a text in the list that rules at a place (by default the viewer's own)."""
    held = await list_in_force(place or home_of(viewer)) if text.strip() else None
    return (await catalogue_of(held)).suggest(text[:LONGEST_TEXT], limit, sender=sender) if held else []


async def search_matters(viewer: Viewer, text: str, limit: int = 20, *, place: str = "") -> list[Matter]:
    """What a person finds in the list that rules there: matches of the words first, then what is only like them."""
    held = await list_in_force(place or home_of(viewer))
    if held is None:
        return []
    rows = Matter.visible_to(viewer).filter(list_id=held.pk)
    found = await MatterFilter(text=text).among(rows).order_by("code").limit(limit)
    if len(found) < limit and text.strip():
        seen = {matter.code for matter in found}
        near = (await catalogue_of(held)).suggest(text, limit)
        found += [s.matter for s in near if s.matter.code not in seen][: min(5, limit - len(found))]
    return found
