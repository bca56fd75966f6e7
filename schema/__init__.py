"""The GraphQL door: the concepts of the town, put together into one schema."""

from __future__ import annotations

from schema import (
    bid_drafts,
    bidding,
    burden,
    complaints,
    concerns,
    desk,
    evaluation,
    fields,
    files,
    inbox,
    intake,
    ledger,
    lists,
    matters,
    people,
    rankings,
    registry,
    screening,
    step_time,
    surveys,
    tasks,
    trail,
    units,
    viewer,
)
from schema.base.build import built, core
from schema.base.http import Door

CONCEPTS = [
    viewer,
    units,
    people,
    matters,
    lists,
    intake,
    screening,
    tasks,
    registry,
    desk,
    concerns,
    complaints,
    bidding,
    bid_drafts,
    step_time,
    evaluation,
    rankings,
    surveys,
    fields,
    ledger,
    burden,
    trail,
    files,
    inbox,
]

schema = built(
    queries=[concept.Queries for concept in CONCEPTS if hasattr(concept, "Queries")],
    mutations=[concept.Mutations for concept in CONCEPTS if hasattr(concept, "Mutations")],
)
door = Door(core(schema), keeping=rankings.KEEPING)
"""The ASGI application to mount at /graphql; reads `viewer` from the request's state."""
