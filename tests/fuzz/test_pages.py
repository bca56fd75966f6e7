"""Every address and every form of the site answers whatever is sent to it with a page or a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import pytest

from tests.fuzz.judging import Judge, judged
from tests.fuzz.requests import Asker, commands_of, routes
from tests.fuzz.scene import FULL, callers, people_there
from tests.views.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=FULL)]
EXAMPLES = pytest.mark.parametrize("examples", [250, pytest.param(10_000, marks=pytest.mark.nightly)])
"""On each database."""
REAL = (200, 303, 304, 409, 422)
"""What is answered where there is something; anything else is a way to nowhere, or not of this person."""


@EXAMPLES
async def test_no_form_and_no_address_breaks_a_page(
    site: Site,
    chance: Random,
    figure: Callable[[str], None],
    examples: int,
) -> None:
    place, asker = (await FULL()).town, Asker(chance)
    with judged() as judge:
        for number in range(examples):
            if number % 250 == 0:  # others have signed out meanwhile, or lost their post
                people = await people_there(site, place)
                asker.meet([one.viewer for one in people])
            who, method, address, form = await asker.request()
            sending = people[who].browser.request(method, address, data=form, follow_redirects=False)
            answer = await judge.ask(sending, (method, address, form))
            asker.look_at(answer.text, who)
    real = sum(judge.statuses[one] for one in REAL)
    figure(f"{examples} requests to {len(routes())} routes, {real} of them to what is there; {judge.told}")
    judge.must_have_found_nothing()
    assert real > examples * 0.4


async def test_no_address_of_row_nought_breaks_a_page(site: Site) -> None:
    """Numbers that no row has, nought among them, are of something that is not there."""
    browser, judge = (await callers(site, (await FULL()).town))[0], Judge()
    for path in sorted({one.path for one in routes() if "{" in one.path and "GET" in (one.methods or ())}):
        judge.hear(await browser.get(re.sub(r"\{\w+(:\w+)?\}", "0", path)), path)
    assert not judge.wrong and judge.statuses[404] > 40, (judge.told, judge.wrong)


def test_the_command_of_nearly_every_form_is_known() -> None:
    forms = [one for one in routes() if one.methods == {"POST"}]
    known = [one.path for one in forms if commands_of(one.endpoint)]
    assert len(forms) > 140 and len(known) > 0.8 * len(forms), sorted({one.path for one in forms} - {*known})
