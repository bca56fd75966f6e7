"""The matter list through GraphQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry import Info

from models import matters
from models.base.viewer import Viewer
from models.units import Unit as Units
from schema.base.fetch import one, some
from schema.base.fills import column, computed, may, versioned
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import many, pages, single
from schema.people import Post
from schema.units import Unit


def _kinds(evidence: dict[str, Any]) -> list[str]:
    return list(evidence.get("kinds", []))


def _reason(evidence: dict[str, Any]) -> str:
    return str(evidence.get("reason", ""))


@type_for(matters.Matter)
class Matter(Node):
    version: str = versioned()
    code: str
    title: str
    scope: str
    category: str
    category_label: str = computed(matters.CATEGORIES.get, "category")
    domain: str
    level: str
    lead_department: str
    township_lead: str
    village_does: str
    village_must_not: str
    legal_basis: str
    basis_as_of: date | None
    demands: list[str]
    evidence_kinds: list[str] = computed(_kinds, "evidence")
    evidence_reason: str = computed(_reason, "evidence")
    form: list[str]
    norm_days: int | None
    effort_hours: Decimal | None
    yearly_cap: int | None
    weight: Decimal | None
    major: bool
    emergency: bool
    list: MatterList


@type_for(matters.MatterList)
class MatterList(Node):
    number: int
    version: str = versioned()
    title: str
    state: str
    state_label: str = computed(matters.LIST_STATES.get, "state")
    region: Unit
    based_on: MatterList | None
    proposed_by: Post | None
    published_by: Post | None
    propose_reason: str
    publish_reason: str
    effective_on: date | None
    publication: int | None = column(
        "publication",
        description="The region's first, second, third … published version: the newest whose day has come rules.",
    )
    published_at: datetime | None
    may_propose: bool = may(matters.propose)
    may_publish: bool = may(matters.publish)
    may_put_matter: bool = may(matters.put_matter)
    matters = many(Matter, "list_id", order=("code", "id"))


@type_for(matters.BasisLook)
class BasisLook(Node):
    region: Unit
    code: str
    basis: str
    as_of: date
    note: str
    at: datetime


@strawberry.input(description="What to look for among matters.")
class MatterFilter(matters.MatterFilter):
    text: str = ""
    category: str = ""
    code: str = ""


@strawberry.type(description="A listed matter that may be meant: advice, never a verdict.")
class Suggestion:
    code: str
    title: str
    score: float = strawberry.field(description="From 0 to 1.")
    why: list[str] = strawberry.field(description="Passages of the text that speak for it.")


PLACE = "Code of the township or county whose list is meant"


async def _path(viewer: Viewer, code: str) -> str:
    """Where a place lies, by its code; nowhere for one that the viewer does not know."""
    found = await Units.visible_to(viewer).get_or_none(code=code) if code else None
    return found.path if found else ""


async def _in_force(info: Info, place: Annotated[str, strawberry.argument(description=f"{PLACE}.")]) -> Any:
    path = await _path(info.context.viewer, place)
    held = await matters.list_in_force(path) if path else None
    return one(matters.MatterList, held.pk) if held else None


async def _suggested(
    info: Info,
    text: Annotated[str, strawberry.argument(description="What is to be done, in one's own words.")],
    department: Annotated[str, strawberry.argument(description="Who asks, where that is known.")] = "",
    place: Annotated[str, strawberry.argument(description=f"{PLACE}; by default the viewer's own.")] = "",
) -> list[Suggestion]:
    viewer = info.context.viewer
    path = await _path(viewer, place)
    near = await matters.suggest(viewer, text, sender=department, place=path) if path or not place else []
    return [
        Suggestion(code=s.matter.code, title=s.matter.title, score=s.score, why=list(s.why)) for s in near
    ]


async def _searched(
    info: Info,
    text: Annotated[str, strawberry.argument(description="Name, code, pinyin initials or everyday words.")],
    place: Annotated[str, strawberry.argument(description=f"{PLACE}; by default the viewer's own.")] = "",
) -> Any:
    viewer = info.context.viewer
    path = await _path(viewer, place)
    found = await matters.search_matters(viewer, text, place=path) if path or not place else []
    return some(matters.Matter, [matter.pk for matter in found])


@strawberry.type
class Queries:
    suggest_matters: list[Suggestion] = strawberry.field(
        resolver=_suggested,
        description="Up to five demandable matters of the list in force nearest to a text, best first.",
    )
    matter_list_in_force: Any = strawberry.field(
        resolver=_in_force,
        graphql_type=MatterList | None,
        description="The list that rules at a place today: its county's own, or else the city's.",
    )
    matters = pages(Matter, order=("code", "id"), wanted=MatterFilter)
    matter = single(Matter)
    search_matters: Any = strawberry.field(
        resolver=_searched,
        graphql_type=list[Matter],
        description="Up to twenty matters of the list in force that somebody looking for these words may mean.",
    )
    basis_looks = pages(BasisLook, order=("-id",))
    matter_lists = pages(MatterList, order=("-id",))
    matter_list = single(MatterList)


@mutations
class Mutations:
    draft_matter_list = mutation(matters.draft_list, MatterList, "region")
    put_matter = mutation(matters.put_matter, Matter, "matter_list")
    drop_matter = mutation(matters.drop_matter, MatterList, "matter_list")
    propose_matter_list = mutation(matters.propose, MatterList, "matter_list")
    send_back_matter_list = mutation(matters.send_back, MatterList, "matter_list")
    look_at_basis = mutation(matters.look_at_basis, BasisLook, "matter_list")
    publish_matter_list = mutation(matters.publish, MatterList, "matter_list")
