"""Verdicts on work requests through GraphQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models import screening
from schema.base.fills import computed
from schema.base.mutations import mutation
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.matters import Matter, MatterList
from schema.people import Post

if TYPE_CHECKING:
    from schema.intake import WorkRequest


@type_for(screening.Screening)
class Screening(Node):
    kind: str
    verdict: str
    verdict_label: str = computed(screening.VERDICTS.get, "verdict")
    reasons: list[str]
    sentence: str
    clause: str
    route: str
    nearest: list[str]
    inputs: str
    code: str | None
    expires_on: date | None
    at: datetime
    request: Annotated[WorkRequest, strawberry.lazy("schema.intake")]
    matter_list: MatterList | None
    matter: Matter | None
    decided_by: Post | None


@strawberry.type
class Queries:
    screenings = pages(Screening)
    screening = single(Screening)


@strawberry.type
class Mutations:
    admit_request = mutation(screening.admit, Screening, "request")
    admit_request_exceptionally = mutation(screening.admit_exceptionally, Screening, "request")
    reject_request = mutation(screening.reject, Screening, "request")
