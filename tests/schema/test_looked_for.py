"""What is looked for costs what is found: no part of a filter reads the rows of a whole deployment to leave a few."""

from __future__ import annotations

import pytest
from graphql import GraphQLInputObjectType, get_named_type
from tortoise.queryset import QuerySet

from models.base.records import Record
from schema import schema
from schema.base.build import core
from schema.base.filters import Part
from schema.base.nodes import RECORDS

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
