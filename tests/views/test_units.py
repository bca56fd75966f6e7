"""The page of a unit, and who finds there the way to what is on file about it."""

from __future__ import annotations

import pytest

from tests.builders import a_town
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def test_whoever_works_for_a_village_finds_its_data_from_its_page(town: str, site: Site) -> None:
    place = await a_town()
    people = (
        ("coordinator", place.township, 1),
        ("secretary", place.village, 1),
        ("secretary", place.second_village, 0),
        ("observer", place.county, 1),
    )
    for role, home, links in people:
        browser = await site.as_a(role, home)
        page = (await browser.get(f"/units/{place.village.pk}")).text
        assert page.count(f'href="/units/{place.village.pk}/data"') == links, role
        assert "/data" not in (await browser.get(f"/units/{place.township.pk}")).text
