"""本村数据 on a phone: all that is held about a village, corrected or disputed there, and judged by the township."""

from __future__ import annotations

import pytest

from models import registry
from models.base.clock import today
from models.bidding.facts import figures_of
from models.people import Post
from models.registry import DataValue, Element
from tests.builders import Town, a_town, a_value, a_viewer
from tests.counting import counted
from tests.views.conftest import Site, seen_in

pytestmark = pytest.mark.anyio


async def lamps(place: Town, **changes: str) -> DataValue:
    made = {"kind": "count", "measure": "盏", "freshness_days": 30} | changes
    element = await Element.create(code="lamps", name="路灯数", definition="能亮的路灯。", **made)
    await a_value(element, place.village, "40", days_ago=60)
    return await a_value(element, place.village, "400", days_ago=1)


async def test_a_village_finds_the_newest_of_all_that_is_held_about_it(town: str, site: Site) -> None:
    place = await a_town()
    value = await lamps(place)
    stale = await Element.create(code="halls", name="礼堂", freshness_days=30)
    await a_value(stale, place.village, "有", days_ago=60)
    browser, at = await site.as_a("secretary", place.village), f"/units/{place.village.pk}/data"
    assert f'href="{at}"' in (await browser.get(f"/units/{place.village.pk}")).text
    page = (await browser.get(at)).text
    assert "400 盏" in page and "40 盏" not in page and "已过期" in page and "有效<" in page
    assert f"/values/{value.pk}#correct" in page and f"/values/{value.pk}#dispute" in page
    assert "礼堂" not in (await browser.get(at, params={"q": "路灯"})).text
    older = (await browser.get(f"{at}/{value.element_id}")).text
    assert older.index("400 盏") < older.index("40 盏")


async def test_what_is_not_on_file_is_found_by_its_name_and_put_there(town: str, site: Site) -> None:
    place = await a_town()
    await registry.settle_elements()
    element = await Element.get(code="resident_household")
    browser, at = await site.as_a("secretary", place.village), f"/units/{place.village.pk}/data"
    assert "还没有登记数据" in (await browser.get(at)).text
    form = f"{at}/{element.pk}"
    assert f'href="{form}"' in (await browser.get(at, params={"q": "常住户"})).text
    given = {"key": "k1", "element": str(element.pk), "as_of": today().isoformat()}
    wrong = await browser.post(f"{form}/record", data=given | {"value": "三百二十户"})
    assert wrong.status_code == 422 and "常住户数只填整数" in wrong.text and "三百二十户" in wrong.text
    assert not await DataValue.exists()
    await browser.post(f"{form}/record", data=given | {"key": "k2", "value": "320"})
    assert "320 户</strong>（" in (await browser.get(at)).text
    told = {one.name: one.value for one in (await figures_of([place.village]))[place.village.pk]}
    assert told["households"] == "320 户"


async def test_a_village_corrects_a_value_and_loses_nothing_it_typed(town: str, site: Site) -> None:
    place = await a_town()
    value = await lamps(place)
    browser, at = await site.as_a("secretary", place.village), f"/values/{value.pk}"
    assert 'inputmode="numeric"' in (await browser.get(at)).text
    wrong = await browser.post(
        f"{at}/correct", data={"key": "k1", "corrected": "四十二", "reason": "mistaken"}
    )
    assert wrong.status_code == 422 and "四十二" in wrong.text and "路灯数只填整数" in wrong.text
    assert 'value="mistaken" checked' in wrong.text
    await browser.post(f"{at}/correct", data={"key": "k2", "corrected": "42", "reason": "mistaken"})
    told = (await browser.get(f"/units/{place.village.pk}/data/{value.element_id}")).text
    assert "42 盏" in told and "上次报错了" in told and "400 盏" in told


async def test_a_dispute_goes_to_the_desk_and_its_answer_comes_back(town: str, site: Site) -> None:
    place = await a_town()
    value = await lamps(place)
    village, desk = [
        await site.as_a(role, unit)
        for role, unit in (("secretary", place.village), ("coordinator", place.township))
    ]
    at = f"/values/{value.pk}"
    empty = await village.post(f"{at}/dispute", data={"key": "k1", "words": " "})
    assert empty.status_code == 422 and "请写明哪里不对" in empty.text
    await village.post(f"{at}/dispute", data={"key": "k2", "words": "多写了一个零"})
    assert "有异议，暂不采用" in (await village.get(f"/units/{place.village.pk}/data")).text
    page = (await desk.get(at)).text
    assert "多写了一个零" in page and f'action="{at}/dispute"' not in page
    given = {"key": "k3", "outcome": "dismissed", "words": "到现场数过"} | seen_in(page, f"{at}/settle")
    answered = await desk.post(f"{at}/settle", data=given)
    assert answered.status_code == 303
    page = (await village.get(at)).text
    assert "到现场数过" in page and "异议不成立" in page


async def test_the_pages_of_another_village_answer_like_missing_ones(town: str, site: Site) -> None:
    place = await a_town()
    value = await lamps(place, sensitivity="internal")
    stranger = await site.as_a("secretary", place.second_village)
    data = {"key": "k", "words": "不对", "corrected": "1", "reason": "mistaken", "outcome": "upheld"}
    for path, missing in (
        (f"/units/{place.village.pk}/data", "/units/999999/data"),
        (f"/units/{place.village.pk}/data/{value.element_id}", f"/units/999999/data/{value.element_id}"),
        (f"/values/{value.pk}", "/values/999999"),
    ):
        told, none = [await stranger.get(one) for one in (path, missing)]
        assert told.status_code == none.status_code == 404 and "路灯数" not in told.text
    for verb in ("correct", "dispute", "settle"):
        told, none = [await stranger.post(f"/values/{one}/{verb}", data=data) for one in (value.pk, 999999)]
        assert told.status_code == none.status_code == 404
    assert await DataValue.filter(state="stands").count() == 2


async def test_an_open_value_of_another_village_is_read_and_not_touched(town: str, site: Site) -> None:
    place = await a_town()
    value = await lamps(place)
    stranger = await site.as_a("secretary", place.second_village)
    page = (await stranger.get(f"/values/{value.pk}")).text
    assert "400 盏" in page and "<form" not in page.partition("<main")[2].partition("</main>")[0]
    refused = await stranger.post(f"/values/{value.pk}/dispute", data={"key": "k", "words": "不对"})
    assert refused.status_code == 403


async def test_the_page_costs_the_same_however_much_is_on_file(town: str, site: Site) -> None:
    place = await a_town()
    secretary = await a_viewer("secretary", place.village)
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    spent = []
    for size in (3, 15):
        for number in range(size):
            element, _ = await Element.get_or_create(code=f"e{number}", name=f"数据{number}")
            await a_value(element, place.village, str(size), by_id=secretary.post_id)
        with counted() as statements:
            page = await browser.get(f"/units/{place.village.pk}/data")
        assert page.text.count("以前的数") == size
        spent.append(len(statements))
    assert spent[0] == spent[1] <= 14, spent
