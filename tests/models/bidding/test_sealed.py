"""Sealed means sealed: the planted words are nowhere until the bids are opened, and everywhere they belong after."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from tortoise import Tortoise

from models import bidding
from models.base.clock import clock_at
from models.base.events import Event, EventPersonal
from models.base.refusals import NotAllowed, NotNow
from models.base.sealer import seal_all
from models.base.settings import settings
from models.bidding import Bid, BidFile, Entrant, Paper, Project
from models.bidding.sealing import sealed, unsealed
from models.files import content_of
from tests.builders import Town, a_town, a_viewer
from tests.models.bidding.scenes import HOUR, NOON, a_bid, a_project, an_offer, entrance, fresh, just_over

pytestmark = pytest.mark.anyio
WORDS = ("词元优势甲", "词元办法乙", "词元进度丙", "词元会议丁", "词元附件戊", "词元文件名己")
AMOUNTS = ("7654321", "8765432")


async def planted(place: Town, project: Project) -> Bid:
    """A bid with a word of its own in every part, in its papers, and in their names."""
    paper = await bidding.hold(WORDS[4].encode(), f"{WORDS[5]}.txt")
    return await a_bid(
        project,
        place.village,
        strengths=WORDS[0],
        plan=WORDS[1],
        schedule=WORDS[2],
        decision_note=WORDS[3],
        own_yuan=int(AMOUNTS[0]),
        asked_yuan=int(AMOUNTS[1]),
        papers=[paper],
    )


async def everything_kept() -> str:
    """Every table row by row, every file of the data folder, as a dump and a backup would hold them."""
    connection = Tortoise.get_connection("default")
    told = []
    for app in Tortoise.apps.values():
        for model in app.values():
            rows = await connection.execute_query_dict(f'SELECT * FROM "{model._meta.db_table}"')
            told += [repr(row) for row in rows]
    return "\n".join([*told, *files_kept(settings().data)])


def files_kept(folder: Path) -> list[str]:
    kept = [path for path in folder.rglob("*") if path.is_file() and path.name != "seal-key"]
    return [path.read_bytes().decode("utf-8", "replace") for path in kept]


def found_in(text: str) -> list[str]:
    return [word for word in (*WORDS, *AMOUNTS) if word in text]


async def test_no_word_of_a_bid_is_in_database_files_trail_or_log_before_the_opening(
    town: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = await a_town()
    project = await a_project(place)
    bid = await planted(place, project)
    await seal_all()
    assert found_in(await everything_kept()) == []
    assert found_in(caplog.text) == []
    trail = [repr(dict(event)) for event in await Event.all()]
    trail += [repr(dict(kept)) for kept in await EventPersonal.all()]
    assert len(trail) > 3 and found_in("\n".join(trail)) == []
    assert bid.content()["strengths"] == WORDS[0], "its own village reads it"
    with just_over(project):
        await bidding.open_bids(await a_viewer("coordinator", place.township), await fresh(project))
    opened = await Bid.get(pk=bid.pk)
    assert [opened.strengths, opened.plan, opened.schedule, opened.decision_note] == list(WORDS[:4])
    assert [str(opened.own_yuan), str(opened.asked_yuan)] == list(AMOUNTS)
    hung = await BidFile.get(bid=bid).select_related("file")
    assert (await content_of(hung.file)).decode() == WORDS[4] and WORDS[5] in hung.file.name


async def test_two_bids_of_the_same_words_look_as_different_and_as_long_as_any_others(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    await a_bid(project, place.village, strengths="短")
    await a_bid(project, place.second_village, strengths="长" * 1500)
    first, second = await Bid.filter(project=project).order_by("id")
    assert first.sealed != second.sealed and len(first.sealed) == len(second.sealed)


async def test_a_seal_moved_to_another_bid_or_written_with_another_key_is_not_opened(town: str) -> None:
    text = sealed({"strengths": "甲"}, "bid:1:2")
    assert unsealed(text, "bid:1:2") == {"strengths": "甲"}
    with pytest.raises(NotNow, match="打不开"):
        unsealed(text, "bid:1:3")
    middle = len(text) // 2
    with pytest.raises(NotNow, match="打不开"):
        unsealed(text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :], "bid:1:2")


async def test_opening_with_the_wrong_key_opens_nothing_and_loses_nothing(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    project = await a_project(place)
    bid = await a_bid(project, place.village)
    desk = await a_viewer("coordinator", place.township)
    right = settings()
    with monkeypatch.context() as other, just_over(project):
        other.setattr(type(right), "seal_key", property(lambda _: b"k" * 32))
        with pytest.raises(NotNow, match="密钥"):
            await bidding.open_bids(desk, await fresh(project))
    assert (await Project.get(pk=project.pk)).state == "published"
    assert (await Bid.get(pk=bid.pk)).state == "submitted"
    with just_over(project):
        await bidding.open_bids(desk, await fresh(project))
    assert (await Bid.get(pk=bid.pk)).state == "opened"


async def test_nobody_opens_early_and_nobody_bids_late_or_early(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    secretary = await a_viewer("secretary", place.village)
    there = await entrance(project, place.village)
    with clock_at(NOON - HOUR / 2), pytest.raises(NotNow, match="还没有开榜"):
        await bidding.write_bid(secretary, there, **an_offer())
    bid = await a_bid(project, place.village)
    desk = await a_viewer("coordinator", place.township)
    with clock_at(project.closes_at - HOUR / 60), pytest.raises(NotNow, match="谁也不能提前开标"):
        await bidding.open_bids(desk, await fresh(project))
    with clock_at(project.closes_at):
        for act in (bidding.submit_bid, bidding.withdraw_bid):
            with pytest.raises(NotNow, match="来不及了"):
                await act(secretary, bid)
        with pytest.raises(NotNow, match="来不及了"):
            await bidding.write_bid(secretary, there, **an_offer(strengths="晚了"))


async def test_the_township_sees_neither_bids_nor_who_writes_them(town: str) -> None:
    place = await a_town()
    project = await a_project(place, shows_numbers=False)
    bid = await planted(place, project)
    for role, unit in (("coordinator", place.township), ("leader", place.township), ("head", place.township)):
        viewer = await a_viewer(role, unit)
        assert not await Bid.visible_to(viewer).exists()
        assert not await Event.visible_to(viewer).filter(command__contains="_bid").exists()
        with pytest.raises(NotAllowed):
            await bidding.write_bid(viewer, await entrance(project, place.village), **an_offer())
    assert await bidding.bids_counted([project]) == {}
    own = await a_viewer("cadre", place.village)
    assert await Bid.visible_to(own).filter(pk=bid.pk).exists()
    assert not await Bid.visible_to(await a_viewer("secretary", place.second_village)).exists()


async def test_a_project_cancelled_before_the_opening_keeps_its_bids_sealed_for_ever(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    bid = await planted(place, project)
    with clock_at(NOON + 2 * HOUR):
        leader = await a_viewer("leader", place.township)
        await bidding.cancel_project(leader, await fresh(project), reason="资金有变化，调整后重新上榜。")
    assert not await Bid.visible_to(leader).exists()
    assert found_in(await everything_kept()) == []
    assert (await Bid.get(pk=bid.pk)).content()["plan"] == WORDS[1]


async def test_papers_taken_out_of_a_bid_are_not_opened_with_it(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    secretary = await a_viewer("secretary", place.village)
    there: Entrant = await entrance(project, place.village)
    with clock_at(NOON + HOUR):
        papers: list[Paper] = [await bidding.hold(f"纸{n}".encode(), f"纸{n}.txt") for n in range(2)]
        await bidding.write_bid(secretary, there, **an_offer(papers=papers))
        written = await bidding.write_bid(secretary, there, **an_offer(without=[papers[0].seal]))
        assert [one.name for one in bidding.papers_of(written)] == ["纸1.txt"]
        assert await bidding.paper_of(written, papers[0].seal) is None
        found = await bidding.paper_of(written, papers[1].seal)
        assert found is not None and found[1].decode() == "纸1"
        bid = await Bid.get(pk=written.pk).prefetch_related(*Bid.judged_with)
        await bidding.submit_bid(secretary, bid)
    with just_over(project):
        await bidding.open_bids(await a_viewer("coordinator", place.township), await fresh(project))
    assert [one.file.name for one in await BidFile.all().select_related("file")] == ["纸1.txt"]
