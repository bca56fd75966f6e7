"""The pages of concerns: raised on a phone, handled at a desk, confirmed in the village, without scripts."""

from __future__ import annotations

from typing import Any

import pytest

from models import concerns
from models.concerns import Concern
from models.files import File
from models.people import Post
from tests.builders import Town, a_town, a_viewer
from tests.views.conftest import Site
from tests.views.standing_forms import seen_on

pytestmark = pytest.mark.anyio
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63"
    "64f8cf500f0003860180"
    "5a347d6a0000000049454e44ae426082"
)


async def raised(place: Town, **changes: Any) -> Concern:
    secretary = await a_viewer("secretary", place.village)
    said = {"title": "村口路灯不亮", "body": "三盏路灯坏了两周。"}
    return await concerns.raise_concern(secretary, place.village, **said | changes)


def a_form(place: Town, **changes: str) -> dict[str, str]:
    said = {
        "key": "k",
        "unit": str(place.village.pk),
        "title": "井盖破损",
        "body": "有老人绊倒。",
        "place": "村口",
    }
    return said | changes


async def test_a_village_raises_a_concern_with_a_photo_and_comes_to_its_page(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    page = (await browser.get("/concerns/new")).text
    assert 'action="/concerns"' in page and 'type="file"' in page and "梅渚村" in page
    answer = await browser.post(
        "/concerns", data=a_form(place), files={"files": ("井盖.png", PICTURE, "image/png")}
    )
    made = await Concern.get()
    assert answer.status_code == 303 and answer.headers["location"] == f"/concerns/{made.pk}"
    shown = (await browser.get(f"/concerns/{made.pk}")).text
    file = await File.get()
    for words in ("井盖破损", "有老人绊倒。", "待受理", "澄潭街道", "上报民情", f"/files/{file.pk}/look"):
        assert words in shown
    assert (await browser.get(f"/files/{file.pk}/look")).status_code == 200
    await browser.post("/concerns", data=a_form(place))
    assert await Concern.all().count() == 1


async def test_a_refused_form_keeps_what_was_typed(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("grid_worker", place.grid)
    answer = await browser.post("/concerns", data=a_form(place, unit=str(place.grid.pk), body=" "))
    assert answer.status_code == 422
    assert "请写明具体情况" in answer.text and 'value="井盖破损"' in answer.text
    assert not await Concern.exists()


async def test_who_does_not_work_in_a_village_has_no_form(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township)
    assert (await browser.get("/concerns/new")).status_code == 403
    assert (await browser.post("/concerns", data=a_form(place))).status_code == 403
    assert "/concerns/new" not in (await browser.get("/concerns")).text


async def test_a_concern_goes_up_to_a_department_and_the_answer_comes_back(town: str, site: Site) -> None:
    place = await a_town()
    made = await raised(place)
    at = f"/concerns/{made.pk}"
    desk = await site.as_a("coordinator", place.township)
    department = await site.as_a("department_officer", place.department)
    village = await site.signed_in(await Post.get(pk=made.raised_by_id))
    assert made.title in (await desk.get("/")).text
    page = (await desk.get(at)).text
    for step in ("handle", "pass-on", "answer"):
        assert f'action="{at}/{step}"' in page
    assert "tel:13800000000" in page and place.department.name in page
    assert (await department.get(at)).status_code == 404
    passed = seen_on(page, f"{at}/pass-on") | {"key": "1", "to": str(place.department.pk), "note": "请检修。"}
    assert (await desk.post(f"{at}/pass-on", data=passed)).headers["location"] == at
    page = (await department.get(at)).text
    assert "请检修。" in page and f'action="{at}/handle"' not in page
    read = seen_on(page, f"{at}/answer")
    empty = await department.post(f"{at}/answer", data=read | {"key": "2", "answer": ""})
    assert empty.status_code == 422 and "请写明办理结果" in empty.text
    await department.post(f"{at}/answer", data=read | {"key": "3", "answer": "周五前修好。"})
    assert "请确认答复" in (await village.get("/")).text
    unsaid = await village.post(f"{at}/confirm", data={"key": "4", "words": "", "satisfied": ""})
    assert unsaid.status_code == 422 and "哪里还没有解决" in unsaid.text
    await village.post(f"{at}/confirm", data={"key": "5", "words": "还有一盏。", "satisfied": ""})
    page = (await department.get(at)).text
    assert "还有一盏。" in page and "退回重办" in page
    old = await department.post(f"{at}/answer", data=read | {"key": "8", "answer": "早修好了。"})
    assert old.status_code == 409 and "看过现在的内容" in old.text, (
        "written before the village said what is left"
    )
    read = seen_on(page, f"{at}/answer")
    await department.post(f"{at}/answer", data=read | {"key": "6", "answer": "全部修好。"})
    await village.post(f"{at}/confirm", data={"key": "7", "satisfied": "1"})
    page = (await village.get(at)).text
    assert "已办结" in page and "全部修好。" in page and "周五前修好。" in page
    assert f'action="{at}' not in page


async def test_the_township_takes_it_back_and_the_village_withdraws_it(town: str, site: Site) -> None:
    place = await a_town()
    made = await raised(place)
    at = f"/concerns/{made.pk}"
    desk = await site.as_a("coordinator", place.township)
    department = await site.as_a("department_officer", place.department)
    read = seen_on((await desk.get(at)).text, f"{at}/pass-on")
    await desk.post(f"{at}/pass-on", data=read | {"key": "1", "to": str(place.department.pk)})
    read = seen_on((await department.get(at)).text, f"{at}/send-back")
    sent = await department.post(f"{at}/send-back", data=read | {"key": "2", "reason": "归住建局。"})
    assert sent.headers["location"] == at and "部门退回" in (await department.get(at)).text
    assert "归住建局。" in (await desk.get(at)).text
    read = seen_on((await desk.get(at)).text, f"{at}/handle")
    assert (await desk.post(f"{at}/handle", data=read | {"key": "3"})).status_code == 303
    late = await desk.post(f"{at}/handle", data=read | {"key": "4"})
    assert late.status_code == 409 and "镇街办理中" in late.text
    village = await site.signed_in(await Post.get(pk=made.raised_by_id))
    assert (await village.post(f"{at}/withdraw", data={"key": "5", "reason": "修好了。"})).status_code == 303
    assert "已撤回" in (await desk.get(at)).text


async def test_the_list_is_paged_and_narrowed(town: str, site: Site) -> None:
    place = await a_town()
    for number in range(31):
        await raised(place, title=f"第{number:02d}件")
    village = await site.as_a("cadre", place.village)
    first = (await village.get("/concerns")).text
    assert "第30件" in first and "第00件" not in first and "下一页" in first
    second = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "第00件" in (await village.get(second)).text
    assert "第07件" in (await village.get("/concerns?q=07")).text
    assert "第07件" not in (await village.get("/concerns?state=answered")).text
    await Concern.filter(title="第03件").update(due_on="2020-01-01")
    late = (await village.get("/concerns?late=1")).text
    assert "第03件" in late and "第04件" not in late


async def test_a_village_finds_nothing_of_its_neighbours(town: str, site: Site) -> None:
    place = await a_town()
    made = await raised(place)
    neighbour = await site.as_a("secretary", place.second_village)
    assert made.title not in (await neighbour.get("/concerns")).text
    for path in (f"/concerns/{made.pk}", f"/trail/Concern/{made.pk}"):
        assert (await neighbour.get(path)).status_code == 404
    assert made.title in (await (await site.as_a("observer", place.county)).get("/concerns")).text
