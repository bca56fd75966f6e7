"""The explanation of a score: contributions that add up, and the events behind them."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from models import evaluation
from models.people import Post
from models.points import PointEntry
from models.schemes import VillageIndex
from models.tasks import Assignment
from tests.builders import a_viewer
from tests.leaks.browsers import shown
from tests.views.conftest import Site
from tests.views.playing import credit, played
from views.base.words import score

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=played)]


async def test_a_score_opens_to_contributions_that_add_up_and_to_the_events(town: str, site: Site) -> None:
    here = await played()
    index = await here.index()
    sides = await evaluation.explained(index)
    assert sum((one.amount for one in sides), Fraction(0)) == index.value
    assert sum(one.shown for one in sides) == index.shown
    assert sum(one.full for one in sides) == 10_000
    browser = await site.signed_in(await Post.get(pk=here.hands[here.place.village.pk].post_id))
    began = time.process_time()
    text = (await browser.get(f"/rankings/index/{index.pk}")).text
    assert time.process_time() - began < 1
    assert "十次里有九次" in text and index.exact in text and "看怎么评" not in text
    assert all(side.name in text for side in sides)
    added = " ＋ ".join(score(one.shown) for one in sides if one.full)
    assert f"<p>{added} ＝ {score(index.shown)}</p>" in text
    assert "4 件里 4 件按时（100%）。" in text and "怎么做得更好" in text
    assert f"/appeals/new?index={index.pk}" in text
    entries = (await browser.get(f"/rankings/index/{index.pk}/quality")).text
    assert entries.count("办结任务，") == 4
    copy = await Assignment.filter(unit=here.place.village).first()
    assert copy is not None and f'href="/assignments/{copy.pk}"' in entries
    assert (await browser.get(f"/rankings/index/{index.pk}/nothing")).status_code == 404


async def test_who_may_not_appeal_is_not_offered_to_and_a_contested_line_leads_to_its_answer(
    town: str, site: Site
) -> None:
    here = await played()
    index = await here.index()
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    for path in ("", "/quality"):
        assert "/appeals/new" not in (await head.get(f"/rankings/index/{index.pk}{path}")).text
    hand = here.hands[here.place.village.pk]
    browser = await site.signed_in(await Post.get(pk=hand.post_id))
    assert (await browser.get(f"/rankings/index/{index.pk}/quality")).text.count("/appeals/new") == 4
    entry = await PointEntry.filter(unit=here.place.village, person_id=None).order_by("id").first()
    mine = await VillageIndex.filter(pk=index.pk).prefetch_related(*VillageIndex.judged_with).get()
    made = await evaluation.appeal(hand, mine, words="那天已经在电话里报过结果，有记录。", entry=entry)
    text = (await browser.get(f"/rankings/index/{index.pk}/quality")).text
    assert text.count("/appeals/new") == 3
    assert f'href="/appeals/{made.pk}">已申诉，等答复' in text


async def test_the_explanation_of_a_neighbour_is_a_missing_one(town: str, site: Site) -> None:
    here = await played()
    browser = await site.signed_in(await Post.get(pk=here.hands[here.place.second_village.pk].post_id))
    index = await here.index()
    for path in ("", "/quality"):
        hidden = await browser.get(f"/rankings/index/{index.pk}{path}")
        missing = await browser.get(f"/rankings/index/987654321{path}")
        assert hidden.status_code == missing.status_code == 404 and shown(hidden) == shown(missing)


async def test_a_reversed_entry_is_marked_and_its_counter_entry_stands_beside_it(
    town: str, site: Site
) -> None:
    here = await played()
    entry = await PointEntry.filter(unit=here.place.village, person_id=None).order_by("id").first()
    assert entry is not None
    await entry.fetch_related(*PointEntry.judged_with)
    keeper = await a_viewer("list_keeper", here.place.county)
    await evaluation.reverse(keeper, entry, reason="现场复核，没有办成。")
    await credit()
    index = await here.index()
    browser = await site.signed_in(await Post.get(pk=here.hands[here.place.village.pk].post_id))
    text = (await browser.get(f"/rankings/index/{index.pk}/standing")).text
    assert "已撤销" in text and "现场复核，没有办成。" in text
