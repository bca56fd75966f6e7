"""Finding the listed matter somebody means, and the version in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from models.base.clock import today
from models.base.viewer import Viewer
from models.matters.likeness import Likeness
from models.matters.records import DEMANDABLE, Matter, MatterAlias, MatterFilter, MatterList


async def list_in_force(on: date | None = None) -> MatterList | None:
    """The published list that holds on a day (today by default)."""
    held = MatterList.filter(state="published", effective_on__lte=on or today())
    return await held.order_by("-effective_on", "-number").first()


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
    allowed: Likeness
    forbidden: Likeness

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """The demandable matters nearest to a text, best first."""
        return self._named(self.allowed, text, limit)

    def prohibitions(self, text: str, limit: int = 1) -> list[Suggestion]:
        """The negative matters nearest to a text, best first."""
        return self._named(self.forbidden, text, limit)

    def _named(self, likeness: Likeness, text: str, limit: int) -> list[Suggestion]:
        return [Suggestion(self.matters[n.key], n.score, n.why) for n in likeness.nearest(text, limit)]


async def catalogue_of(matter_list: MatterList) -> Catalogue:
    """All matters of a list with what is needed to suggest among them."""
    matters = {matter.code: matter for matter in await Matter.filter(list_id=matter_list.pk).order_by("code")}
    words = {code: f"{matter.title} {matter.title} {_plain(matter)}" for code, matter in matters.items()}
    for alias in await MatterAlias.all().order_by("id"):
        if alias.code in words:
            words[alias.code] += f" {alias.phrase}"
    return Catalogue(
        matters,
        _likeness(
            tuple((code, text) for code, text in words.items() if matters[code].category in DEMANDABLE)
        ),
        _likeness(
            tuple((code, text) for code, text in words.items() if matters[code].category == "negative")
        ),
    )


@lru_cache(maxsize=8)
def _likeness(texts: tuple[tuple[str, str], ...]) -> Likeness:
    """Kept by content, since published lists do not change and drafts may."""
    return Likeness(dict(texts))


def _plain(matter: Matter) -> str:
    return f"{matter.lead_department} {'' if '示范' in matter.scope else matter.scope}"


async def search_matters(viewer: Viewer, text: str, limit: int = 20) -> list[Matter]:
    """What a person finds in the list in force: matches of the words first, then what is only like them."""
    held = await list_in_force()
    if held is None or not viewer.signed_in:
        return []
    rows = Matter.visible_to(viewer).filter(list_id=held.pk)
    found = await MatterFilter(text=text).among(rows).order_by("code").limit(limit)
    if len(found) < limit and text.strip():
        seen = {matter.code for matter in found}
        near = (await catalogue_of(held)).suggest(text, limit)
        found += [s.matter for s in near if s.matter.code not in seen][: min(5, limit - len(found))]
    return found
