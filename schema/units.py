"""The tree of units through GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import strawberry
from strawberry import ID, UNSET

from models import registry, units
from models.base.identities import code_of
from models.base.viewer import Viewer
from schema.base.fills import computed, may, versioned
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, number_in, type_for
from schema.base.references import REFERENCES, Reference
from schema.base.roots import pages, single


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


@type_for(units.Unit)
class Unit(Node):
    code: str
    name: str
    level: str
    level_label: str = computed(units.LEVELS.get, "level")
    kind: str
    path: str
    pinyin: str
    ended_on: date | None
    parent: Unit | None
    version: str = versioned()
    may_add_unit: bool = may(units.add)
    may_rename: bool = may(units.rename)
    may_record_data: bool = may(registry.record)


@strawberry.input(description="What to look for among units.")
class UnitFilter(units.UnitFilter):
    text: str = ""
    level: str = ""
    within: str = ""


@strawberry.type
class Queries:
    units = pages(Unit, order=("path", "id"), wanted=UnitFilter)
    unit = single(Unit)


@mutations
class Mutations:
    add_unit = mutation(units.add, Unit, "parent")
    rename_unit = mutation(units.rename, Unit, "unit")
