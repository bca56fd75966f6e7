"""The burden of villages and the askers' figures through GraphQL: the numbers that the pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry import Info, Parent

from models import burden, ledger
from models.base.viewer import Viewer
from models.burden import COLUMNS, AskerLine, AskersWanted, Child
from models.ledger import Wanted
from models.units import Unit
from schema.base.connections import (
    LARGEST_PAGE,
    After,
    Before,
    Connection,
    Edge,
    First,
    Last,
    PageInfo,
    Window,
    cursor_of,
)
from schema.base.enums import code_in, enum_of
from schema.base.errors import BadInput
from schema.base.listed import page_info
from schema.base.roots import beside
from schema.burden.form_fields import FormFields, forms_told
from schema.ledger import CALLED, LedgerFigures, LedgerLoad, connected, figures_told, in_tree, load_told
from schema.units import Unit as UnitShown
from schema.units import Within, place_named

NOT_OF_VILLAGES = "Null for villages, of which it is not known."


@strawberry.type(description="Values that requests named, one for every data element and village.")
class BurdenFields:
    wanted: int = strawberry.field(description="All of them: the four others together.")
    to_fill: int = strawberry.field(description="Villages still fill these in.")
    struck: int = strawberry.field(description="On file and fresh, so that no form asks for them.")
    from_file: int = strawberry.field(description="Answered from file altogether, nobody disturbed.")
    rejected: int = strawberry.field(description="Not asked because the request was rejected.")


@strawberry.type(description="What reached the villages of a place, and what was kept from them.")
class BurdenFigures:
    load: LedgerLoad | None = strawberry.field(
        description="Assignments against a stated baseline; null for departments, which do not count others' work."
    )
    tasks: int = strawberry.field(description="Tasks sent, each to however many villages.")
    hours: float = strawberry.field(description="Estimated hours: those of the matter for each assignment.")
    requests: int = strawberry.field(description="Requests that these tasks answer.")
    merged: int = strawberry.field(
        description="Those of them that an earlier request's task answers as well."
    )
    screenings: LedgerFigures
    fields: BurdenFields
    forms: FormFields = strawberry.field(description="What the forms of villages asked, and spared.")


@strawberry.type(description="What went out in one calendar month.")
class BurdenMonth:
    since: date
    until: date
    sent: int
    forms: FormFields = strawberry.field(description="What the forms of villages asked, and spared.")
    hours: float = strawberry.field(description="Estimated hours.")


@strawberry.type(
    description="One unit right below the place; of villages only what was sent there and its hours are known."
)
class BurdenChild:
    unit_id: strawberry.Private[int]
    unit: Any = beside(UnitShown, "unit_id", "The unit.")
    villages: int
    sent: int
    per_village: float | None = strawberry.field(
        description="Sent, for each village; null where there is none."
    )
    hours: float = strawberry.field(description="Estimated hours.")
    tasks: int | None = strawberry.field(description=f"Tasks sent. {NOT_OF_VILLAGES}")
    requests: int | None = strawberry.field(
        description=f"Requests that these tasks answer. {NOT_OF_VILLAGES}"
    )
    merged: int | None = strawberry.field(
        description=f"Those of them that an earlier request's task answers as well. {NOT_OF_VILLAGES}"
    )
    rejected: int | None = strawberry.field(description=f"Rejections in the period. {NOT_OF_VILLAGES}")
    answered: int | None = strawberry.field(description=f"Answered from data on file. {NOT_OF_VILLAGES}")


@dataclass(frozen=True)
class Asked:
    """One reading of the dashboard by one viewer."""

    viewer: Viewer
    wanted: Wanted


async def _figures(asked: Parent[Asked]) -> Any:
    told = await burden.burden(asked.viewer, asked.wanted)
    return BurdenFigures(
        load=None if told.load is None else load_told(told.load),
        tasks=told.tasks,
        hours=float(told.hours),
        requests=told.requests,
        merged=told.merged,
        screenings=figures_told(told.screenings),
        forms=forms_told(told.forms),
        fields=BurdenFields(
            **{one.name: getattr(told.fields, CALLED.get(one.name, one.name)) for one in fields(BurdenFields)}
        ),
    )


async def _months(asked: Parent[Asked]) -> Any:
    if not ledger.oversees_villages(asked.viewer):
        return []
    forms = await burden.fields_by_month(asked.viewer, asked.wanted)
    return [
        BurdenMonth(
            forms=forms_told(asked_then),
            since=one.period.since,
            until=one.period.until,
            sent=one.assignments,
            hours=float(one.hours),
        )
        for one, (_, asked_then) in zip(await burden.months(asked.viewer, asked.wanted), forms, strict=True)
    ]


async def _children(
    asked: Parent[Asked], first: First = None, last: Last = None, after: After = None, before: Before = None
) -> Any:
    async def lines(page: Sequence[Unit]) -> list[BurdenChild]:
        return [_child(one) for one in await burden.tallies(asked.viewer, asked.wanted, page)]

    place = asked.wanted.place
    nothing = Unit.visible_to(asked.viewer).filter(id__in=[])
    watches = place is not None and ledger.oversees_villages(asked.viewer)
    rows = burden.children(asked.viewer, place, asked.wanted) if place is not None and watches else nothing
    return await connected(rows, lines, in_tree(first, last, after, before))


@strawberry.type(description="The burden of a place in a period, by month, and by what lies right below it.")
class BurdenOfPlace:
    figures: Any = strawberry.field(resolver=_figures, graphql_type=BurdenFigures)
    months: Any = strawberry.field(
        resolver=_months,
        graphql_type=list[BurdenMonth],
        description="At most twelve: the calendar months that end with the last one of the period, oldest first.",
    )
    children: Any = strawberry.field(resolver=_children, graphql_type=Connection[BurdenChild])


@strawberry.type(description="What one department, office or township asked of villages.")
class AskerFigures:
    asked: int = strawberry.field(description="Requests of the period, one for each township turned to.")
    rejected: int = strawberry.field(description="Rejections given in the period, for whatever reason.")
    forbidden: int
    not_listed: int
    too_often: int
    rejected_on_reading: int = strawberry.field(description="Rejected by whoever read it.")
    exception: int = strawberry.field(description="Let in exceptionally, signed by a leader of the township.")
    waived: int = strawberry.field(description="Requests with a demand unticked for a stated reason.")
    duplicate: int = strawberry.field(description="Requests merged into the task of an earlier request.")
    short: int = strawberry.field(
        description="Requests that left fewer working days than the rule of their day."
    )
    anew: int = strawberry.field(
        description="Requests for whose data a leader had villages asked again, by the day of the signature."
    )


@strawberry.type(description="The figures of one asker.")
class AskerOfVillages:
    unit_id: strawberry.Private[int]
    unit: Any = beside(UnitShown, "unit_id", "Who asks.")
    figures: AskerFigures


@dataclass(frozen=True)
class AskersAsked:
    """One reading of the askers' figures by one viewer."""

    viewer: Viewer
    wanted: AskersWanted


FromTheTop = Annotated[int, strawberry.argument(description=f"At most this many (1..{LARGEST_PAGE}).")]


@dataclass(frozen=True)
class AskersListed:
    """One page of askers, in the order of the chosen figure."""

    edges: list[Any]
    page_info: PageInfo


async def _askers_listed(asked: Parent[AskersAsked], first: FromTheTop, after: After = None) -> Any:
    window = Window.asked(("figure", "path"), first=first, after=after)
    beyond = window.beyond
    if beyond is not None and not (type(beyond[0]) is int and type(beyond[1]) is str):
        raise BadInput("翻页标记无效，请从第一页重新开始。", "after")
    behind = None if beyond is None else (int(beyond[0]), str(beyond[1]))
    lines, more = await burden.askers(asked.viewer, asked.wanted, window.size, behind)
    figure = asked.wanted.sorted_by
    edges = [Edge(cursor=cursor_of([one.figures[figure], one.unit.path]), node=_asker(one)) for one in lines]
    return AskersListed(edges, page_info(edges, more, after is not None))


@strawberry.type(description="Askers from the one with most downwards: it is not read from its other end.")
class AskerPage:
    edges: list[Edge[AskerOfVillages]]
    page_info: PageInfo


@strawberry.type(description="Who asks how much of the villages of a county or city.")
class AskersOfRegion:
    lines: Any = strawberry.field(resolver=_askers_listed, graphql_type=AskerPage)


async def _burden(info: Info, since: date, until: date, within: Within = None) -> Any:
    viewer = info.context.viewer
    if not ledger.reads_the_ledger(viewer):
        return None
    place = await burden.place_of(viewer, await place_named(viewer, within))
    return Asked(viewer, Wanted(ledger.period_of(since, until), place))


AskerColumn = enum_of(
    "AskerColumn",
    COLUMNS,
    "By which figure askers are put in order.",
    names={kept: said.upper() for said, kept in CALLED.items()},
)


async def _askers(info: Info, since: date, until: date, within: Within = None, by: Any = None) -> Any:
    viewer = info.context.viewer
    if not burden.reads_askers(viewer):
        return None
    place = await place_named(viewer, within)
    region = await burden.region_of(viewer, place)
    return AskersAsked(viewer, AskersWanted(region, ledger.period_of(since, until), code_in(by) or "refused"))


_askers.__annotations__["by"] = Annotated[
    AskerColumn | None,
    strawberry.argument(description="The figure of which the most come first; by default rejections."),
]


@strawberry.type
class Queries:
    burden: Any = strawberry.field(
        resolver=_burden,
        graphql_type=BurdenOfPlace | None,
        description="The burden from one day to another, both included; null for those below a township.",
    )
    askers: Any = strawberry.field(
        resolver=_askers,
        graphql_type=AskersOfRegion | None,
        description="Askers with most of the figure `by` first, in the viewer's county or city or a county of it; "
        "null for those below a township.",
    )


OF_TOWNSHIPS = ("tasks", "requests", "merged", "rejected", "answered")


def _child(one: Child) -> BurdenChild:
    near = one.unit.level == "village"
    above = {} if near else {name: getattr(one, CALLED.get(name, name)) for name in OF_TOWNSHIPS}
    return BurdenChild(
        unit_id=one.unit.pk,
        villages=one.villages,
        sent=one.assignments,
        per_village=float(one.per_village) if one.villages else None,
        hours=float(one.hours),
        **(dict.fromkeys(OF_TOWNSHIPS) | above),
    )


def _asker(line: AskerLine) -> AskerOfVillages:
    return AskerOfVillages(
        unit_id=line.unit.pk,
        figures=AskerFigures(
            **{one.name: line.figures[CALLED.get(one.name, one.name)] for one in fields(AskerFigures)}
        ),
    )
