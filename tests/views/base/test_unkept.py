"""A zero byte in an address or at sign-in is answered like any other word that is not there."""

from __future__ import annotations

import pytest

from tests.builders import a_list, a_town
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def test_a_zero_byte_in_an_address_is_no_error(site: Site) -> None:
    place = await a_town()
    await a_list(place.city)
    browser = await site.as_a("coordinator", place.township)
    for address in (
        "/units?q=%00",
        "/matters?q=%E6%9D%91%00",
        "/people?q=%00",
        "/tasks?q=%00",
        "/tasks?state=%00",
    ):
        assert (await browser.get(address)).status_code == 200, address


async def test_a_zero_byte_around_another_is_refused_before_it_is_one(site: Site) -> None:
    for address in ("/login?next=%%0000", "/heads?q=%%%000000", "/heads?q=%0%000"):
        assert (await site.visitor().get(address)).status_code == 400, address


async def test_a_zero_byte_at_sign_in_is_a_wrong_name(site: Site) -> None:
    await a_town()
    headers = {"sec-fetch-site": "same-origin"}
    visitor = site.visitor()
    answers = [
        await visitor.post("/login", data={"username": name, "password": "a\0"}, headers=headers)
        for name in ("nobody", "no\0body")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
