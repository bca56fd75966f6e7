"""Two who decide at once, and bids that race the closing instant: one winner, and late is late."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from models import bidding
from models.base.clock import now
from models.base.refusals import NotNow, Refusal
from models.base.viewer import Viewer
from models.bidding import Award, Bid, Entrant, Project
from models.people import Post
from models.units import Unit
from tests.builders import Town, a_town, a_unit, a_viewer
from tests.models.bidding.scenes import NOON, a_plan, an_offer, awarded, compared, entrance, fresh, just_over

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("on_threads")]
ROUNDS = 20
APART = tuple(timedelta(milliseconds=far) for far in (20, 20, 20, 150))
"""How far from each other bids come in around the closing instant; by the farthest one is in time on a busy machine too."""
REASONS = ("校舍现成，离三个村都近，最省钱。", "覆盖人口多，自筹多，群众都盼着。")


async def test_of_two_awards_at_once_one_stands_in_each_of_twenty_rounds(town: str) -> None:
    place = await a_town()
    deciders = [await a_viewer("leader", place.township), await a_viewer("head", place.township)]
    for number in range(ROUNDS):
        project, *bids = await compared(place, at=NOON + number * timedelta(days=4), title=f"项目{number}")
        with just_over(project):
            answers = await asyncio.gather(
                *(
                    _decide(who, project, bid, reason)
                    for who, bid, reason in zip(deciders, bids, REASONS, strict=True)
                )
            )
        assert sorted(answers) == ["awarded", "refused"], answers
        assert await Award.filter(project=project).count() == 1
        assert await Award.filter(stands_for=project.pk).count() == 1


async def _decide(who: Viewer, project: Project, bid: Bid, reason: str) -> str:
    try:
        await bidding.announce_award(who, await fresh(project), bid=bid, reason=reason)
    except Refusal:
        return "refused"
    return "awarded"


async def test_an_objection_upheld_and_an_undoing_at_once_end_an_award_once(town: str) -> None:
    place = await a_town()
    award, *_ = await awarded(place)
    leader = await a_viewer("leader", place.township)
    rows = [await Award.get(pk=award.pk).prefetch_related(*Award.judged_with) for _ in range(2)]
    with just_over(award.project):
        told = await asyncio.gather(*(_undone(leader, row) for row in rows))
    assert sorted(told) == ["refused", "undone"]
    assert await Award.filter(stands_for=award.project_id).count() == 0


async def _undone(leader: Viewer, award: Award) -> str:
    try:
        await bidding.undo_award(leader, award, reason="用房没有落实，重新比选。")
    except Refusal:
        return "refused"
    return "undone"


@pytest.mark.machine_clock
async def test_bids_race_the_closing_instant_and_only_those_in_time_are_opened(town: str) -> None:
    place = await a_town()
    villages = [
        place.village,
        place.second_village,
        *[await a_unit("village", place.township, code=f"33062400599{n}") for n in range(2)],
    ]
    people = [await a_viewer("secretary", village) for village in villages]
    desk = await a_viewer("coordinator", place.township)
    in_time = late = 0
    for number in range(ROUNDS):
        project, bids = await _with_bids(place, people, villages, f"抢时间{number}")
        opening = asyncio.create_task(_opened(desk, project))
        told = await asyncio.gather(
            *(
                _submit_at(who, bid, project.closes_at + _apart(number, in_time) * (place_ - 2))
                for place_, (who, bid) in enumerate(zip(people, bids, strict=True))
            )
        )
        await opening
        for (begun, ended, done), bid in zip(told, bids, strict=True):
            state = (await Bid.get(pk=bid.pk)).state
            assert done == (state == "opened"), (begun, ended, state)
            assert not (done and begun >= project.closes_at), "late by the clock, and yet taken"
            assert done or ended >= project.closes_at, "in time, and yet refused"
        in_time += sum(done for *_, done in told)
        late += sum(not done for *_, done in told)
    assert in_time and late, (in_time, late)


def _apart(number: int, in_time: int) -> timedelta:
    """How far apart the bids of a round come: ever further on a machine so busy that none was in time yet."""
    return APART[number % len(APART)] * (1 if in_time else 1 + number // len(APART) * 3)


async def _with_bids(
    place: Town, people: list[Viewer], villages: list[Unit], title: str
) -> tuple[Project, list[Bid]]:
    """A bid of each village, written in time: on a busy machine it takes a board that closes a little later."""
    for closes_in in (timedelta(milliseconds=400) * 3**tries for tries in range(4)):
        project = await _closing_soon(place, villages, title, closes_in)
        with suppress(NotNow):
            pairs = zip(people, villages, strict=True)
            return project, [await _written(who, project, village) for who, village in pairs]
    raise AssertionError("no bid could be written in time")


async def _closing_soon(place: Town, villages: list[Unit], title: str, closes_in: timedelta) -> Project:
    """On the board since yesterday by the rows themselves, closing in a moment of this very clock."""
    drafter, approver = [
        await Post.get(pk=(await a_viewer(role, place.township)).post_id)
        for role in ("coordinator", "leader")
    ]
    told: dict[str, Any] = a_plan(now() - timedelta(days=3), title=title)
    for name in ("criteria", "weights"):
        told.pop(name, None)
    project = await Project.create(township=place.township, drafted_by=drafter, **told)
    await Entrant.bulk_create([Entrant(project=project, unit=village) for village in villages])
    await Project.filter(pk=project.pk).update(state="submitted")
    closing = now() + closes_in
    await Project.filter(pk=project.pk).update(
        closes_at=closing, state="published", published_at=now(), approved_by_id=approver.pk
    )
    return await fresh(project)


async def _written(who: Viewer, project: Project, village: Unit) -> Bid:
    made = await bidding.write_bid(who, await entrance(project, village), **an_offer())
    return await Bid.get(pk=made.pk).prefetch_related(*Bid.judged_with)


async def _submit_at(who: Viewer, bid: Bid, at: datetime) -> tuple[datetime, datetime, bool]:
    """When it began, when it ended, and whether it was taken."""
    await asyncio.sleep(max(0.0, (at - now()).total_seconds()))
    begun = now()
    try:
        await bidding.submit_bid(who, bid)
    except NotNow as no:
        assert "截止" in no.reason or "不收" in no.reason
        return begun, now(), False
    return begun, now(), True


async def _opened(desk: Viewer, project: Project) -> None:
    """Again and again until the closing instant has passed."""
    while True:
        try:
            await bidding.open_bids(desk, await fresh(project))
        except NotNow:
            await asyncio.sleep(0.005)
        else:
            return
