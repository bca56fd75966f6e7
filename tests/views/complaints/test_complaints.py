"""The pages of complaints: one tap from every page, by name or without, answered, counted, without scripts."""

from __future__ import annotations

import re

import pytest

from models import complaints
from models.base.clock import clock_at
from models.base.viewer import Viewer
from models.complaints import Complaint
from models.people import Post
from models.tasks import Assignment
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer
from tests.counting import counted
from tests.models.complaints.scenes import ANSWER, MONDAY, SAID, told
from tests.views.conftest import Site
from tests.views.standing_forms import seen_on

pytestmark = pytest.mark.anyio
MOST_STATEMENTS = 7
CODE = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")


def a_form(place: Town, **changes: str) -> dict[str, str]:
    return SAID | {"key": "k", "unit": str(place.village.pk), "signed": "1", "page": "/tasks"} | changes


async def test_every_page_has_one_tap_to_the_form_that_knows_the_page(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    for page in ("/", "/tasks", "/concerns", "/account", "/nowhere"):
        assert f'href="/complaints/new?about={page}"' in (await browser.get(page)).text
    assert "/complaints/new" not in (await site.visitor().get("/")).text
    assert "/complaints/follow" in (await site.visitor().get("/")).text
    shown = (await browser.get("/complaints/new?about=/tasks?x=1")).text
    assert 'name="page" value="/tasks"' in shown and "镇街看不到" in shown.replace("</strong>", "").replace(
        "<strong>", ""
    )
    odd = (await browser.get('/complaints/new?about=//evil.test/"><script>')).text
    assert "evil" not in odd.split("<main")[1].split("</main")[0]


async def test_a_task_and_its_copy_lead_to_the_form_with_the_task_named(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place)
    copy = await Assignment.get(task=task, unit=place.village)
    browser = await site.as_a("secretary", place.village)
    for page in (f"/tasks/{task.pk}", f"/assignments/{copy.pk}"):
        assert f'class="button quiet" href="/complaints/new?about={page}"' in (await browser.get(page)).text
        form = (await browser.get(f"/complaints/new?about={page}")).text
        assert f'name="task" value="{task.pk}"' in form and task.title in form and "少数村社" in form
    stranger = await site.as_a("secretary", place.other_village)
    form = (await stranger.get(f"/complaints/new?about=/assignments/{copy.pk}")).text
    assert 'name="task"' not in form and task.title not in form


async def test_signed_it_comes_to_its_page_and_the_county_answers(town: str, site: Site) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.county)
    browser = await site.as_a("secretary", place.village)
    answer = await browser.post("/complaints", data=a_form(place))
    made = await Complaint.get()
    at = f"/complaints/{made.pk}"
    assert answer.status_code == 303 and answer.headers["location"] == at
    await browser.post("/complaints", data=a_form(place))
    assert await Complaint.all().count() == 1
    desk = await site.signed_in(await Post.get(pk=keeper.post_id))
    assert at in (await desk.get("/")).text
    page = (await desk.get(at)).text
    assert "梅渚村" in page and "tel:13800000000" in page and f'action="{at}/answer"' in page
    read = seen_on(page, f"{at}/answer")
    wrong = await desk.post(f"{at}/answer", data=read | {"key": "1"} | ANSWER | {"summary": "梅渚村已停报。"})
    assert wrong.status_code == 422 and "认出提出人" in wrong.text and "已通知停报。" in wrong.text
    await desk.post(f"{at}/answer", data=read | {"key": "2"} | ANSWER)
    page = (await browser.get(at)).text
    assert "已通知停报。" in page and "已停止该要求" in page and f'action="{at}/settle"' in page
    blank = await browser.post(f"{at}/reopen", data={"key": "3", "words": ""})
    assert blank.status_code == 422 and "还没有解决" in blank.text
    await browser.post(f"{at}/reopen", data={"key": "4", "words": "这周又要了。"})
    page = (await desk.get(at)).text
    assert "这周又要了。" in page
    await desk.post(f"{at}/answer", data=seen_on(page, f"{at}/answer") | {"key": "5"} | ANSWER)
    await browser.post(f"{at}/settle", data={"key": "6"})
    assert "已办结" in (await browser.get(at)).text
    assert ANSWER["summary"] in (await desk.get("/complaints/published")).text
    assert ANSWER["summary"] not in (await browser.get("/complaints/published")).text, "next month"


async def test_unsigned_the_code_is_shown_once_and_opens_it_without_an_account(town: str, site: Site) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.county)
    browser = await site.as_a("secretary", place.village)
    answer = await browser.post("/complaints", data=a_form(place, signed="0"))
    assert answer.status_code == 200
    code = CODE.search(answer.text)
    assert code and code[0] in answer.text and "只显示这一次" in answer.text
    made = await Complaint.get()
    assert (await browser.get(f"/complaints/{made.pk}")).status_code == 404
    assert str(made.pk) not in re.findall(r"/complaints/(\d+)", (await browser.get("/complaints")).text)
    desk = await site.signed_in(await Post.get(pk=keeper.post_id))
    page = (await desk.get(f"/complaints/{made.pk}")).text
    assert "未署名，来自澄潭街道" in page and "梅渚村" not in page and "tel:" not in page
    visitor = site.visitor()
    wrong = await visitor.post("/complaints/follow", data={"code": "AAAA"})
    assert wrong.status_code == 404 and "请核对查询码" in wrong.text and 'value="AAAA"' in wrong.text
    shown = await visitor.post("/complaints/follow", data={"code": code[0].lower()})
    assert shown.status_code == 200 and "待答复" in shown.text and SAID["words"] in shown.text
    at = f"/complaints/{made.pk}/answer"
    await desk.post(at, data=seen_on(page, at) | {"key": "1"} | ANSWER)
    shown = await visitor.post("/complaints/follow", data={"code": code[0]})
    assert "已通知停报。" in shown.text
    blank = await visitor.post("/complaints/follow/reopen", data={"key": "2", "code": code[0], "words": " "})
    assert blank.status_code == 422 and "哪里还没有解决" in blank.text and "已通知停报。" in blank.text
    again = {"key": "3", "code": code[0], "words": "还在报。"}
    assert "已要求再次答复" in (await visitor.post("/complaints/follow/reopen", data=again)).text
    late = await visitor.post("/complaints/follow/settle", data={"key": "4", "code": code[0]})
    assert late.status_code == 409 and "不用确认" in late.text
    stray = await visitor.post("/complaints/follow/settle", data={"key": "5", "code": "AAAA"})
    assert stray.status_code == 404


async def test_a_refused_form_keeps_what_was_typed_and_asks_for_name_or_none(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    for changes, said in (
        ({"topic": ""}, "哪方面"),
        ({"words": " "}, "请写明是什么事"),
        ({"signed": ""}, "署名还是不署名"),
        ({"unit": str(place.second_village.pk)}, "您任职的单位"),
    ):
        answer = await browser.post("/complaints", data=a_form(place, **changes))
        assert answer.status_code in {403, 422} and said in answer.text, changes
        assert 'value="/tasks"' in answer.text
        if "words" not in changes:
            assert SAID["words"] in answer.text
    assert not await Complaint.exists()


async def test_the_sixth_of_a_day_is_asked_to_wait(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    for number in range(5):
        await browser.post("/complaints", data=a_form(place, key=str(number), signed=str(number % 2)))
    for signed in ("1", "0"):
        answer = await browser.post("/complaints", data=a_form(place, key="x" + signed, signed=signed))
        assert answer.status_code == 429 and "明天再提" in answer.text and answer.headers["retry-after"]
    assert await Complaint.all().count() == 5


async def test_the_figures_are_everybodys_of_the_county_once_the_month_is_over(town: str, site: Site) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.county)
    with clock_at(MONDAY):
        made = await told(place)
    with clock_at(MONDAY + DAY):
        await complaints.answer(keeper, made, **ANSWER)
        mine = await site.signed_in(await Post.get(pk=keeper.post_id))
        assert "收到 <strong>1</strong> 件" in (await mine.get("/complaints/statistics")).text
        desk = await site.as_a("coordinator", place.township)
        shown = (await desk.get("/complaints/statistics")).text
        assert "收到 <strong>0</strong> 件" in shown and "当月的到下个月才公布" in shown
    with clock_at(MONDAY + 20 * DAY + 11 * DAY):
        desk = await site.as_a("coordinator", place.township)
        shown = (await desk.get("/complaints/statistics")).text
        assert (
            "收到 <strong>1</strong> 件" in shown
            and "2026年3月" in shown
            and "一半在几个工作日内答复" in shown
            and "重复报数" in shown
        )
        city = await site.as_a("observer", place.city)
        shown = (await city.get("/complaints/statistics")).text
        assert f"/complaints/statistics?at={place.county.pk}" in shown
        one = (await city.get(f"/complaints/statistics?at={place.county.pk}")).text
        assert "新昌县，近 12 个月" in one


async def test_a_township_sees_the_public_answer_and_no_complaint(town: str, site: Site) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.county)
    with clock_at(MONDAY):
        made = await told(place)
        await complaints.answer(keeper, made, **ANSWER)
    desk = await site.as_a("coordinator", place.township)
    shown = (await desk.get("/complaints/published")).text
    assert ANSWER["summary"] in shown and "2026年3月答复" in shown
    assert "梅渚村" not in shown and "澄潭街道" not in shown and "个工作日" not in shown
    for page in ("/", "/complaints", "/complaints?state=answered", f"/complaints/{made.pk}"):
        assert (
            SAID["words"] not in (await desk.get(page)).text and "已通知" not in (await desk.get(page)).text
        )
    assert (await desk.get(f"/complaints/{made.pk}")).status_code == 404
    assert (await desk.get(f"/trail/Complaint/{made.pk}")).status_code == 404


async def test_pages_cost_the_same_however_many_complain(town: str, site: Site) -> None:
    place = await a_town()
    keeper, maker = await a_viewer("list_keeper", place.county), await a_viewer("cadre", place.village)
    like = await told(place, maker)
    spent: dict[str, list[int]] = {}
    for size in (3, 40):
        await _grow(like, keeper, size)
        for viewer in (keeper, maker):
            browser = await site.signed_in(await Post.get(pk=viewer.post_id))
            for page in ("/", "/complaints", "/complaints/published", "/complaints/statistics"):
                await browser.get(page)
                with counted() as statements:
                    assert (await browser.get(page)).status_code == 200
                spent.setdefault(f"{viewer.hats[0].role} {page}", []).append(len(statements))
    assert {at: counts for at, counts in spent.items() if counts[0] != counts[1]} == {}
    assert max(count for counts in spent.values() for count in counts) <= MOST_STATEMENTS, spent


async def _grow(like: Complaint, keeper: Viewer, size: int) -> None:
    """Bring the county to this many open and as many answered complaints, straight into the table."""
    row = {name: getattr(like, name) for name in Complaint._meta.fields_db_projection if name != "id"}
    for _ in range(await Complaint.all().count(), 2 * size):
        made = await Complaint.create(**row)
        if made.pk % 2:
            await made.fetch_related(*Complaint.judged_with)
            await complaints.answer(keeper, made, **ANSWER)
