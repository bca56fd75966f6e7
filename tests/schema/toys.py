"""A small schema over the tree of units, to try the base without the concepts."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from models.base.viewer import Viewer
from models.units import Unit as UnitRecord
from schema.base.build import built, core
from schema.base.fetch import one
from schema.base.fills import column, computed
from schema.base.http import Context, Door
from schema.base.nodes import Node, read_global_id, type_for
from schema.base.roots import pages, single


@type_for(UnitRecord)
class Unit(Node):
    name: str
    level: str
    ended_on: date | None
    parent: Unit | None
    title: str = column("name")
    label: str = computed(lambda level, name: f"{level}/{name}", "level", "name")


@strawberry.type
class Queries:
    units = pages(Unit, order=("id",))
    units_by_name = pages(Unit, order=("-name", "id"))
    unit = single(Unit)

    @strawberry.field(graphql_type=Node | None)
    def node(self, id: strawberry.ID) -> Any:
        named = read_global_id(id)
        return None if named is None else one(*named)

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("secret")


toy_schema = built([Queries], types=[Unit])
toy_door = Door(core(toy_schema))


async def ask(door: Door, viewer: Viewer, query: str, **variables: Any) -> dict[str, Any]:
    """What the door answers to a query, without HTTP around it."""
    prepared, cost = door.operations.prepared(query, variables)
    from schema.base.http import _answered

    return _answered(await door.operations.run(prepared, variables, None, Context(viewer)), cost)
