"""The pages on which townships and villages bring a project from draft to delivery."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from models import bidding
from models.base.clock import TOWN_ZONE, now
from models.people import Post
from tests.builders import a_town, a_viewer
from tests.models.bidding import scenes
from tests.schema.scenes_of_bidding import LONG, open_now, over_now
from tests.views.conftest import Site, seen_in

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


async def sent(browser: httpx.AsyncClient, address: str, **form: Any) -> httpx.Response:
    """The form sent from its page, with a key of its own; where it leads is followed."""
    key = f"k-{sent.calls}"  # type: ignore[attr-defined]
    sent.calls += 1  # type: ignore[attr-defined]
    shown = (await browser.get("/".join(address.split("/")[:3]))).text
    return await browser.post(
        address, data={"key": key} | seen_in(shown, address) | form, follow_redirects=True
    )


sent.calls = 0  # type: ignore[attr-defined]


def a_form(**changes: str) -> dict[str, Any]:
    """What the township types for a new project."""
    opens = now().astimezone(TOWN_ZONE) + HOUR / 60
    told: dict[str, Any] = {
        "title": "村级托育驿站",
        "kind": "care",
        "purpose": "利用闲置校舍建一处托育驿站。",
        "support": "区级补助 40 万元。",
        "support_yuan": "400000",
        "depth": "simple",
        "criterion": ["用房条件", "带动人数", "", ""],
        "weight": ["", "", "", ""],
        "guidance": ["产权清楚", "", "", ""],
        "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "closes_at": f"{opens + 3 * 24 * HOUR:%Y-%m-%dT%H:%M}",
        "start_by": f"{opens + 30 * 24 * HOUR:%Y-%m-%d}",
        "finish_by": f"{opens + 200 * 24 * HOUR:%Y-%m-%d}",
        "standstill_days": "0",
        "widest_spread": "20",
        "shows_numbers": "1",
        "contact": "罗敏 0575-8600",
    }
    return told | changes


async def test_a_project_is_drafted_mended_approved_by_another_and_on_the_board_for_strangers(
    town: str, site: Site
) -> None:
    place = await a_town()
    desk = await site.as_a("coordinator", place.township)
    wrong = await sent(desk, "/projects", **a_form(title=""))
    assert (
        wrong.status_code == 422 and "利用闲置校舍建一处托育驿站。" in wrong.text and "产权清楚" in wrong.text
    )
    made = await sent(desk, "/projects", **a_form())
    assert made.status_code == 200 and "起草中" in made.text and "用房条件" in made.text
    at = made.url.path
    mended = await sent(desk, f"{at}/change", **a_form(title="村级托育驿站（校舍）"))
    assert "村级托育驿站（校舍）" in mended.text
    await sent(desk, f"{at}/submit")
    assert (await sent(desk, f"{at}/approve")).status_code == 403
    leader = await site.as_a("leader", place.township)
    back = await sent(leader, f"{at}/send-back", note="写清用地。")
    assert "写清用地。" in back.text
    stranger = site.visitor()
    board = "/board" + at.removeprefix("/projects")
    assert (await stranger.get(board)).status_code == 404
    await sent(desk, f"{at}/submit")
    approved = await sent(leader, f"{at}/approve")
    assert "已批准上榜" in approved.text
    shown = await stranger.get(board)
    assert shown.status_code == 200 and "村级托育驿站（校舍）" in shown.text and "罗敏" in shown.text
    assert "村级托育驿站（校舍）" in (await stranger.get("/board")).text
    assert (await sent(desk, f"{at}/change", **a_form())).status_code == 409


async def test_a_village_writes_over_days_submits_replaces_and_withdraws(town: str, site: Site) -> None:
    place = await a_town()
    project = await scenes.a_project(place, at=open_now())
    entrant = await scenes.entrance(project, place.village)
    village = await site.as_a("secretary", place.village)
    first = await village.get(f"/board/{project.pk}")
    assert "写竞榜书" in first.text and "正在办的任务" in first.text, "what the system knows of the village"
    written = await sent(
        village, f"/bids/for/{entrant.pk}", strengths="校舍六百平方米", own_yuan="0", asked_yuan="0"
    )
    at = written.url.path
    assert "校舍六百平方米" in written.text and "提交了才算" in written.text
    short = await sent(village, f"{at}/submit")
    assert short.status_code == 422 and "怎么做" in short.text
    again = (await village.get(f"/bids/for/{entrant.pk}")).text
    assert "校舍六百平方米" in again
    whole = {
        "strengths": "校舍",
        "plan": "改造",
        "schedule": "三个月",
        "own_yuan": "50000",
        "asked_yuan": "400000",
    }
    papers = {"papers": ("会议记录.txt", "同意".encode(), "text/plain")}
    kept = await village.post(
        f"/bids/for/{entrant.pk}", data=whole | {"key": "p"}, files=papers, follow_redirects=True
    )
    assert "会议记录.txt" in kept.text
    paper = re.search(r'href="(/files/bids/\d+/\w+)"', kept.text)
    assert paper is not None
    told = await village.get(paper[1])
    assert told.content.decode() == "同意" and told.headers["cache-control"] == "no-store"
    assert "已提交并封存" in (await sent(village, f"{at}/submit")).text
    changed = await sent(village, f"/bids/for/{entrant.pk}", **whole | {"plan": "改造二层"})
    assert "有改动还没提交" in changed.text
    assert "1 个村社竞榜" in (await site.visitor().get(f"/board/{project.pk}")).text
    assert "已撤回" in (await sent(village, f"{at}/withdraw")).text
    for role, unit in (("secretary", place.second_village), ("coordinator", place.township)):
        other = await site.as_a(role, unit)
        for address in (at, paper[1], f"/bids/for/{entrant.pk}"):
            assert (await other.get(address)).status_code == 404


async def test_late_bids_are_refused_in_words_and_nothing_typed_is_lost(town: str, site: Site) -> None:
    place = await a_town()
    project = await scenes.a_project(place, at=over_now())
    entrant = await scenes.entrance(project, place.village)
    village = await site.as_a("secretary", place.village)
    late = await sent(
        village, f"/bids/for/{entrant.pk}", strengths="晚到的优势", own_yuan="0", asked_yuan="0"
    )
    assert late.status_code == 409 and "来不及了" in late.text and "晚到的优势" in late.text


async def test_the_township_opens_compares_and_awards_and_each_loser_gets_a_sheet(
    town: str, site: Site
) -> None:
    place = await a_town()
    project = await scenes.a_project(place, at=over_now())
    first = await scenes.a_bid(project, place.village)
    second = await scenes.a_bid(project, place.second_village)
    desk = await site.as_a("coordinator", place.township)
    at = f"/projects/{project.pk}"
    opened = await sent(desk, f"{at}/open")
    assert "已开标" in opened.text and "闲置校舍 600 平方米" in opened.text
    assert "闲置校舍 600 平方米" not in (await site.visitor().get(f"/board/{project.pk}")).text, (
        "not public yet"
    )
    criteria = [one.pk for one in await bidding.Criterion.filter(project=project).order_by("position")]
    cells = {
        f"words-{bid.pk}-{number}": f"评语{bid.pk}{number}" for bid in (first, second) for number in criteria
    }
    missing = await sent(desk, f"{at}/compare", **cells | {f"words-{first.pk}-{criteria[0]}": ""})
    assert missing.status_code == 422 and f"评语{second.pk}{criteria[1]}" in missing.text
    compared = await sent(desk, f"{at}/compare", **cells)
    assert "比选已记录" in compared.text
    leader = await site.as_a("leader", place.township)
    awarded = await sent(leader, f"{at}/award", bid=str(first.pk), reason=LONG)
    assert "结果已公布" in awarded.text
    public = (await site.visitor().get(f"/board/{project.pk}")).text
    for word in ("梅渚村揭榜", LONG, "闲置校舍 600 平方米", f"评语{second.pk}{criteria[0]}", "近三年揭榜"):
        assert word in public, word
    loser = await site.as_a("secretary", place.second_village)
    sheet = await loser.get(f"/bids/{second.pk}/sheet")
    assert sheet.status_code == 200
    for word in (
        "这次没有揭榜",
        LONG,
        f"评语{first.pk}{criteria[0]}",
        f"评语{second.pk}{criteria[0]}",
        "提出异议",
    ):
        assert word in sheet.text, word
    winner = await site.as_a("secretary", place.village)
    assert "揭榜了" in (await winner.get(f"/bids/{first.pk}/sheet")).text
    assert (await loser.get(f"/bids/{first.pk}/sheet")).status_code == 404


async def test_scorers_declare_score_alone_and_hand_in_by_pages(town: str, site: Site) -> None:
    place = await a_town()
    project, first, second = await scenes.opened(place, at=over_now(), depth="scored")
    desk = await site.as_a("coordinator", place.township)
    people = [await a_viewer("office", place.office) for _ in range(2)]
    posts = [await Post.get(pk=one.post_id) for one in people]
    named = await sent(desk, f"/projects/{project.pk}/name-scorers", posts=[str(post.pk) for post in posts])
    assert "已指定评分人" in named.text
    criteria = [one.pk for one in await bidding.Criterion.filter(project=project).order_by("position")]
    for post, points in zip(posts, (("90", "20"), ("20", "90")), strict=True):
        scorer = await site.signed_in(post)
        sheet = await bidding.Scorer.get(project=project, post=post)
        at = f"/scoring/{sheet.pk}"
        assert "先声明回避情况" in (await scorer.get(at)).text
        await sent(scorer, f"{at}/declare", free="1")
        wrong = await sent(
            scorer, f"{at}/bids/{first.pk}", **{f"points-{first.pk}-{n}": "101" for n in criteria}
        )
        assert wrong.status_code == 422 and "0 到 100" in wrong.text and 'value="101"' in wrong.text
        for bid, given in zip((first, second), points, strict=True):
            await sent(scorer, f"{at}/bids/{bid.pk}", **{f"points-{bid.pk}-{n}": given for n in criteria})
        done = await sent(scorer, f"{at}/hand-in")
        assert "评分表已交" in done.text
        assert (await desk.get(at)).status_code == 404
    shown = (await desk.get(f"/projects/{project.pk}")).text
    assert "55.00 分" in shown and "先记录讨论再定结果" in shown
    talked = await sent(desk, f"/projects/{project.pk}/discuss", words="三人讨论了差距，各自说明了理由。")
    assert "讨论已记录" in talked.text


async def test_a_cancelled_project_is_listed_again_with_the_difference(town: str, site: Site) -> None:
    place = await a_town()
    project = await scenes.a_project(place, at=open_now())
    leader, desk = await site.as_a("leader", place.township), await site.as_a("coordinator", place.township)
    at = f"/projects/{project.pk}"
    gone = await sent(leader, f"{at}/cancel", reason="资金有变化，调整后重新上榜。")
    assert "已取消" in gone.text
    form = a_form()
    dates = {name: form[name] for name in ("opens_at", "closes_at", "start_by", "finish_by")}
    again = await sent(desk, f"{at}/relist", **dates)
    follower = again.url.path
    await sent(desk, f"{follower}/change", **a_form(support="区级补助 60 万元。", support_yuan="600000"))
    await sent(desk, f"{follower}/submit")
    await sent(leader, f"{follower}/approve")
    stranger = site.visitor()
    shown = (await stranger.get("/board" + follower.removeprefix("/projects"))).text
    assert "区级补助 40 万元" in shown and "区级补助 60 万元" in shown
    old = (await stranger.get(f"/board/{project.pk}")).text
    assert "资金有变化" in old and "已经重新上榜" in old
