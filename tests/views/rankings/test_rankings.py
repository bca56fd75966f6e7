"""The pages of the boards: what each mode publishes, to whom, in what order and at what cost."""

from __future__ import annotations

import asyncio
import io
import re

import openpyxl
import pytest

from models import schemes
from models.base.clock import now, today
from models.base.viewer import Viewer
from models.evaluation import Adjustment, PersonScore
from models.people import Post
from models.policies import set_policy
from models.rankings import Board, Placing
from models.schemes.board_version import forget, hear
from tests.builders import a_town, a_unit, a_viewer
from tests.counting import counted
from tests.views.conftest import Site
from tests.views.playing import MOST, Played, credit, played
from views import rankings as door
from views.base import live

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=played)]


async def test_a_village_reads_the_top_and_its_own_line_and_no_other(town: str, site: Site) -> None:
    here = await played()
    late = await site.signed_in(await Post.get(pk=here.hands[here.place.second_village.pk].post_id))
    year = f"/rankings?period={today().year}"
    text = (await late.get(year)).text
    assert "最多公布前一半；大家都差不多、分不出先后时不公布" in text and "任何时候都不公布" in text
    assert "棠村：" in text and "只有本村和评价人员看得到" in text
    assert "村0村" not in text, "the lowest are published by no mode"
    assert "梅渚村" in text


async def test_whoever_evaluates_reads_the_whole_order_marked_as_not_published(town: str, site: Site) -> None:
    here = await played()
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    text = (await head.get(f"/rankings?period={today().year}")).text
    assert "仅评价人员可见的部分" in text
    assert all(village.name in text for village in here.villages)
    assert "不公布）" in text and "这次不公布" not in text
    observer = await site.as_a("observer", here.place.county)
    text = (await observer.get(f"/rankings?period={today().year}&at={here.place.township.pk}")).text
    assert "仅评价人员可见" not in text and "村0村" not in text


async def test_another_region_and_a_missing_place_answer_alike(town: str, site: Site) -> None:
    here = await played()
    county = await a_unit("county", here.place.city, "柯桥区", "330603")
    elsewhere = await a_unit("township", county, "柯岩街道", "330603001")
    browser = await site.as_a("coordinator", elsewhere)
    foreign = await browser.get(f"/rankings?at={here.place.township.pk}")
    missing = await browser.get("/rankings?at=987654321")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.text == missing.text
    index = await here.index()
    assert (await browser.get(f"/rankings/index/{index.pk}")).status_code == 404
    assert (await browser.get("/rankings?period=1999-01")).status_code == 404
    assert (await browser.get("/rankings?period=x")).status_code == 404


async def test_the_table_holds_the_very_lines_of_the_page_for_each_reader(town: str, site: Site) -> None:
    here = await played()
    board = await Board.get(area=here.place.township, audience="villages", period__kind="year")
    seconds = here.hands[here.place.second_village.pk]
    for viewer in (here.head, seconds, await a_viewer("observer", here.place.county)):
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        at = f"period={today().year}&at={here.place.township.pk}"
        seen = [one.unit.name for one in await _seen(viewer, board)]
        page = (await browser.get(f"/rankings?{at}")).text
        table = openpyxl.load_workbook(
            io.BytesIO((await browser.get(f"/rankings/table.xlsx?{at}")).content)
        ).active
        assert table is not None
        told = [str(row[3]) for row in table.iter_rows(min_row=2, values_only=True)] if seen else []
        assert told == seen
        listed = [v.name for v in here.villages if re.search(rf"<td>(<a[^>]*>)?{v.name}", page)]
        assert sorted(listed) == sorted(seen)


async def _seen(viewer: Viewer, board: Board) -> list[Placing]:
    rows = await Placing.visible_to(viewer).filter(board=board).select_related("unit")
    return sorted(rows, key=lambda one: (one.rank, one.unit.name))


async def test_paging_by_cursor_shows_each_line_once(
    town: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await played()
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    usual = door.paged
    monkeypatch.setattr(door, "paged", lambda *a, **k: usual(*a, **k | {"size": 2}))
    told, address = [], f"/rankings?period={today().year}"
    for _ in range(9):
        text = (await head.get(address)).text
        told += [v.name for v in here.villages if re.search(rf"<td><a[^>]*>{v.name}", text)]
        found = re.search(r'rel="next" href="([^"]+)"', text)
        if not found:
            break
        address = found.group(1).replace("&amp;", "&")
    assert sorted(told) == sorted(v.name for v in here.villages)


async def test_what_persons_earned_is_listed_for_those_who_evaluate_alone(town: str, site: Site) -> None:
    here = await played()
    assert await PersonScore.exists()
    at = f"/rankings?board=persons&list=points&period={today().year}"
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    text = (await head.get(at)).text
    assert "不公布" in text and "人梅渚村" in text and "人棠村" in text
    assert "自动更新" not in text and "5 秒内上榜" not in text
    for role, unit in (("coordinator", here.place.township), ("observer", here.place.county)):
        assert "人梅渚村" not in (await (await site.as_a(role, unit)).get(at)).text


async def test_modes_of_the_city_decide_what_is_published(town: str, site: Site) -> None:
    here = await played()
    admin = await a_viewer("city_admin", here.place.city)
    for name, mode, words in (("board_villages", 1, "不排名、不打分"), ("board_villages", 3, "末尾四分之一")):
        await set_policy(admin, here.place.city, name=name, value=mode, reason="试行", from_on=today())
        await credit()
        observer = await site.as_a("observer", here.place.county)
        text = (await observer.get(f"/rankings?period={today().year}&at={here.place.township.pk}")).text
        assert words in text
        assert ("梅渚村</td>" in text) == (mode == 3)


async def test_persons_are_ranked_only_where_the_city_says_so(town: str, site: Site) -> None:
    here = await played()
    admin = await a_viewer("city_admin", here.place.city)
    await set_policy(admin, here.place.city, name="board_persons", value=2, reason="试行", from_on=today())
    await credit()
    await credit()
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    text = (await head.get(f"/rankings?board=persons&period={today().year}")).text
    assert "人梅渚村" in text and "第 1 档" in text


@pytest.mark.furnished(by=None)
async def test_a_board_without_results_says_why(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    answer = await browser.get("/rankings")
    assert answer.status_code == 200 and "还没有结果" in answer.text
    assert "还没有表扬" in (await browser.get("/rankings?board=praise")).text
    assert (await browser.get("/rankings/table.xlsx")).status_code == 200
    assert "市里还没有评价办法" in (await browser.get("/rankings/method")).text


async def test_the_method_is_told_with_every_number_of_the_scheme_in_force(town: str, site: Site) -> None:
    here = await played()
    browser = await site.as_a("secretary", here.place.village)
    text = (await browser.get("/rankings/method")).text
    scheme = await schemes.Scheme.get()
    assert scheme.name in text and "这些不扣分" in text and "从来不算分" in text
    for one in await schemes.Dimension.all():
        assert f"{one.name} <small>占 {one.weight}%" in text


async def test_corrections_of_closed_periods_stand_beside_the_board_with_their_day(
    town: str, site: Site
) -> None:
    here = await played()
    index = await here.index()
    await type(index.period).filter(pk=index.period_id).update(closed_at=now())
    await Adjustment.create(
        score=index, exact="1", shown=-120, reason="复核后更正（示范）", made_at=now(), entry=None
    )
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    text = (await head.get(f"/rankings?period={today().year}")).text
    assert "关闭后的更正" in text and "减 1.20 分" in text and "不再变动" in text
    assert "减 1.20 分" in (await head.get(f"/rankings/index/{index.pk}")).text


@pytest.mark.furnished(by=None)
async def test_strangers_sign_in_first(town: str, site: Site) -> None:
    place = await a_town()
    assert place
    for path in ("/rankings", "/rankings/method", "/rankings/live", "/rankings/table.xlsx"):
        assert (await site.visitor().get(path)).status_code == 303


@pytest.mark.furnished(by=None)
async def test_pages_cost_the_same_however_many_villages_there_are(town: str, site: Site) -> None:
    spent: dict[str, list[int]] = {}
    here = await Played(await a_town()).begin(more=2)
    for _ in range(2):
        await here.credited()
        index = await here.index()
        head = await site.signed_in(await Post.get(pk=here.head.post_id))
        year = today().year
        for address in (
            f"/rankings?period={year}",
            f"/rankings?board=praise&period={year}",
            f"/rankings?board=persons&list=points&period={year}",
            f"/rankings/index/{index.pk}",
            f"/rankings/index/{index.pk}/quality",
            "/rankings/method",
        ):
            await head.get(address)
            with counted() as told:
                answer = await head.get(address)
            assert answer.status_code == 200
            spent.setdefault(address.replace(str(index.pk), "N"), []).append(len(told))
        here.villages += [await a_unit("village", here.place.township, f"新{n}村") for n in range(3)]
        for village in here.villages[-3:]:
            here.hands[village.pk] = await a_viewer("secretary", village)
    assert {at: counts for at, counts in spent.items() if counts[0] != counts[1]} == {}
    assert max(counts[0] for counts in spent.values()) <= MOST, spent


@pytest.mark.furnished(by=None)
async def test_the_stream_says_only_that_something_changed(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = _told_of_looks(monkeypatch)
    monkeypatch.setattr(live, "HEARTBEAT", 600)
    here = await Played(await a_town()).begin()
    await hear()
    stream = live._stream(live.rankings_watch, live.Listener())
    assert await anext(stream) == "retry: 15000\n\n"
    waiting = asyncio.ensure_future(anext(stream))
    await looked.wait()
    await here.credited()
    await hear()
    assert await asyncio.wait_for(waiting, 120) == "event: board\ndata: changed\n\n"
    await stream.aclose()
    late = live._stream(live.rankings_watch, live.Listener(), behind=True)
    assert [await anext(late), await anext(late)] == ["retry: 15000\n\n", "event: board\ndata: changed\n\n"]
    await late.aclose()


def _told_of_looks(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once the watch has looked: only what changes after its first look is a change."""
    looked, look = asyncio.Event(), live.rankings_watch.look

    async def told(before: int | None) -> tuple[int | None, bool]:
        found = await look(before)
        looked.set()
        return found

    monkeypatch.setattr(live.rankings_watch, "look", told)
    return looked
    forget()


async def test_the_board_and_the_method_say_where_sizes_are_not_on_file(town: str, site: Site) -> None:
    here = await played()
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    board = (await head.get(f"/rankings?period={today().year}")).text
    assert re.search(r"户数没有登记的（\d+ 个），先归在“村（300户以下）”", board)
    method = (await head.get("/rankings/method")).text
    assert "先归在同类里户数最少的一组" in method and re.search(r"现在有 \d+ 个没有登记", method)
