"""The matter list through GraphQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from strawberry import Info

from models import matters
from models.base.identities import code_of
from models.base.text import NO_TEXT
from models.base.viewer import Viewer
from schema.base.enums import coded, enum_of
from schema.base.fetch import found, one, some
from schema.base.fills import column, computed, created_at, created_by, may, versioned
from schema.base.filters import any_code, any_of, any_row, below, filter_of, text
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, number_in, type_for
from schema.base.numbers import number
from schema.base.roots import ByCode, ById, many, must_be_one_of, pages, single
from schema.people import Post
from schema.units import Unit, UnitRef, place_named

MatterCategory = enum_of(
    "MatterCategory", matters.CATEGORIES, "What may be asked of villages under a matter."
)
Verdict = enum_of("Verdict", matters.VERDICTS, "What a screening decided.")
MatterListState = enum_of("MatterListState", matters.LIST_STATES, "How far a version of the list has come.")


def _kinds(evidence: dict[str, Any]) -> list[str]:
    return list(evidence.get("kinds", []))


def _reason(evidence: dict[str, Any]) -> str:
    return str(evidence.get("reason", ""))


@type_for(matters.Matter)
class Matter(Node):
    version: str = versioned()
    code: str
    title: str
    scope: str | None
    category: str = coded(MatterCategory)
    category_label: str = computed(matters.CATEGORIES.get, "category")
    domain: str | None
    level: str | None
    lead_department: str | None
    township_lead: str | None
    village_does: str | None
    village_must_not: str | None
    legal_basis: str | None
    basis_as_of: date | None
    demands: list[str]
    evidence_kinds: list[str] = computed(_kinds, "evidence")
    evidence_reason: str = computed(_reason, "evidence")
    form: list[str]
    norm_days: int | None
    effort_hours: float | None = computed(
        number, "effort_hours", description="「工时」 estimated for one village."
    )
    yearly_cap: int | None
    weight: float | None = computed(number, "weight", description="「权重」 of its results.")
    major: bool = strawberry.field(name="isMajor", description="「重大」 Whether it needs a discussion.")
    emergency: bool = strawberry.field(
        name="isEmergency", description="「应急」 Whether it may be dispatched at once in an emergency."
    )
    list: MatterList


MatterFilter = filter_of(
    "MatterFilter",
    "What to look for among matters.",
    text=text(
        matters.MatterFilter, "Words of the title, the scope or everyday names, a code, or letters of pinyin."
    ),
    categories=any_of("category", MatterCategory, "Matters of any of these categories."),
    codes=any_code("code", "Matters with any of these codes, in whichever list.", (matters.Matter, "code")),
)


@type_for(matters.MatterList)
class MatterList(Node):
    number: int
    version: str = versioned()
    title: str
    state: str = coded(MatterListState)
    state_label: str = computed(matters.LIST_STATES.get, "state")
    region: Unit
    based_on: MatterList | None
    proposed_by: Post | None
    published_by: Post | None
    propose_reason: str | None
    publish_reason: str | None
    effective_on: date | None
    publication: int | None = column(
        "publication",
        description="The region's first, second, third … published version: the newest whose day has come rules.",
    )
    published_at: datetime | None
    may_propose: bool = may(matters.propose)
    may_publish: bool = may(matters.publish)
    may_put_matter: bool = may(matters.put_matter)
    matters = many(Matter, "list_id", order=("code", "id"), wanted=MatterFilter)


@type_for(matters.BasisLook)
class BasisLook(Node):
    region: Unit
    code: str
    basis: str
    as_of: date
    note: str
    by: Post | None = created_by()
    at: datetime = created_at()


@strawberry.type(description="A listed matter that may be meant: advice, never a verdict.")
class Suggestion:
    code: str
    title: str
    score: float = strawberry.field(description="How near it is, 0 to 100.")
    why: list[str] = strawberry.field(description="Passages of the text that speak for it.")


WHOSE = "The township or county whose list is meant"
InForce = Annotated[UnitRef, strawberry.argument(description=f"{WHOSE}.")]
OfPlace = Annotated[UnitRef | None, strawberry.argument(description=f"{WHOSE}; by default the viewer's own.")]


async def _path(viewer: Viewer, within: UnitRef | None) -> str:
    """Where a place lies; nothing for the viewer's own."""
    place = await place_named(viewer, within)
    return place.path if place else ""


async def _in_force(info: Info, within: InForce) -> Any:
    held = await matters.list_in_force(await _path(info.context.viewer, within))
    return one(matters.MatterList, held.pk) if held else None


async def _matter(info: Info, id: ById = None, code: ByCode = None, within: OfPlace = None) -> Any:
    if must_be_one_of(id, code):
        return one(matters.Matter, number_in(str(id), matters.Matter))
    viewer, wanted = info.context.viewer, code_of(str(code)).upper()
    held = await matters.list_in_force(await _path(viewer, within) or matters.home_of(viewer))
    if held is None or NO_TEXT.search(wanted):
        return None
    return found(matters.Matter, lambda rows: rows.filter(list_id=held.pk, code=wanted))


async def _suggested(
    info: Info,
    text: Annotated[str, strawberry.argument(description="What is to be done, in one's own words.")],
    sender: Annotated[
        str | None, strawberry.argument(description="The name of whoever asks, where that is known.")
    ] = None,
    within: OfPlace = None,
) -> list[Suggestion]:
    viewer = info.context.viewer
    near = await matters.suggest(viewer, text, sender=sender or "", place=await _path(viewer, within))
    return [
        Suggestion(code=s.matter.code, title=s.matter.title, score=100 * s.score, why=list(s.why))
        for s in near
    ]


async def _searched(
    info: Info,
    text: Annotated[str, strawberry.argument(description="Name, code, pinyin initials or everyday words.")],
    within: OfPlace = None,
) -> Any:
    viewer = info.context.viewer
    there = await matters.search_matters(viewer, text, place=await _path(viewer, within))
    return some(matters.Matter, [matter.pk for matter in there])


BasisLookFilter = filter_of(
    "BasisLookFilter",
    "What to look for among looks at legal bases.",
    codes=any_code(
        "code", "Looks at the bases of matters with any of these codes.", (matters.BasisLook, "code")
    ),
    within=below("region__path", "Looks for lists of places at or below this unit."),
)


MatterListFilter = filter_of(
    "MatterListFilter",
    "What to look for among versions of lists.",
    states=any_of("state", MatterListState, "Versions in any of these states."),
    based_on=any_row("based_on_id", matters.MatterList, "Versions that began from any of these."),
    within=below("region__path", "「适用地区」 Versions for places at or below this unit."),
)


@strawberry.type
class Queries:
    suggest_matters: list[Suggestion] = strawberry.field(
        resolver=_suggested,
        description="At most five demandable matters of the list in force nearest to a text, best first.",
    )
    matter_list_in_force: Any = strawberry.field(
        resolver=_in_force,
        graphql_type=MatterList | None,
        description="The list that rules at a place today: its county's own, or else the city's.",
    )
    matters = pages(Matter, order=("code", "id"), wanted=MatterFilter)
    matter: Any = strawberry.field(
        resolver=_matter,
        graphql_type=Matter | None,
        description="By its id, or by its code in the list that rules at a place today; exactly one of the two, or null.",
    )
    search_matters: Any = strawberry.field(
        resolver=_searched,
        graphql_type=list[Matter],
        description="At most twenty matters of the list in force that somebody looking for these words may mean.",
    )
    basis_looks = pages(BasisLook, order=("-id",), wanted=BasisLookFilter)
    matter_lists = pages(MatterList, order=("-id",), wanted=MatterListFilter)
    matter_list = single(MatterList)


@mutations
class Mutations:
    draft_matter_list = mutation(matters.draft_list, MatterList, "region")
    put_matter = mutation(matters.put_matter, Matter, "matter_list", category=MatterCategory)
    drop_matter = mutation(matters.drop_matter, MatterList, "matter_list")
    propose_matter_list = mutation(matters.propose, MatterList, "matter_list")
    send_back_matter_list = mutation(matters.send_back, MatterList, "matter_list")
    look_at_basis = mutation(matters.look_at_basis, BasisLook, "matter_list")
    publish_matter_list = mutation(matters.publish, MatterList, "matter_list")
