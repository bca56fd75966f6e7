"""A bid that was exchanged behind the triggers is found out: at the opening, before it, and by `xingcun verify`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.sealer import seal_all
from models.bidding import Bid, Paper, Project, Score
from models.bidding.sealing import digest_of
from models.files.storage import place_of
from models.trail import verify
from tests.builders import Town, a_town, a_viewer
from tests.furnished import furnished
from tests.models.bidding.scenes import (
    HOUR,
    SHEETS,
    a_bid,
    a_project,
    an_offer,
    entrance,
    fresh,
    just_over,
    scored,
)
from tests.models.past_the_triggers import undone_afterwards, without_guard

pytestmark = pytest.mark.anyio


@dataclass
class Sealed:
    """A board with two bids, the first of which was submitted twice; how its row looked after the first time."""

    place: Town
    project: Project
    first: Bid
    second: Bid
    older: tuple[str, str]


@furnished
async def sealed_twice() -> Sealed:
    place = await a_town()
    project = await a_project(place)
    paper = await bidding.hold("图纸".encode(), "图纸.txt")
    before = await a_bid(project, place.village, plan="先前的办法。", papers=[paper])
    older = (before.sealed, before.seal_digest)
    first = await a_bid(project, place.village, plan="后来的办法。")
    second = await a_bid(project, place.second_village)
    await seal_all()
    return Sealed(place, project, first, second, older)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def exchanges(of: Sealed) -> Iterator[tuple[str, str]]:
    """Each way to exchange a bid by raw SQL, and what it is called here."""
    here = f"WHERE id = {of.first.pk}"
    text, digest = map(_text, of.older)
    yield "an older version, digest and all", f"UPDATE bid SET sealed = {text}, seal_digest = {digest} {here}"
    yield "an older version", f"UPDATE bid SET sealed = {text} {here}"
    yield "another village's", f"UPDATE bid SET sealed = {_text(of.second.sealed)} {here}"
    yield "emptied", f"UPDATE bid SET sealed = '', seal_digest = '' {here}"
    yield "withdrawn by nobody", f"UPDATE bid SET state = 'withdrawn' {here}"
    yield "never submitted", f"UPDATE bid SET state = 'draft', submitted_at = NULL {here}"
    yield "gone", f"DELETE FROM bid {here}"
    told = f"WHERE subject_type = 'Bid' AND subject_id = {of.first.pk}"
    yield "the trail written over", f"UPDATE event SET changes = '{{}}' {told}"


@pytest.mark.furnished(by=sealed_twice)
async def test_no_exchanged_bid_is_opened_and_every_one_is_told(town: str) -> None:
    of = await sealed_twice()
    desk = await a_viewer("coordinator", of.place.township)

    async def told() -> tuple[str, list[str]]:
        with just_over(of.project), pytest.raises(NotNow) as no:
            await bidding.open_bids(desk, await fresh(of.project))
        return no.value.reason, [fault.what for fault in await verify()]

    for what, statement in exchanges(of):
        refusal, faults = await undone_afterwards(statement, told)
        assert of.place.village.name in refusal and of.place.second_village.name not in refusal, what
        assert any("竞榜书" in fault for fault in faults), what
    assert await verify() == []
    assert await Bid.filter(project=of.project, state="submitted").count() == 2
    with just_over(of.project):
        await bidding.open_bids(desk, await fresh(of.project))
    assert (await Bid.get(pk=of.first.pk)).plan == "后来的办法。"


@contextmanager
def moved_aside(place: Path) -> Iterator[None]:
    aside = place.rename(place.with_suffix(".aside"))
    yield
    aside.rename(place)


@pytest.mark.furnished(by=sealed_twice)
async def test_a_paper_that_is_gone_or_exchanged_keeps_the_bids_shut_until_it_is_restored(town: str) -> None:
    of = await sealed_twice()
    desk = await a_viewer("coordinator", of.place.township)
    place = place_of(Paper(**of.first.content()["papers"][0]).digest)
    with moved_aside(place):
        for exchanged in (False, True):
            if exchanged:
                place.write_bytes(b"another")
            with just_over(of.project), pytest.raises(NotNow, match=f"{of.place.village.name}的竞榜书"):
                await bidding.open_bids(desk, await fresh(of.project))
            assert "附件" in (await verify())[0].what
    with just_over(of.project):
        await bidding.open_bids(desk, await fresh(of.project))
    assert await verify() == []


@pytest.mark.furnished(by=sealed_twice)
async def test_a_leader_alone_leaves_an_exchanged_bid_out_in_the_open_and_its_village_may_object(
    town: str,
) -> None:
    of = await sealed_twice()
    await without_guard("bid")
    await Bid.filter(pk=of.first.pk).update(sealed=of.older[0], seal_digest=of.older[1])
    desk, leader = [await a_viewer(role, of.place.township) for role in ("coordinator", "leader")]
    why = "备份里也没有原件，已请纪检到场查看。"
    with just_over(of.project):
        with pytest.raises(NotAllowed, match="由本镇街的领导决定"):
            await bidding.open_bids(desk, await fresh(of.project), leaving_out=why)
        with pytest.raises(Invalid, match="会公开"):
            await bidding.open_bids(leader, await fresh(of.project), leaving_out="坏了")
        project = await bidding.open_bids(leader, await fresh(of.project), leaving_out=why)
        states = {bid.pk: bid.state for bid in await Bid.filter(project=project)}
        assert states == {of.first.pk: "broken", of.second.pk: "opened"}
        assert of.place.village.name in project.outcome_note and why in project.outcome_note
        await bidding.compare(desk, await fresh(project), bids=[of.second], words=["好", "多"])
        award = await bidding.announce_award(
            leader,
            await fresh(project),
            bid=await Bid.get(pk=of.second.pk),
            reason="用房条件好，带动的人多。",
        )
        secretary = await a_viewer("secretary", of.place.village)
        await award.fetch_related(*type(award).judged_with)
        said = "本村的竞榜书被人动过，没有参加比选，不公平。"
        assert await bidding.object_to_award(secretary, award, words=said)


@pytest.mark.furnished(by=sealed_twice)
async def test_nothing_is_left_out_where_all_is_as_it_was_sealed(town: str) -> None:
    of = await sealed_twice()
    leader = await a_viewer("leader", of.place.township)
    with just_over(of.project), pytest.raises(Invalid, match="不用写这一项"):
        await bidding.open_bids(leader, await fresh(of.project), leaving_out="备份里也没有原件，查不明白。")


async def test_where_every_bid_was_exchanged_the_board_ends_and_says_so(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    bid = await a_bid(project, place.village)
    await without_guard("bid")
    await Bid.filter(pk=bid.pk).update(sealed="")
    with just_over(project):
        leader = await a_viewer("leader", place.township)
        ended = await bidding.open_bids(
            leader, await fresh(project), leaving_out="备份里也没有原件，查不明白。"
        )
    assert ended.state == "failed" and "没有开启" in ended.outcome_note


@pytest.mark.furnished(by=sealed_twice)
async def test_an_older_draft_put_back_is_not_submitted_before_it_is_saved_again(town: str) -> None:
    of = await sealed_twice()
    assert digest_of(of.older[0]) == of.older[1]
    await Bid.filter(pk=of.first.pk).update(draft=of.older[0])
    assert "草稿与最后一次保存的不符" in (await verify())[0].what
    secretary = await a_viewer("secretary", of.place.village)
    with clock_at(of.project.opens_at + 2 * HOUR):
        bid = await Bid.get(pk=of.first.pk).prefetch_related(*Bid.judged_with)
        with pytest.raises(NotNow, match="可能被人动过"):
            await bidding.submit_bid(secretary, bid)
        there = await entrance(of.project, of.place.village)
        await bidding.write_bid(secretary, there, **an_offer(plan="再写一遍。"))
        await bidding.submit_bid(secretary, await Bid.get(pk=bid.pk).prefetch_related(*Bid.judged_with))
    await seal_all()
    assert await verify() == []


async def test_points_changed_after_a_sheet_was_handed_in_are_found(town: str) -> None:
    await scored(await a_town(), SHEETS)
    await seal_all()
    assert await verify() == []
    await without_guard("score")
    await Score.filter(points=80).update(points=81)
    assert [fault.what for fault in await verify() if "评分" in fault.what]


async def test_words_changed_after_the_bids_were_opened_are_found(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    bid = await a_bid(project, place.village)
    with just_over(project):
        await bidding.open_bids(await a_viewer("coordinator", place.township), await fresh(project))
    await seal_all()
    await without_guard("bid")
    await Bid.filter(pk=bid.pk).update(asked_yuan=1)
    assert ["打开后的内容与封存的不符" in fault.what for fault in await verify()] == [True]
