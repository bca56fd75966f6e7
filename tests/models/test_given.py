"""What an update is not told stays: in children of a record, in sealed text and in tables, where no column shows it."""

from __future__ import annotations

import inspect
from datetime import timedelta
from decimal import Decimal

import pytest

from models import bidding, matters, tasks
from models.base.clock import clock_at, today
from models.base.optional_details import ABSENT, given, kind_of, or_kept
from models.base.refusals import Invalid
from models.bidding import Bid, Criterion, Entrant
from models.compliance.dossier import commands
from models.matters import Matter
from models.requests import RequestUnit
from models.tasks import Task, TaskOffice
from tests.builders import a_list, a_request, a_town, a_viewer, an_admitted_request
from tests.models.bidding.scenes import HOUR, NOON, a_draft, a_plan, a_project, an_offer, entrance
from tests.models.matters.drafts import GOOD
from tests.models.matters.drafts import a_draft as a_list_draft

pytestmark = pytest.mark.anyio
BRIEF = {name: GOOD[name] for name in ("code", "title", "category", "legal_basis")}
FULL = GOOD | {
    "demands": ["patrol"],
    "evidence": {"kinds": ["photo"], "reason": "《条例》第八条"},
    "form": ["resident_household"],
    "domain": "FX",
    "norm_days": 5,
    "yearly_cap": 4,
    "effort_hours": Decimal("2.50"),
    "weight": Decimal("1.20"),
    "major": True,
    "emergency": True,
    "scope": "汛期",
    "village_does": "巡查",
    "village_must_not": "不承担处置",
}


def test_absent_empty_and_said_are_three_things() -> None:
    assert given(one=ABSENT, other="", third=None) == {"other": "", "third": None}
    assert or_kept(ABSENT, "旧") == "旧" and or_kept("", "旧") == ""
    kinds = {name: kind_of(hint) for name, hint in tasks.revise.details.items()}
    assert kinds["release_on"].nullable and kinds["release_on"].may_be_absent
    assert kinds["assisting"].emptied("assisting") == [] and not kinds["title"].may_be_absent
    with pytest.raises(Invalid, match="不能为空"):
        kind_of(matters.put_matter.details["major"]).emptied("major")


def test_a_detail_that_may_be_left_out_is_absent_then_and_never_empty() -> None:
    marked = {
        (command.name, name)
        for command in commands()
        for name, hint in command.details.items()
        if kind_of(hint).may_be_absent
    }
    absent = {
        (command.name, name)
        for command in commands()
        for name, parameter in inspect.signature(command.act).parameters.items()
        if parameter.default is ABSENT
    }
    assert marked == absent and len(marked) > 30


async def test_a_matter_keeps_what_the_keeper_does_not_speak_of(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_list_draft(place)
    made = await matters.put_matter(keeper, draft, **FULL)
    before = made.columns()
    await matters.put_matter(keeper, draft, **BRIEF)
    assert (await Matter.get(pk=made.pk)).columns() == before
    await matters.put_matter(keeper, draft, **BRIEF, demands=[], scope="", norm_days=None, major=False)
    after = await Matter.get(pk=made.pk)
    assert (after.demands, after.scope, after.norm_days, after.major) == ([], "", None, False)
    assert (after.yearly_cap, after.evidence) == (4, FULL["evidence"])


async def test_a_table_changes_only_the_columns_it_has(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_list_draft(place)
    made = await matters.put_matter(keeper, draft, **FULL)
    before = made.columns()
    table = f"编码,名称,类别,法律依据\n{GOOD['code']},{GOOD['title']},协助,《新条例》第一条\n"
    await matters.import_matters(keeper, draft, "a.csv", table.encode())
    assert (await Matter.get(pk=made.pk)).columns() == before | {"legal_basis": "《新条例》第一条"}
    half = table.replace("法律依据", "法律依据,佐证种类").replace("第一条\n", "第一条,photo\n")
    with pytest.raises(Invalid, match="要么都有，要么都没有"):
        await matters.import_matters(keeper, draft, "a.csv", half.encode())


async def test_a_project_keeps_villages_weights_and_words_it_is_not_told_again(town: str) -> None:
    place = await a_town()
    draft = await a_draft(place, depth="scored", villages=[place.village], guidances=["产权", "人数"])
    desk = await a_viewer("coordinator", place.township)
    again = {name: value for name, value in a_plan(depth="scored").items() if name != "weights"}
    del again["standstill_days"], again["support_yuan"]
    with clock_at(NOON - HOUR):
        changed = await bidding.change_project(desk, draft, **again | {"title": "托育驿站"})
    assert (changed.title, changed.support_yuan, changed.standstill_days) == ("托育驿站", 400_000, 3)
    assert await Entrant.filter(project=draft).values_list("unit_id", flat=True) == [place.village.pk]
    kept = await Criterion.filter(project=draft).order_by("position").values_list("weight", "guidance")
    assert kept == [(60, "产权"), (40, "人数")]
    with clock_at(NOON - HOUR):
        await bidding.change_project(desk, draft, **again, villages=[])
    assert await Entrant.filter(project=draft).count() == 2


async def test_a_bid_written_over_days_keeps_what_was_written_before(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    secretary = await a_viewer("secretary", place.village)
    with clock_at(project.opens_at + HOUR):
        door = await entrance(project, place.village)
        await bidding.write_bid(secretary, door, **an_offer())
        bid = await bidding.write_bid(secretary, door, plan="换个做法")
        content = (await Bid.get(pk=bid.pk)).content()
        assert content == an_offer(plan="换个做法") | {"papers": []}
        bid = await bidding.write_bid(secretary, door, own_yuan=None, strengths="", decided=False)
    content = (await Bid.get(pk=bid.pk)).content()
    assert (content["own_yuan"], content["strengths"], content["decided"]) == (0, "", False)
    assert content["plan"] == "换个做法"


async def test_a_task_keeps_its_offices_and_days_when_only_its_words_change(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    desk = await a_viewer("coordinator", place.township)
    day = today() + timedelta(days=10)
    told = {"title": "巡查", "body": "看一看", "due_on": day, "units": [place.village]}
    timing = {"release_on": today() + timedelta(days=2), "repeats": "week"}
    until = day + timedelta(days=30)
    made = await tasks.draft(
        desk, place.township, requests=[await an_admitted_request(place)], **told,
        assisting=[place.office], repeats_until=until, **timing,
    )  # fmt: skip
    await tasks.revise(desk, made, **told | {"title": "再巡查"})
    kept = await Task.get(pk=made.pk)
    assert (kept.release_on, kept.repeats, kept.repeats_until) == (timing["release_on"], "week", until)
    assert await TaskOffice.filter(task=made).values_list("office_id", flat=True) == [place.office.pk]
    await tasks.revise(desk, kept, **told, assisting=[], release_on=None, repeats="")
    emptied = await Task.get(pk=made.pk)
    assert (emptied.release_on, emptied.repeats, emptied.repeats_until) == (None, "", None)
    assert not await TaskOffice.filter(task=made).exists()


async def test_an_amendment_keeps_the_villages_and_data_it_does_not_speak_of(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    asked = await a_request(
        place, units=[place.village], contact="罗敏 8600", document_number="新农〔2026〕3号"
    )
    officer = await a_viewer("department_officer", place.department)
    told = {"title": asked.title, "body": "改一句", "matter_code": asked.matter_code}
    told |= {"demands": asked.demands, "deadline": asked.deadline, "reason": "写清楚"}
    changed = await tasks.amend_request(officer, asked, **told)
    assert (changed.contact, changed.document_number) == ("罗敏 8600", "新农〔2026〕3号")
    assert await RequestUnit.filter(request=asked).values_list("unit_id", flat=True) == [place.village.pk]
    changed = await tasks.amend_request(officer, changed, **told, units=[], contact="")
    assert changed.contact == "" and not await RequestUnit.filter(request=asked).exists()
