"""The tree of units through GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import strawberry
from strawberry import ID, UNSET
from tortoise.expressions import Q

from models import registry, units
from models.base.identities import code_of
from models.base.viewer import Viewer
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, may, versioned
from schema.base.filters import any_code, any_of, below, either, filter_of, text
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, also, located, number_in, type_for
from schema.base.references import REFERENCES, Reference
from schema.base.roots import many, pages, single


@strawberry.input(
    one_of=True, description="A unit by its id or by its official code: exactly one of the two."
)
class UnitRef:
    id: ID | None = strawberry.field(default=UNSET, description="As `id` tells it.")
    code: str | None = strawberry.field(default=UNSET, description="Such as 330624004214 or 330624-B01.")


async def _numbers(viewer: Viewer, refs: Sequence[UnitRef]) -> list[int]:
    """The row numbers of these units, by one look for all codes."""
    codes = {code_of(ref.code).upper() for ref in refs if ref.code}
    known = (
        await units.Unit.visible_to(viewer).filter(code__in=sorted(codes)).values_list("code", "id")
        if codes
        else []
    )
    numbers = {str(code): int(str(number)) for code, number in known}
    return [
        numbers.get(code_of(ref.code).upper(), 0) if ref.code else number_in(ref.id or "", units.Unit)
        for ref in refs
    ]


REFERENCES[units.Unit] = Reference(UnitRef, _numbers)
Within = Annotated[
    UnitRef | None, strawberry.argument(description="Within this unit; by default all that one oversees.")
]


async def place_named(viewer: Viewer, within: UnitRef | None) -> units.Unit | None:
    """The unit that is named, if any is; raises NotFound for one that is nowhere."""
    if within is None:
        return None
    found = await located(viewer, units.Unit, within)
    assert isinstance(found, units.Unit)
    return found


UnitLevel = enum_of("UnitLevel", units.LEVELS, "Where in the tree a unit stands.")


@type_for(units.Unit)
class Unit(Node):
    code: str
    name: str
    level: str = coded(UnitLevel)
    level_label: str = computed(units.LEVELS.get, "level")
    kind: str | None
    path: str
    pinyin: str | None
    ended_on: date | None
    parent: Unit | None
    version: str = versioned()
    may_add_unit: bool = may(units.add)
    may_rename: bool = may(units.rename)
    may_record_data: bool = may(registry.record)


UnitFilter = filter_of(
    "UnitFilter",
    "What to look for among units.",
    text=text(
        units.UnitFilter, "Part of the name, first letters of its pinyin, or the beginning of the code."
    ),
    codes=any_code("code", "Units with any of these codes.", (units.Unit, "code")),
    levels=any_of("level", UnitLevel, "Units of any of these levels."),
    within=below("path", "Units at or below this one."),
    is_ended=either(
        Q(ended_on__isnull=False), "「撤并」 Units that were merged or ended, or those that exist."
    ),
)


also(
    Unit,
    children=many(
        Unit,
        "parent_id",
        ("path", "id"),
        wanted=UnitFilter,
        description="The units right below it, by their codes.",
    ),
)


@strawberry.type
class Queries:
    units = pages(Unit, order=("path", "id"), wanted=UnitFilter)
    unit = single(Unit, code=True)


@mutations
class Mutations:
    add_unit = mutation(units.add, Unit, "parent", level=UnitLevel)
    rename_unit = mutation(units.rename, Unit, "unit")
