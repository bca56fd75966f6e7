"""The registry through GraphQL: what may be put on file, and what is."""

from __future__ import annotations

from datetime import date

import strawberry

from models import registry
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.units import Unit


@type_for(registry.Element)
class Element(Node):
    code: str
    name: str
    period_days: int
    sensitive: bool = strawberry.field(
        name="isSensitive", description="Whether only the township may know where it is held."
    )


@type_for(registry.DataValue)
class DataValue(Node):
    element: Element
    unit: Unit
    value: str
    as_of: date


@strawberry.type
class Queries:
    elements = pages(Element)
    element = single(Element, code=True)
    data_values = pages(DataValue)
    data_value = single(DataValue)


@mutations
class Mutations:
    record_data = mutation(registry.record, DataValue, "unit")
