"""What is looked for costs what is found: no part of a filter reads the rows of a whole deployment to leave a few."""

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type
from tortoise import Tortoise
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.base.clock import now
from models.base.records import Record
from models.base.viewer import Viewer
from models.tasks import Assignment, Task
from schema import schema
from schema.base.build import core
from schema.base.filters import DateTimeRange, Part, narrowing
from schema.base.nodes import RECORDS
from schema.tasks.words import AssignmentFilter, TaskFilter
from tests.builders import DAY, a_town, a_viewer
from tests.models.past_the_triggers import without_triggers
from tests.schema.test_orders import AWAY, a_crowd, plan_of

pytestmark = pytest.mark.anyio
CORE = core(schema)


def _parts() -> dict[tuple[str, str], tuple[type[Record], Part]]:
    """Each part of the filter of every root, with the rows that it leaves some of."""
    assert CORE.query_type is not None
    found = {}
    for field in CORE.query_type.fields.values():
        page = getattr(get_named_type(field.type), "fields", {})
        if "filter" not in field.args or "edges" not in page:
            continue
        filter_type = get_named_type(field.args["filter"].type)
        assert isinstance(filter_type, GraphQLInputObjectType)
        record = RECORDS[get_named_type(get_named_type(page["edges"].type).fields["node"].type).name]
        for key, part in filter_type.extensions["strawberry-definition"].origin.parts.items():
            found[filter_type.name, key] = record, part
    return found


PARTS = _parts()


def _readings(rows: QuerySet[Record]) -> int:
    return rows.sql().upper().count("SELECT")


async def test_the_others_are_told_by_the_row_itself_and_not_as_none_of_those_that_are_looked_for(
    town: str,
) -> None:
    told = {name: one for name, one in PARTS.items() if one[1].kind is bool and not one[1].is_scoped}
    assert len(told) > 7
    for name, (record, part) in told.items():
        assert (
            _readings(part.narrow(record.all(), False)) == _readings(part.narrow(record.all(), True)) == 1
        ), name


async def _plan(viewer: Viewer, filter: Any, record: type[Record]) -> str:
    leave = await narrowing(viewer, filter)
    return "\n".join(await plan_of(leave(record.visible_to(viewer)).order_by("-id").limit(21)))


def _reads_all(plan: str) -> bool:
    """Whether all copies there ever were are looked at, in their own order or by no index."""
    return bool(
        re.search(
            r"assignment USING AUTOMATIC|SCAN assignment(?! USING (COVERING )?INDEX assignment_to_review)|Seq Scan on assignment",
            plan,
        )
    )


async def test_what_waits_and_what_was_decided_is_found_by_an_index(
    town: str,
) -> None:
    place = await a_town()
    overseer = await a_crowd(place)
    async with in_transaction():
        await without_triggers()
        await Assignment.filter(id__gt=AWAY, id__lt=AWAY + 40).update(state="reported")
    await Tortoise.get_connection("default").execute_query("ANALYZE")
    lately = DateTimeRange(since=now() + DAY, before=now() + 3 * DAY)
    for viewer, filter, record in (
        (overseer, TaskFilter(has_reports_to_review=True), Task),
        (overseer, TaskFilter(has_reports_to_review=False), Task),
        (overseer, AssignmentFilter(decided_at=lately), Assignment),
    ):
        plan = await _plan(viewer, filter, record)
        assert not _reads_all(plan), (viewer.hat and viewer.hat.role, filter, plan)
    secretary = await a_viewer("secretary", place.village)
    for filter in (AssignmentFilter(is_open=False), AssignmentFilter(is_overdue=False)):
        plan = await _plan(secretary, filter, Assignment)
        assert len(re.findall(r"(?:SCAN|SEARCH|on) assignment\b", plan)) == 1, plan
