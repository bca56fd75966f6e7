"""The GraphQL door: the concepts of the town, put together into one schema."""

from __future__ import annotations

from schema import (
    complaints,
    concerns,
    evaluation,
    files,
    inbox,
    ledger,
    people,
    points,
    policies,
    rankings,
    screening,
    surveys,
    trail,
    units,
    viewer,
    workdays,
)
from schema.base.actions import offer_actions
from schema.base.build import built, core
from schema.base.http import Door
from schema.bidding import drafts, projects, step_time, verbs
from schema.burden import by_place, dashboard
from schema.intake import fields, held_values, requests
from schema.matters import lists, matters
from schema.registry import elements, reports, tables
from schema.schemes import schemes
from schema.tasks import desk, field_values, tasks, waivers

CONCEPTS = [
    viewer,
    units,
    people,
    matters,
    lists,
    requests,
    screening,
    tasks,
    elements,
    reports,
    tables,
    desk,
    waivers,
    field_values,
    policies,
    workdays,
    concerns,
    complaints,
    projects,
    verbs,
    drafts,
    step_time,
    schemes,
    points,
    evaluation,
    rankings,
    surveys,
    fields,
    held_values,
    ledger,
    dashboard,
    by_place,
    trail,
    files,
    inbox,
]

offer_actions()
schema = built(
    queries=[concept.Queries for concept in CONCEPTS if hasattr(concept, "Queries")],
    mutations=[concept.Mutations for concept in CONCEPTS if hasattr(concept, "Mutations")],
)
door = Door(core(schema), keeping=rankings.KEEPING)
"""The ASGI application to mount at /graphql; reads `viewer` from the request's state."""
