"""The numbers that governments set, through GraphQL."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from models import policies
from schema.base.enums import coded, enum_of
from schema.base.fills import created_at, created_by, versioned
from schema.base.filters import any_of, below, filter_of
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.people import Post
from schema.units import Unit

POLICIES = {name: one.label for name, one in policies.KNOWN.items()}
PolicyName = enum_of("PolicyName", POLICIES, "What may be set by number.")


@type_for(policies.Policy)
class Policy(Node):
    unit: Unit
    name: str = coded(PolicyName)
    value: int
    reason: str
    from_on: date
    made_at: datetime = created_at()
    set_by: Post | None = created_by()
    version: str = versioned()


PolicyFilter = filter_of(
    "PolicyFilter",
    "What to look for among policies.",
    names=any_of("name", PolicyName, "Any of these numbers."),
    within=below("unit__path", "Policies of units at or below this one."),
)


@strawberry.type
class Queries:
    policies = pages(Policy, wanted=PolicyFilter)
    policy = single(Policy)


@mutations
class Mutations:
    set_policy = mutation(policies.set_policy, Policy, "unit", name=PolicyName)
