"""What of the wanted data is on file already, through GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import strawberry
from strawberry import ID, Info

from models import intake
from models.base.clock import today
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.intake import OTHERS, Field, FieldReport
from models.registry import DataValue
from models.requests import WorkRequest
from models.units import Unit
from schema.base.enums import coded
from schema.base.listed import listed
from schema.base.nodes import global_id, located
from schema.base.roots import beside
from schema.intake.requests import RequestState
from schema.units import Unit as UnitShown


@strawberry.type(description="Another standing request to the same villages that wants the same field.")
class AlsoAsked:
    request_id: ID
    title: str
    department_id: strawberry.Private[int]
    department: Any = beside(UnitShown, "department_id", "Who asked.")
    state: str = coded(RequestState)


@strawberry.type(description="A village that holds a fresh value of the field, and how old it is.")
class FieldHolder:
    village_id: strawberry.Private[int]
    path: strawberry.Private[str]
    unit: Any = beside(UnitShown, "village_id", "The village.")
    as_of: date
    age_days: int
    from_task: bool = strawberry.field(
        name="isFromTask", description="It came with the report on an earlier task."
    )


def _holder(unit: Unit, value: DataValue) -> FieldHolder:
    return FieldHolder(
        path=unit.path,
        village_id=unit.pk,
        as_of=value.as_of,
        age_days=(today() - value.as_of).days,
        from_task=value.task_id is not None,
    )


@strawberry.type(description="One field that a request or its matter's form wants.")
class FieldOverlapLine:
    code: str
    name: str
    registered: bool = strawberry.field(
        name="isRegistered", description="Whether there is a data element with this code."
    )
    kept_back: bool = strawberry.field(
        name="isKeptBack", description="Sensitive: whether it is held is the township's to know."
    )
    villages: int
    held: int
    struck: bool = strawberry.field(
        name="isStruck", description="Held fresh by every village: left out of the form."
    )
    also_asked: list[AlsoAsked] = strawberry.field(description=f"The newest of them, {OTHERS} at most.")
    also_asked_count: int
    holders: Any = listed(
        FieldHolder,
        lambda line: line.at,
        lambda one: one.path,
        "Villages that hold a fresh value, as the tree has them.",
    )
    at: strawberry.Private[list[FieldHolder]]
    place: strawberry.Private[int]


@strawberry.type(
    description="How many of the fields a request wants are on file, before anybody approves it."
)
class FieldOverlap:
    sentence: str
    wanted: int
    struck: int
    villages: int
    fields: Any = listed(
        FieldOverlapLine, lambda told: told.lines, lambda one: f"{one.place:06}", "Each field that it wants."
    )
    lines: strawberry.Private[list[FieldOverlapLine]]


async def _overlap(info: Info, request: ID) -> Any:
    viewer: Viewer = info.context.viewer
    try:
        asked = await located(viewer, WorkRequest, request)
    except NotFound:
        return None
    assert isinstance(asked, WorkRequest)
    if not intake.reads_values(viewer, asked.township.path):
        return None
    return _told(await intake.fields_of(viewer, asked))


@strawberry.type
class Queries:
    field_overlap: Any = strawberry.field(
        resolver=_overlap,
        graphql_type=FieldOverlap | None,
        description="The fields a request wants that are on file; null for who may not read values there.",
    )


def _told(report: FieldReport) -> FieldOverlap:
    return FieldOverlap(
        sentence=report.sentence,
        wanted=len(report.fields),
        struck=len(report.struck),
        villages=len(report.villages),
        lines=[_line(field, report.villages, place) for place, field in enumerate(report.fields)],
    )


def _line(field: Field, villages: Sequence[Unit], place: int) -> FieldOverlapLine:
    held = {value.unit_id: value for value in field.values}
    return FieldOverlapLine(
        code=field.code,
        name=field.name,
        registered=field.element is not None,
        kept_back=field.kept_back,
        villages=field.villages,
        held=field.held,
        struck=field.struck,
        also_asked=[
            AlsoAsked(
                request_id=ID(global_id("WorkRequest", one.pk)),
                title=one.title,
                department_id=one.department_id,
                state=one.state,
            )
            for one in field.others[:OTHERS]
        ],
        also_asked_count=len(field.others),
        at=[_holder(unit, held[unit.pk]) for unit in villages if unit.pk in held],
        place=place,
    )
