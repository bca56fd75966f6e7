"""Only a route that says it takes files reads more than a form; every other one stops early, whoever sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from random import Random

import pytest
from starlette.requests import Request

from tests.fuzz.requests import Asker, routes
from tests.fuzz.scene import FULL, people_there
from tests.fuzz.test_doors_of_files import doors
from tests.views.conftest import Site
from views.base.bodies import does_take_files, must_take_files
from views.base.wire import LARGEST_BODY

pytestmark = pytest.mark.anyio
PIECE = 16 * 1024
KIND = {"content-type": "multipart/form-data; boundary=edge"}
HEAD = b'--edge\r\ncontent-disposition: form-data; name="nothing"; filename="a.txt"\r\n\r\n'


def test_the_doors_that_take_files_are_those_whose_commands_or_tables_ask_for_them() -> None:
    """Both ways: what was found in the source of the views, and what they say of themselves."""
    said = {one.path for one in routes() if does_take_files(one.endpoint)}
    known = doors().keys() | {"/workdays/{unit:int}"}
    assert said <= known and len(said) > 9
    assert set(known - said) <= {
        *("/bids/{id:int}/submit", "/bids/{id:int}/withdraw"),  # their neighbour in the source takes papers
        "/bids/{id:int}/facts/{fact:int}/dispute",
    }


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
@pytest.mark.furnished(by=FULL)
async def test_no_other_form_reads_more_than_a_form_is_long(site: Site) -> None:
    people, statuses = await people_there(site, (await FULL()).town), Counter[int]()
    asker = Asker(Random("bodies"))
    asker.meet([one.viewer for one in people])
    for route in (one for one in routes() if one.methods == {"POST"}):
        who, address = await asker.path(route)
        taken = 0

        async def much() -> AsyncIterator[bytes]:
            nonlocal taken
            yield HEAD
            while taken < 3 * LARGEST_BODY:
                taken += PIECE
                yield bytes(PIECE)
            yield b"\r\n--edge--\r\n"

        answer = await people[who].browser.post(address, content=much(), headers=KIND)
        statuses[answer.status_code] += 1
        if does_take_files(route.endpoint) and people[who].viewer.signed_in:
            assert answer.status_code != 413, address
        else:
            assert taken <= LARGEST_BODY + 2 * PIECE, address
    assert statuses[413] > 50, statuses


def test_a_view_that_reads_files_without_saying_so_is_found_out_at_once() -> None:
    async def view(_: Request) -> None: ...

    scope = {
        "type": "http",
        "path": "/x",
        "headers": [],
        "query_string": b"",
        "endpoint": view,
        "server": ("x", 80),
    }
    with pytest.raises(LookupError, match="takes_files"):
        must_take_files(Request(scope))
