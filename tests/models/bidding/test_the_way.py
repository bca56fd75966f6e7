"""From the draft to the last inspection, in both depths."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.refusals import NotAllowed
from models.bidding import Milestone, Project
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import (
    AFTER,
    HOUR,
    NOON,
    a_draft,
    a_project,
    awarded,
    fresh,
)

pytestmark = pytest.mark.anyio


async def test_a_simple_comparison_takes_a_project_from_the_draft_to_the_inspection(town: str) -> None:
    place = await a_town()
    award, winner, _ = await awarded(place)
    assert award.state == "standing" and award.unit_id == winner.unit_id
    secretary, desk = (
        await a_viewer("secretary", place.village),
        await a_viewer("coordinator", place.township),
    )
    steps = await Milestone.filter(award=award).order_by("position").prefetch_related(*Milestone.judged_with)
    assert [step.kind for step in steps] == ["decision", "start", "progress", "acceptance"]
    with clock_at(AFTER + timedelta(days=1)):
        for number in range(4):
            step = await Milestone.get(award=award, position=number).prefetch_related(*Milestone.judged_with)
            await bidding.report_milestone(secretary, step, words="已完成。")
            await bidding.accept_milestone(desk, step)
    assert (await Project.get(pk=award.project_id)).state == "delivered"


async def test_nobody_approves_what_they_drafted(town: str) -> None:
    place = await a_town()
    with clock_at(NOON - HOUR):
        head = await a_viewer("head", place.township)
        project = await a_draft(place)
        desk = await a_viewer("coordinator", place.township)
        await bidding.submit_project(desk, project)
        with pytest.raises(NotAllowed):
            await bidding.approve_project(desk, project)
        await bidding.approve_project(head, project)
    assert (await fresh(project)).state == "published"


async def test_without_a_bid_the_project_ends_honestly_and_is_listed_again(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    desk = await a_viewer("coordinator", place.township)
    with clock_at(AFTER):
        await bidding.open_bids(desk, project)
        assert project.state == "failed" and "没有村社" in project.outcome_note
        again = await bidding.relist(
            desk,
            project,
            opens_at=AFTER,
            closes_at=AFTER + timedelta(days=3),
            start_by=(AFTER + timedelta(days=30)).date(),
            finish_by=(AFTER + timedelta(days=90)).date(),
        )
    assert again.state == "draft" and again.instead_of_id == project.pk
    assert await bidding.Entrant.filter(project=again).count() == 2
    assert await bidding.Criterion.filter(project=again).count() == 2
