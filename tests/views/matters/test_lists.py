"""A version of the list by pages: opinions while it is open, the check before it is published, tables both ways."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from models import matters
from models.base.clock import clock_at, now, today
from models.matters import GoldenCase, Matter, MatterList, Opinion
from tests.builders import Town, a_list, a_task, a_town, a_viewer
from tests.counting import counted
from tests.views.conftest import Site, seen_in

pytestmark = pytest.mark.anyio


async def a_second_version(place: Town, *, asked: bool = False) -> MatterList:
    """Proposed without the patrols that the first one has; `asked`: with some days for opinions."""
    keeper = await a_viewer("list_keeper", place.city)
    first = await MatterList.get(number=1)
    second = await matters.draft_list(keeper, place.city, title="第二版清单", based_on=first)
    await matters.drop_matter(keeper, second, code="XZ-NY-01")
    return await matters.propose(
        keeper, second, reason="巡查改由镇里做", until=today() + timedelta(days=5) if asked else None
    )


async def posted(browser: Any, page: str, action: str, **fields: Any) -> Any:
    """Post a form of a page as a plain browser would, with the form's own key."""
    text = (await browser.get(page)).text
    form = re.search(rf'action="{action}".*?name="key"[^>]*value="([^"]+)"', text, re.DOTALL)
    assert form, f"{page} offers no form for {action}"
    return await browser.post(action, data={"key": form.group(1), **seen_in(text, action), **fields})


async def test_a_village_reads_that_it_is_asked_and_says_what_it_thinks(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.city)
    second = await a_second_version(place, asked=True)
    village = await site.as_a("secretary", place.village)
    at = f"/lists/{second.pk}"
    assert f'href="{at}"' in (await village.get("/matters")).text
    page = (await village.get(at)).text
    assert "正在征求意见" in page and "巡查改由镇里做" in page and "提交意见" in page
    refused = await posted(village, at, f"{at}/opinions", words="")
    assert refused.status_code == 422 and "请写明意见" in refused.text
    sent = await posted(village, at, f"{at}/opinions", words="赞成 <b>取消</b>", matter_code="xz-ny-02")
    assert sent.status_code == 303
    page = (await village.get(at)).text
    assert "赞成 &lt;b&gt;取消&lt;/b&gt;" in page and place.village.name in page
    assert f'href="{at}/matters/XZ-NY-02"' in page and "答复</button>" not in page
    with clock_at(now() + timedelta(days=6)):
        assert "提交意见" not in (await village.get(at)).text


async def test_the_proposer_answers_below_the_opinion_and_everybody_reads_it(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.city)
    second = await a_second_version(place, asked=True)
    said = await matters.give_opinion(await a_viewer("coordinator", place.township), second, words="何时起？")
    await second.fetch_related("proposed_by")
    keeper = await site.signed_in(second.proposed_by)  # type: ignore[arg-type]
    at = f"/lists/{second.pk}"
    assert (await posted(keeper, at, f"{at}/opinions/{said.pk}", answer="下月起")).status_code == 303
    assert "答复：下月起" in (await (await site.as_a("department_officer", place.department)).get(at)).text
    assert await Opinion.all().count() == 2


async def test_a_list_that_flips_a_case_shows_which_and_is_published_with_words_alone(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.city)
    await GoldenCase.create(
        code="本地-1", about="请一个村巡查", named="XZ-NY-01", demands=["patrol"], verdict="pending_review"
    )
    second = await a_second_version(place)
    keeper, at = await site.as_a("list_keeper", place.city), f"/lists/{second.pk}"
    told = "请一个村巡查：应为“待复核”，现为“驳回：清单外”"
    assert told in (await keeper.get(at)).text
    checked = (await keeper.get(f"{at}/golden")).text
    assert "结论变了 1 个" in checked and "请一个村巡查" in checked
    day = today().isoformat()
    refused = await posted(keeper, at, f"{at}/publish", reason="同意", effective_on=day, accept_flips=" ")
    assert refused.status_code == 422 and "确实要改的，请写明理由" in refused.text and "同意" in refused.text
    words = {"reason": "同意", "effective_on": day, "accept_flips": "镇里有专职队伍"}
    assert (await posted(keeper, at, f"{at}/publish", **words)).status_code == 303
    assert "镇里有专职队伍" in (await keeper.get(at)).text
    assert "已经发布" in (await keeper.get(f"{at}/golden")).text


async def test_while_opinions_are_taken_nobody_is_offered_to_publish(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.city)
    second = await a_second_version(place, asked=True)
    keeper, at = await site.as_a("list_keeper", place.city), f"/lists/{second.pk}"
    assert f'action="{at}/publish"' not in (await keeper.get(at)).text
    sent = await keeper.post(
        f"{at}/publish", data={"reason": "增列防汛巡查事项", "effective_on": today().isoformat(), "key": "k"}
    )
    assert sent.status_code == 409, sent.text
    assert "还在征求意见" in sent.text
    with clock_at(now() + timedelta(days=6)):
        later = await site.as_a("list_keeper", place.city)
        assert f'action="{at}/publish"' in (await later.get(at)).text


async def test_the_changes_are_shown_with_the_open_work_they_touch_within_ones_area(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place)
    second = await a_second_version(place)
    keeper = await site.as_a("list_keeper", place.city)
    at = f"/lists/{second.pk}/changes"
    page = (await keeper.get(at)).text
    assert "删去 1 项" in page and "1 项在办任务（2 张任务单）、0 件待复核" in page
    assert f'href="/tasks/{task.pk}"' in page and f"{place.village.name} 1 项" in page
    page = (await (await site.as_a("coordinator", place.other_township)).get(at)).text
    assert "删去 1 项" in page and f'href="/tasks/{task.pk}"' not in page and "没有在办的" in page
    itself = (await keeper.get(f"{at}?with={second.pk}")).text
    assert "两版没有不同" in itself
    assert (await keeper.get(f"{at}?with=987654")).status_code == 404


async def test_a_version_is_downloaded_edited_tried_and_brought_back(town: str, site: Site) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await site.as_a("list_keeper", place.city)
    kept = await keeper.get(f"/lists/{first.pk}/table.csv")
    assert kept.headers["content-type"].startswith("text/csv") and "attachment" in str(kept.headers)
    book = await keeper.get(f"/lists/{first.pk}/table.xlsx")
    sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert (sheet["A1"].value, sheet.max_row) == ("编码", 5)
    assert (await keeper.get(f"/lists/{first.pk}/table.pdf")).status_code == 404
    drafter = await a_viewer("list_keeper", place.city)
    draft = await matters.draft_list(drafter, place.city, title="第二版", based_on=first)
    at = f"/lists/{draft.pk}"
    edited = {"file": ("表.csv", kept.content.replace("秸秆禁烧巡查".encode(), "禁烧巡查".encode()))}
    tried = await keeper.post(f"{at}/import", data={"try": "1"}, files=edited)
    assert tried.status_code == 200 and not await Matter.filter(title="禁烧巡查").exists()
    assert "没有写入：新增 0 项，更改 1 项，不变 3 项" in tried.text
    swapped = await keeper.post(
        f"{at}/import", data={"try": "1"}, files=edited, headers={"HX-Request": "true"}
    )
    assert "没有写入：新增 0 项，更改 1 项，不变 3 项" in swapped.text and "<html" not in swapped.text
    await keeper.post(f"{at}/import", files=edited)
    assert await Matter.filter(title="禁烧巡查", list=draft).exists()
    for wrong in ({"file": ("表.csv", b"code\n1")}, {"file": ("", b"")}):
        assert (await keeper.post(f"{at}/import", files=wrong)).status_code == 422
    stranger = await site.as_a("coordinator", place.township)
    assert (await stranger.post(f"{at}/import", files=edited)).status_code == 404


async def test_keepers_write_and_give_up_golden_cases_on_their_page(town: str, site: Site) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper, at = await site.as_a("list_keeper", place.city), f"/lists/{first.pk}/golden"
    given = {"code": "A-1", "about": "请一个村报数", "named": "XZ-NY-01", "demands": ["data"], "used": "2"}
    more = {"asked_for": "hjrk vacant", "held": "1", "verdict": "answered", "reason": "常见"}
    assert (await posted(keeper, at, at, **given, **more)).status_code == 303
    case = await GoldenCase.get(code="A-1")
    assert (case.elements, case.held, case.used) == (["hjrk", "vacant"], True, 2)
    refused = await posted(keeper, f"{at}?case=A-1", at, **given, **more | {"reason": ""})
    assert refused.status_code == 422 and "请一个村报数" in refused.text
    unread = await posted(keeper, at, at, **given | {"about": "别的"}, **more)
    assert unread.status_code == 409 and (await GoldenCase.get(code="A-1")).about == "请一个村报数"
    assert (
        await posted(keeper, f"{at}?case=A-1", f"{at}/drop", code="A-1", reason="不用了")
    ).status_code == 303
    assert not await GoldenCase.filter(code="A-1").exists()
    reader = await site.as_a("coordinator", place.township)
    assert "写入一个范例" not in (await reader.get(at)).text


async def test_a_matters_page_answers_what_a_village_secretary_asks(town: str, site: Site) -> None:
    place = await a_town()
    words = {"lead_department": "县水利局", "township_lead": "农业农村办公室", "village_does": "巡查水库"}
    more = {"village_must_not": "不处罚", "norm_days": 5, "effort_hours": 2, "yearly_cap": 3}
    evidence = {"kinds": ["photo"], "reason": "水库条例第九条"}
    listed = {"code": "XZ-SL-01", "title": "水库巡查", "category": "assist", "demands": ["patrol"]}
    made = await a_list(place.city, listed | words | more | {"evidence": evidence})
    village = await site.as_a("secretary", place.village)
    for address in ("/matters/xz-sl-01", f"/lists/{made.pk}/matters/XZ-SL-01"):
        page = (await village.get(address)).text
        for said in (
            "县水利局",
            "农业农村办公室",
            "巡查水库",
            "不处罚",
            "《示范规定》第一条",
            "要：水库条例第九条",
        ):
            assert said in page, said
        assert (
            "5 个工作日" in page and "2 小时（估计）" in page and "每村 3 次" in page and "巡查发现" in page
        )
    assert "什么都不用做，可以拒绝" in (await village.get("/matters/FM-01")).text
    assert (await village.get(f"/lists/{made.pk}/matters/XX-1")).status_code == 404


async def test_the_pages_of_a_version_cost_the_same_however_much_it_holds(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.city)
    second = await a_second_version(place, asked=True)
    keeper, officer = await site.as_a("list_keeper", place.city), await a_viewer("office", place.office)
    spent: list[list[int]] = []
    for size in (2, 30):
        for number in range(size):
            await matters.give_opinion(officer, second, words="意见")
            await Matter.create(
                list=second, code=f"QQ-{size}-{number}", title="事", category="own", legal_basis="法"
            )
        spent.append([])
        for page in ("", "/changes", "/golden"):
            await keeper.get(f"/lists/{second.pk}{page}")
            with counted() as told:
                await keeper.get(f"/lists/{second.pk}{page}")
            spent[-1].append(len(told))
    assert spent[0] == spent[1] and max(spent[0]) <= 15, spent


async def test_a_keeper_sees_which_bases_are_due_and_notes_a_look(town: str, site: Site) -> None:
    place = await a_town()
    held = await a_list(place.city)
    keeper, at = await site.as_a("list_keeper", place.city), f"/lists/{held.pk}/basis"
    assert "依据复核" in (await keeper.get(f"/lists/{held.pk}")).text
    assert "4 个事项的依据该再看了" in (await keeper.get(at)).text
    look = {"code": "XZ-NY-01", "as_of": today().isoformat(), "note": "国家法律法规数据库，未修改"}
    assert (await posted(keeper, at, at, **look)).status_code == 303
    assert "3 个事项的依据该再看了" in (await keeper.get(at)).text
    refused = await posted(keeper, at, at, **look | {"note": " "})
    assert refused.status_code == 422 and "请写明查的是哪个文本" in refused.text
    village = await site.as_a("secretary", place.village)
    assert "登记一次复核" not in (await village.get(at)).text


async def test_matters_left_unsaid_are_shown_to_whoever_publishes_and_need_a_signature(
    town: str, site: Site
) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    second = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.put_matter(
        keeper, second, code="XZ-NY-01", title="秸秆禁烧巡查", category="assist", village_does=""
    )
    await matters.propose(keeper, second, reason="示范")
    browser, at = await site.as_a("list_keeper", place.city), f"/lists/{second.pk}"
    shown = (await browser.get(at)).text
    assert "XZ-NY-01 秸秆禁烧巡查（缺村社做什么）" in shown and 'name="password"' in shown
    words = {
        "reason": "同意",
        "effective_on": today().isoformat(),
        "accept_unsaid": "由镇里定",
        "password": "x",
    }
    refused = await posted(browser, at, f"{at}/publish", **words)
    assert refused.status_code == 422 and "密码不对" in refused.text


async def test_a_form_that_comes_again_says_that_it_was_done_when_what_came_of_it_is_gone(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    draft = await matters.draft_list(keeper, place.city, title="第二版")
    browser, at = await site.as_a("list_keeper", place.city), f"/lists/{draft.pk}"
    sent = {"key": "k", "code": "XZ-FX-02", "title": "灾情报送", "category": "report"}
    assert (await browser.post(f"{at}/matters", data=sent)).status_code == 303
    await matters.drop_matter(keeper, draft, code="XZ-FX-02")
    again = await browser.post(f"{at}/matters", data=sent)
    assert again.status_code == 409 and "已经办好，不用再提交。办成的内容现在已经没有了。" in again.text
    assert not await draft.matters.filter(code="XZ-FX-02").exists()
