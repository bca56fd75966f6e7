"""What an asker need not ask for, through GraphQL: the fields of a request that its villages have on file."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry
from strawberry import ID, Info

from models import intake
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.intake import HeldValues
from models.intake.held_values import SAID, Cell, Column
from models.requests import WorkRequest
from schema.base.enums import coded, enum_of
from schema.base.listed import listed
from schema.base.nodes import located
from schema.base.roots import beside
from schema.registry.elements import Element
from schema.units import Unit

HeldState = enum_of("HeldState", SAID, "Whether a village has a field on file.")


@strawberry.type(description="One field at one village.")
class HeldCell:
    village_id: strawberry.Private[int]
    path: strawberry.Private[str]
    unit: Any = beside(Unit, "village_id", "The village.")
    state: str = coded(HeldState)
    text: str | None = strawberry.field(
        description="The value with its measure, as far as the viewer may read it."
    )
    as_of: date | None
    age_days: int | None
    from_task: bool = strawberry.field(
        name="isFromTask", description="It came with the report on an earlier task."
    )


def _cell(cell: Cell) -> HeldCell:
    return HeldCell(
        path=cell.village.path,
        village_id=cell.village.pk,
        state=cell.state,
        text=cell.value or None,
        as_of=cell.as_of,
        age_days=cell.age_days,
        from_task=cell.from_task,
    )


@strawberry.type(description="One field over all the villages of a request.")
class HeldColumn:
    element_id: strawberry.Private[int]
    element: Any = beside(Element, "element_id", "The data element.")
    held: int = strawberry.field(description="Villages that have it on file and fresh.")
    missing: int = strawberry.field(description="Villages that have none, or an old one: these are asked.")
    is_complete: bool = strawberry.field(description="Every village has it on file and fresh.")
    kept_back: bool = strawberry.field(
        name="isKeptBack", description="Sensitive: whether it is held is the township's to know."
    )
    oldest_on: date | None = strawberry.field(description="The day of the oldest fresh value.")
    cells: Any = listed(
        HeldCell, lambda column: column.at, lambda one: one.path, "The villages, as the tree has them."
    )
    at: strawberry.Private[list[HeldCell]]
    place: strawberry.Private[str]


@strawberry.type(description="Data that the words of a request ask for and that nobody ticked.")
class AskedInWords:
    element_id: strawberry.Private[int]
    element: Any = beside(Element, "element_id", "The data element.")
    words: str
    held: int
    villages: int
    sentence: str


@strawberry.type(description="What the villages of a request have on file of what it asks for.")
class RequestValues:
    sentence: str
    villages: int
    cells_missing: int = strawberry.field(description="What villages would still have to fill in.")
    columns: Any = listed(
        HeldColumn, lambda told: told.fields, lambda one: one.place, "The fields, as they were asked for."
    )
    in_words: Any = listed(
        AskedInWords, lambda told: told.words, lambda one: one.words, "Data that nobody ticked."
    )
    fields: strawberry.Private[list[HeldColumn]]
    words: strawberry.Private[list[AskedInWords]]


async def _values(info: Info, request: ID) -> Any:
    viewer: Viewer = info.context.viewer
    try:
        asked = await located(viewer, WorkRequest, request)
    except NotFound:
        return None
    assert isinstance(asked, WorkRequest)
    told = await intake.held_values(viewer, asked)
    if told is None:
        return None
    words = await intake.request_in_words(viewer, asked)
    return RequestValues(
        sentence=told.sentence,
        villages=len(told.villages),
        cells_missing=told.cells_missing,
        fields=_columns(told),
        words=[
            AskedInWords(
                element_id=one.element.pk,
                words=one.words,
                held=one.held,
                villages=one.villages,
                sentence=one.sentence,
            )
            for one in words
        ],
    )


def _columns(told: HeldValues) -> list[HeldColumn]:
    return [_column(place, one) for place, one in enumerate(told.columns)]


def _column(place: int, one: Column) -> HeldColumn:
    return HeldColumn(
        place=f"{place:03}",
        element_id=one.element.pk,
        held=one.held,
        missing=one.missing,
        is_complete=one.is_complete,
        kept_back=one.is_kept_back,
        oldest_on=one.oldest,
        at=[_cell(cell) for cell in one.cells],
    )


@strawberry.type
class Queries:
    request_values: Any = strawberry.field(
        resolver=_values,
        graphql_type=RequestValues | None,
        description="For whoever asked, and the township's desk: what need not be asked; null for others, for a "
        "request that was refused or taken back, and for one that wants no data.",
    )
