"""Days in the addresses of pages: whatever stands there, a page answers, and never breaks."""

from __future__ import annotations

import inspect
import sys

import pytest
from starlette.routing import Route

from tests.builders import a_list, a_town
from tests.views.conftest import Site
from views.application import ROUTES

pytestmark = pytest.mark.anyio
READING = ('get("period"', 'get("year"', "read_period", "period_or_year")


def _reads_days(one: Route) -> bool:
    source = inspect.getsource(sys.modules[inspect.unwrap(one.endpoint).__module__])
    return any(sign in source for sign in READING)


PAGES = sorted(
    one.path
    for one in ROUTES
    if isinstance(one, Route) and "GET" in (one.methods or ()) and "{" not in one.path and _reads_days(one)
)
"""Those whose module looks for a day or a period in the address."""
NAMED = ("since", "until", "period", "year")
TYPED = ("9999-12-31", "9999-12", "0001-01-01", "9" * 30)


async def test_no_day_in_an_address_breaks_a_page(site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    viewer = await site.as_a("list_keeper", place.city)
    assert len(PAGES) >= 5
    for path in PAGES:
        if (await viewer.get(path)).status_code != 200:
            continue
        for typed in TYPED:
            asked = "&".join(f"{name}={typed}" for name in NAMED)
            assert (await viewer.get(f"{path}?{asked}")).status_code < 500, (path, typed)


@pytest.mark.moment("2026-12-20T09:00")
async def test_every_page_says_that_the_working_days_of_next_year_are_not_known_yet(site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    for role, unit in (("secretary", place.village), ("coordinator", place.township)):
        browser = await site.as_a(role, unit)
        for address in ("/", "/tasks", "/concerns", "/requests/new"):
            answer = await browser.get(address)
            if answer.status_code == 200:
                assert "2027 年的放假安排还没有公布" in answer.text, address
    assert "放假安排" not in (await site.visitor().get("/")).text
