"""Keyset pages show every row once, in order, whatever the address says."""

import re

import pytest
from starlette.requests import Request

from models.units import Unit
from tests.builders import a_town, a_unit
from views.base.paging import paged

pytestmark = pytest.mark.anyio


def asked(query: str) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/units", "query_string": query.encode(), "headers": []}
    return Request(scope | {"server": ("town.test", 80), "scheme": "http"})


async def walk(by: tuple[str, ...]) -> list[list[int]]:
    pages, query = [], "text=x"
    while True:
        shown = await paged(asked(query), Unit.all(), by=by, size=4)
        pages.append([row.pk for row in shown.rows])
        assert bool(shown.first) == ("after=" in query)
        if not shown.next:
            return pages
        assert shown.next.startswith("/units?text=x&after=")
        query = shown.next.partition("?")[2]


@pytest.mark.parametrize(
    "by", [("id",), ("-id",), ("level", "-id"), ("-name", "id"), ("-level", "name", "id")]
)
async def test_every_row_once_and_in_order(town, by):
    t = await a_town()
    for name in ("同名", "同名", "同名", "别名"):
        await a_unit("grid", t.village, name)
    pages = await walk(by)
    assert [pk for page in pages for pk in page] == await Unit.all().order_by(*by).values_list(
        "id", flat=True
    )
    assert all(len(page) == 4 for page in pages[:-1])


@pytest.mark.parametrize(
    "after", ["nonsense", "W10", "WyJhIl0", "WzEsMl0", "bnVsbA", "%ff", "W251bGxd", "eyJhIjoxfQ"]
)
async def test_an_address_that_makes_no_sense_is_the_first_page(town, after):
    await a_town()
    shown = await paged(asked(f"after={after}"), Unit.all(), by=("id",), size=4)
    assert [row.pk for row in shown.rows] == (await Unit.all().order_by("id").values_list("id", flat=True))[
        :4
    ]


async def test_a_list_that_fits_has_no_pager(town):
    await a_town()
    shown = await paged(asked(""), Unit.all(), size=100)
    assert (shown.next, shown.first) == ("", "")
    assert not re.search("after", shown.next)
