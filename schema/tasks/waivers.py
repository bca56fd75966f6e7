"""Waivers of asking once, through GraphQL: who had villages fill in again what they had on file, and for whom."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import tasks
from schema.base.fills import computed, created_at
from schema.base.filters import below, filter_of, moments
from schema.base.nodes import Node, also, type_for
from schema.base.roots import many, pages, single
from schema.intake.requests import RequestFilter, RequestOrder, WorkRequest
from schema.people import Post
from schema.tasks.tasks import Task


def _answers(cells: dict[str, list[int]]) -> int:
    return sum(len(villages) for villages in cells.values())


@type_for(tasks.Waiver)
class Waiver(Node):
    task: Task
    element_codes: list[str] = computed(list, "cells", description="The data that is asked for again.")
    answers: int = computed(_answers, "cells", description="How many answers were on file that day.")
    reason: str
    by: Post | None = strawberry.field(name="createdBy", description="The leader who signed in person.")
    at: datetime = created_at()
    requests = many(
        WorkRequest,
        "waivers__waiver_id",
        wanted=RequestFilter,
        orders=RequestOrder,
        description="Whose data it is: counted against them.",
    )


WaiverFilter = filter_of(
    "WaiverFilter",
    "What to look for among waivers.",
    within=below("task__township__path", "Waivers of townships at or below this unit."),
    created_at=moments("at", "Waivers signed between these instants."),
)
also(Task, waivers=many(Waiver, "task_id"))


@strawberry.type
class Queries:
    waivers = pages(Waiver, wanted=WaiverFilter)
    waiver = single(Waiver)
