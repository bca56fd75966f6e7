"""The pages of a whole city's boards and burden, as a secretary and a keeper of the city read them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from models.people import Post
from models.schemes import VillageIndex
from models.units import Unit
from tests.bench.timing import Timed, timed
from tests.views.conftest import Site

TIMES = 40
EXPLAINED_WITHIN = 300


async def readings(city: Unit, secretary: Post, keeper: Post) -> list[Timed]:
    site, found = Site(), []
    index = await VillageIndex.filter(unit_id=secretary.unit_id, period__kind="year").first()
    assert index is not None
    pages = [
        (secretary, "board of one's township", "/rankings", None),
        (secretary, "board of the city", f"/rankings?at={city.pk}", None),
        (keeper, "the same, in full order", f"/rankings?at={city.pk}", None),
        (keeper, "board of persons", f"/rankings?at={city.pk}&board=persons", None),
        (secretary, "explanation of a score", f"/rankings/index/{index.pk}", EXPLAINED_WITHIN),
        (keeper, "burden of the city", f"/burden?at={city.pk}", None),
        (keeper, "askers of the city", f"/askers?at={city.pk}", None),
    ]
    for post, name, address, limit in pages:
        browser = await site.signed_in(post)
        found.append(await timed(f"{name} {address}", _got(browser, address), TIMES, limit))
    for browser in site.open:
        await browser.aclose()
    return found


def _got(browser: httpx.AsyncClient, address: str) -> Callable[[], Awaitable[None]]:
    async def get() -> None:
        answer = await browser.get(address, headers={"accept-encoding": "br"})
        assert answer.status_code == 200, (address, answer.status_code)

    return get
