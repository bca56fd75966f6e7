"""Pages on which something is changed: sent as they stand they change nothing, sent without a field they keep it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import matters, tasks
from models.base.clock import clock_at, today
from models.base.records import Record
from models.bidding import Bid, Criterion, Entrant, Project
from models.matters import Matter
from models.people import Post
from models.requests import RequestUnit, WorkRequest
from models.tasks import Task, TaskOffice, TaskUnit
from tests.builders import Town, a_list, a_request, a_town, a_viewer, an_admitted_request
from tests.models.bidding.scenes import HOUR, NOON, a_bid, a_draft, a_project, entrance
from tests.models.matters.drafts import a_draft as a_list_draft
from tests.models.test_given import FULL
from tests.views.conftest import Site
from tests.views.standing_forms import as_it_stands

pytestmark = pytest.mark.anyio


async def said(*records: type[Record]) -> list[list[dict[str, Any]]]:
    """Every row of these records but for numbers and times of writing."""
    left_out = {"id", "round", "amended_at", "draft", "state"}
    rows = [[row.columns() for row in await record.all().order_by("id")] for record in records]
    return [
        [{name: value for name, value in row.items() if name not in left_out} for row in one] for one in rows
    ]


async def a_full_task(place: Town) -> tuple[Task, Any]:
    desk, day = await a_viewer("coordinator", place.township), today() + timedelta(days=10)
    made = await tasks.draft(
        desk, place.township, requests=[await an_admitted_request(place)], title="巡查", body="看一看",
        due_on=day, units=[place.village], lead_office=place.office, release_on=today() + timedelta(days=2),
        repeats="week", repeats_until=day + timedelta(days=30),
    )  # fmt: skip
    return made, desk


async def test_a_task_sent_as_it_stands_is_the_same(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    made, desk = await a_full_task(place)
    browser = await site.signed_in(await Post.get(pk=desk.post_id))
    form = as_it_stands((await browser.get(f"/tasks/{made.pk}")).text, f"/tasks/{made.pk}/revise")
    before = await said(Task, TaskUnit, TaskOffice)
    assert (await browser.post(f"/tasks/{made.pk}/revise", data=form)).status_code == 303
    assert await said(Task, TaskUnit, TaskOffice) == before


async def test_a_request_sent_as_it_stands_keeps_its_villages_and_grids(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    asked = await a_request(place, units=[place.second_village, place.grid], contact="罗敏")
    browser = await site.signed_in(await Post.get(pk=asked.submitted_by_id))
    at = f"/requests/{asked.pk}/amend"
    form = as_it_stands((await browser.get(at)).text, at) | {"reason": ["核对过了"]}
    before = await said(WorkRequest, RequestUnit)
    assert (await browser.post(at, data=form)).status_code == 303
    assert await said(WorkRequest, RequestUnit) == before


async def test_a_matter_sent_as_it_stands_is_the_same_and_boxes_left_out_stay(town: str, site: Site) -> None:
    place = await a_town()
    keeper, draft = await a_list_draft(place)
    made = await matters.put_matter(keeper, draft, **FULL)
    browser = await site.signed_in(await Post.get(pk=keeper.post_id))
    at = f"/lists/{draft.pk}/matters/{made.code}"
    form = as_it_stands((await browser.get(at)).text, at)
    before = made.columns()
    assert (await browser.post(at, data=form)).status_code == 303
    assert (await Matter.get(pk=made.pk)).columns() == before
    typed = {"code": [made.code], "title": [made.title], "category": ["assist"], "key": ["k-2"]}
    quick = as_it_stands((await browser.get(f"/lists/{draft.pk}")).text, f"/lists/{draft.pk}/matters") | typed
    unread = await browser.post(f"/lists/{draft.pk}/matters", data=quick)
    assert unread.status_code == 409, "somebody has put this code already"
    quick |= {"seen": as_it_stands(unread.text, f"/lists/{draft.pk}/matters")["seen"]}
    assert (await browser.post(f"/lists/{draft.pk}/matters", data=quick)).status_code == 303
    assert (await Matter.get(pk=made.pk)).columns() == before
    unticked = {name: value for name, value in form.items() if name not in {"demands", "major"}}
    await browser.post(at, data=unticked | {"key": ["k-3"], "norm_days": [""]})
    after = await Matter.get(pk=made.pk)
    assert (after.demands, after.major, after.norm_days, after.emergency) == ([], False, None, True)


async def test_a_project_and_a_bid_sent_as_they_stand_are_the_same(town: str, site: Site) -> None:
    place = await a_town()
    draft = await a_draft(place, depth="scored", villages=[place.village], guidances=["产权", "人数"])
    with clock_at(NOON - HOUR):
        browser = await site.signed_in(await Post.get(pk=draft.drafted_by_id))
        at = f"/projects/{draft.pk}/change"
        form = as_it_stands((await browser.get(at)).text, at)
        before = await said(Project, Criterion, Entrant)
        assert (await browser.post(at, data=form)).status_code == 303
        assert await said(Project, Criterion, Entrant) == before
    project = await a_project(place)
    bid = await a_bid(project, place.village)
    with clock_at(project.opens_at + HOUR):
        browser = await site.as_a("secretary", place.village)
        at = f"/bids/for/{(await entrance(project, place.village)).pk}"
        content = bid.content()
        form = as_it_stands((await browser.get(at)).text, at)
        assert (await browser.post(at, data=form)).status_code == 303
        assert (await Bid.get(pk=bid.pk)).content() == content
        await browser.post(at, data={"plan": "换个做法", "key": "k-9"})
        assert (await Bid.get(pk=bid.pk)).content() == content | {"plan": "换个做法"}
