"""The tree of units through GraphQL."""

from __future__ import annotations

from datetime import date

import strawberry

from models import registry, units
from schema.base.fills import computed, may, versioned
from schema.base.mutations import mutation
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single


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


@strawberry.type
class Mutations:
    add_unit = mutation(units.add, Unit, "parent")
    rename_unit = mutation(units.rename, Unit, "unit")
