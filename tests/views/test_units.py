"""What a village puts on file on its own page, and what the next bids say of it."""

from __future__ import annotations

import pytest

from models import registry
from models.base.clock import today
from models.bidding.facts import figures_of
from models.registry import DataValue, Element
from tests.builders import a_town
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def test_a_village_puts_its_households_on_file_and_a_bid_would_say_so(town: str, site: Site) -> None:
    place = await a_town()
    await registry.settle_elements()
    element, at = await Element.get(code="resident_household"), f"/units/{place.village.pk}"
    browser = await site.as_a("secretary", place.village)
    assert f'action="{at}/data"' in (before := await browser.get(at)).text and "还没有登记数据" in before.text
    given = {"key": "k1", "element": str(element.pk), "as_of": today().isoformat()}
    wrong = await browser.post(f"{at}/data", data=given | {"value": "三百二十户"})
    assert wrong.status_code == 422 and "常住户数只填整数" in wrong.text and "三百二十户" in wrong.text
    assert not await DataValue.exists()
    await browser.post(f"{at}/data", data=given | {"key": "k2", "value": "320"})
    assert "320 户（" in (await browser.get(at)).text
    told = {one.name: one.value for one in (await figures_of([place.village]))[place.village.pk]}
    assert told["households"] == "320 户"


async def test_whoever_may_not_put_anything_on_file_meets_no_form(town: str, site: Site) -> None:
    place = await a_town()
    await registry.settle_elements()
    people = (("coordinator", place.township, 1), ("secretary", place.second_village, 0))
    for role, home, forms in (*people, ("cadre", place.village, 0), ("observer", place.county, 0)):
        browser = await site.as_a(role, home)
        page = (await browser.get(f"/units/{place.village.pk}")).text
        assert page.count(f'action="/units/{place.village.pk}/data"') == forms, role
        below = (await browser.get(f"/units/{place.township.pk}")).text
        assert "/data" not in below
