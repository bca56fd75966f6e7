"""Every address and every form of the site answers whatever is sent to it with a page or a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import pytest

from tests.fuzz.judging import Judge
from tests.fuzz.requests import Asker, details_of, routes
from tests.fuzz.scene import LATER, a_busy_town, callers
from tests.views.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town), pytest.mark.moment(LATER)]
EXAMPLES = pytest.mark.parametrize("examples", [250, pytest.param(5_000, marks=pytest.mark.nightly)])
"""On each database: 500 in every run, 10,000 by night."""


@EXAMPLES
async def test_no_form_and_no_address_breaks_a_page(
    site: Site,
    chance: Random,
    figure: Callable[[str], None],
    examples: int,
) -> None:
    place, asker, judge = await a_busy_town(), Asker(chance), Judge()
    for number in range(examples):
        if number % 100 == 0:
            browsers = await callers(site, place)  # others have signed out meanwhile, or lost their post
        method, address, form = asker.request()
        browser = chance.choice(browsers)
        answer = await browser.request(method, address, data=form, follow_redirects=False)
        judge.hear(answer, (method, address, form))
    figure(f"{examples} requests to {len(routes())} routes, {judge.told}")
    assert not judge.wrong, "\n\n".join(judge.wrong[:8])
    assert sum(judge.statuses[one] for one in (200, 303, 409, 422)) > examples / 5


async def test_no_address_of_row_nought_breaks_a_page(site: Site) -> None:
    """Numbers that no row has, nought among them, are of something that is not there."""
    browser, judge = (await callers(site, await a_busy_town()))[0], Judge()
    for path in sorted({one.path for one in routes() if "{" in one.path and "GET" in (one.methods or ())}):
        judge.hear(await browser.get(re.sub(r"\{\w+(:\w+)?\}", "0", path)), path)
    assert not judge.wrong and judge.statuses[404] > 40, (judge.told, judge.wrong)


def test_the_fields_of_nearly_every_form_are_known() -> None:
    forms = [one for one in routes() if one.methods == {"POST"}]
    known = [one.path for one in forms if details_of(one.endpoint)]
    assert len(forms) > 140 and len(known) > 0.8 * len(forms), sorted({one.path for one in forms} - {*known})
