"""The calendars of working days through GraphQL."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import workdays
from schema.base.fills import created_at, created_by, versioned
from schema.base.filters import any_number, below, filter_of
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import pages, single
from schema.people import Post
from schema.units import Unit


@type_for(workdays.WorkCalendar)
class WorkCalendar(Node):
    unit: Unit
    year: int
    number: int
    days_off: list[str]
    make_up: list[str]
    source: str
    made_at: datetime = created_at()
    set_by: Post | None = created_by()
    version: str = versioned()


WorkCalendarFilter = filter_of(
    "WorkCalendarFilter",
    "What to look for among calendars.",
    years=any_number("year", "Calendars of any of these years."),
    within=below("unit__path", "Calendars of units at or below this one."),
)


@strawberry.type
class Queries:
    work_calendars = pages(WorkCalendar, wanted=WorkCalendarFilter)
    work_calendar = single(WorkCalendar)


@mutations
class Mutations:
    set_work_year = mutation(workdays.set_year, WorkCalendar, "unit")
