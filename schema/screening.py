"""Verdicts on work requests through GraphQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import ID, Info
from strawberry.scalars import JSON

from models import matters, requests, screening
from models.base.refusals import NotFound
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at
from schema.base.filters import any_code, any_of, any_row, filter_of, moments
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, above, located, type_for
from schema.base.readers import read_json
from schema.base.roots import pages, single
from schema.matters.matters import Matter, MatterList, Verdict
from schema.people import Post

SCREENINGS = {"automatic": "自动过筛", "reading": "人工复核", "exception": "例外准入"}
ScreeningKind = enum_of("ScreeningKind", SCREENINGS, "What a screening was.")


@type_for(screening.Screening)
class Screening(Node):
    kind: str = coded(ScreeningKind)
    verdict: str = coded(Verdict)
    verdict_label: str = computed(matters.VERDICTS.get, "verdict")
    reasons: list[str]
    sentence: str
    clause: str | None
    route: str | None
    nearest: list[str]
    inputs: Any = computed(
        read_json,
        "inputs",
        description="What the verdict rests on, as it was kept with it.",
        graphql_type=JSON,
    )
    code: str | None
    expires_on: date | None
    at: datetime = created_at()
    request: Any = strawberry.field(graphql_type=above("WorkRequest"))
    matter_list: MatterList | None
    matter: Matter | None
    decided_by: Post | None


@strawberry.type(description="What recomputing a stored verdict from its stored inputs gives.")
class Replay:
    stands: bool = strawberry.field(name="isStanding", description="Whether the verdict comes out the same.")
    differences: list[str] = strawberry.field(description="In plain words; none where the verdict stands.")


async def _replay(info: Info, id: ID) -> Any:
    try:
        found = await located(info.context.viewer, screening.Screening, id)
    except NotFound:
        return None
    assert isinstance(found, screening.Screening)
    differences = await screening.replay(found)
    return Replay(stands=not differences, differences=differences)


ScreeningFilter = filter_of(
    "ScreeningFilter",
    "What to look for among screenings.",
    kinds=any_of("kind", ScreeningKind, "Screenings of any of these kinds."),
    verdicts=any_of("verdict", Verdict, "Screenings that came to any of these verdicts."),
    requests=any_row("request_id", requests.WorkRequest, "Screenings of any of these requests."),
    matter_lists=any_row(
        "matter_list_id", matters.MatterList, "Screenings by any of these versions of a list."
    ),
    matter_codes=any_code(
        "matter__code", "Screenings under a matter with any of these codes.", (matters.Matter, "code")
    ),
    created_at=moments("at", "Screenings given between these instants."),
)


@strawberry.type
class Queries:
    screenings = pages(Screening, wanted=ScreeningFilter)
    screening = single(Screening, code=True)
    replay_screening: Any = strawberry.field(
        resolver=_replay,
        graphql_type=Replay | None,
        description="The verdict recomputed; null where the screening is not the viewer's to see.",
    )


@mutations
class Mutations:
    admit_request = mutation(screening.admit, Screening, "request")
    admit_request_exceptionally = mutation(screening.admit_exceptionally, Screening, "request")
    reject_request = mutation(screening.reject, Screening, "request")
