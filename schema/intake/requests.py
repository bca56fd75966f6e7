"""Work requests through GraphQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from models import intake, matters, requests, screening, tasks
from models.base.records import Record
from models.base.viewer import NOTHING
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, created_at, created_by, may, versioned, void_signatures
from schema.base.filters import (
    Part,
    any_code,
    any_of,
    any_unit,
    below,
    days,
    filter_of,
    moments,
    related,
    text,
)
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, above, type_for
from schema.base.orders import By, order_of
from schema.base.roots import many, pages, single, within
from schema.files import Attachment
from schema.matters.matters import Matter, Verdict
from schema.people import Post
from schema.screening import Screening
from schema.units import Unit

RequestState = enum_of("RequestState", requests.STATES, "How far a work request has come.")


@type_for(requests.RequestUnit)
class RequestUnit(Node):
    request: WorkRequest
    unit: Unit


@type_for(intake.RequestVersion)
class RequestVersion(Node):
    request: WorkRequest
    round: int
    said: JSON = strawberry.field(
        description="As it was asked: title, body, document_number, deadline, matter_code, demands, elements, unticked and units (codes)."
    )
    reason: str
    amended_at: datetime


@type_for(requests.RequestFile)
class RequestAttachment(Attachment):
    request: WorkRequest


@type_for(requests.WorkRequest)
class WorkRequest(Node):
    batch: str = strawberry.field(name="batchId", description="All requests of one submission have the same.")
    title: str
    body: str
    document_number: str | None
    deadline: date = strawberry.field(name="dueOn", description="「办理期限」")
    matter_code: str | None
    demands: list[str]
    elements: list[str]
    contact: str | None
    state: str = coded(RequestState)
    version: str = versioned()
    void_signatures: list[str] = void_signatures()
    state_label: str = computed(requests.STATES.get, "state")
    submitted_at: datetime = created_at()
    amended_at: datetime | None
    round: int
    office_answer: str | None
    answered_at: datetime | None
    department: Unit
    township: Unit
    matter: Matter | None
    rerouted_to: Unit | None
    submitted_by: Post | None = created_by()
    wanted_units = many(RequestUnit, "request_id")
    attachments = many(RequestAttachment, "request_id")
    versions = many(RequestVersion, "request_id", order=("round", "id"))
    screenings = many(Screening, "request_id")
    task_sources = many(above("TaskSource"), "request_id", record=tasks.TaskSource)
    may_admit: bool = may(screening.admit)
    may_reject: bool = may(screening.reject)
    may_reroute: bool = may(screening.reroute)
    may_handle: bool = may(screening.handle)
    may_amend: bool = may(tasks.amend_request)
    may_withdraw: bool = may(tasks.withdraw_request)


@strawberry.type(description="All requests that one submission became, one for each township.")
class RequestBatch:
    id: str = strawberry.field(description="As `batchId` of each of its requests.")
    requests = within(
        WorkRequest, lambda batch, rows: rows.filter(batch=batch["id"]), description="The requests."
    )


def _batch(result: Any, _: Record) -> Any:
    return {"id": result[0].batch} if result else None


RequestFilter = filter_of(
    "RequestFilter",
    "What to look for among work requests.",
    text=text(requests.RequestFilter, "Part of the title."),
    states=any_of("state", RequestState, "Requests in any of these states."),
    within=below("township__path", "Requests to townships at or below this unit."),
    matter_codes=any_code(
        "matter_code",
        "Requests that name a matter with any of these codes.",
        (matters.Matter, "code"),
        (requests.WorkRequest, "matter_code"),
    ),
    verdicts=related(
        list[Verdict],  # type: ignore[valid-type]
        screening.Screening,
        "request_id",
        lambda rows, verdicts: rows.filter(verdict__in=verdicts) if verdicts else rows.filter(NOTHING),
        "Requests on which some screening came to any of these verdicts.",
    ),
    departments=any_unit("department_id", "Requests of any of these departments."),
    batch=Part(
        ID, "Requests of one submission, by their `batchId`.", lambda rows, one: rows.filter(batch=one)
    ),
    created_at=moments("submitted_at", "Requests submitted between these instants."),
    due_on=days("deadline", "「办理期限」 within these days."),
)


RequestOrder = order_of(
    "RequestOrder",
    CREATED_AT=By("submitted_at", "By when they were submitted."),
    DUE_ON=By("deadline", "「办理期限」"),
)


@strawberry.type
class Queries:
    work_requests = pages(WorkRequest, wanted=RequestFilter, orders=RequestOrder)
    work_request = single(WorkRequest)


@mutations
class Mutations:
    submit_request = mutation(intake.submit, RequestBatch, "department", thing="batch", answer=_batch)
    reroute_request = mutation(screening.reroute, WorkRequest, "request")
    amend_request = mutation(tasks.amend_request, WorkRequest, "request")
    withdraw_request = mutation(tasks.withdraw_request, WorkRequest, "request")
    handle_request = mutation(screening.handle, WorkRequest, "request")
