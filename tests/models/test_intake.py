"""Submitting: who may, what is kept, and one request for each township concerned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import intake
from models.base.clock import today
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed
from models.requests import RequestUnit, WorkRequest
from models.units import Unit
from tests.builders import DAY, a_list, a_town, a_unit, a_viewer, dated

pytestmark = pytest.mark.anyio


def words(**changes: Any) -> dict[str, Any]:
    return {
        "title": "秸秆禁烧巡查",
        "body": "请各村巡查。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
        "deadline": today() + 20 * DAY,
        "units": [],
    } | changes


async def test_each_township_concerned_gets_a_request_of_its_own(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    asker = await a_viewer("department_officer", place.department)
    made = await intake.submit(
        asker,
        place.department,
        **words(units=[place.village, place.other_village], townships=[], document_number="新农〔2026〕5号"),
    )
    assert {one.township_id for one in made} == {place.township.pk, place.other_township.pk}
    assert len({one.batch for one in made}) == 1
    assert await RequestUnit.all().count() == 2
    event = await Event.get(command="intake.submit")
    assert event.actor_post_id == asker.post_id


async def test_a_whole_township_leaves_the_choice_of_villages_open(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    asker = await a_viewer("department_officer", place.department)
    made = await intake.submit(asker, place.department, **words(townships=[place.township]))
    assert len(made) == 1 and not await RequestUnit.exists()


async def test_a_whole_township_with_one_village_ticked_stays_whole(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    asker = await a_viewer("department_officer", place.department)
    both = words(townships=[place.township], units=[place.village])
    made = await intake.submit(asker, place.department, **both)
    assert len(made) == 1 and not await RequestUnit.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"body": ""}, "body"),
        ({"body": "长" * 5001}, "body"),
        ({"demands": []}, "demands"),
        ({"demands": ["never_heard_of"]}, "demands"),
        ({"deadline": timedelta(days=-1)}, "deadline"),
        ({"units": []}, "units"),
        ({"elements": ["never_heard_of"]}, "elements"),
    ],
)
async def test_what_is_missing_is_named_and_nothing_is_kept(
    town: str, changes: dict[str, Any], field: str
) -> None:
    place = await a_town()
    await a_list(place.city)
    asker = await a_viewer("department_officer", place.department)
    with pytest.raises(Invalid) as no:
        await intake.submit(asker, place.department, **words(**{"units": [place.village]} | dated(changes)))
    assert no.value.field == field
    assert not await WorkRequest.exists() and not await Event.filter(command="intake.submit").exists()


async def test_only_people_of_the_asking_unit_ask_and_only_within_their_own_place(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    elsewhere = await a_unit("county", place.city, "嵊州市", "330683")
    foreign = await a_unit("township", elsewhere, "甘霖镇", "330683101")
    for role, unit in (
        ("department_officer", place.other_department),
        ("secretary", place.village),
        ("observer", place.county),
        ("coordinator", place.township),
    ):
        with pytest.raises(NotAllowed):
            await intake.submit(await a_viewer(role, unit), place.department, **words(units=[place.village]))
    asker = await a_viewer("department_officer", place.department)
    with pytest.raises(Invalid, match="不在"):
        await intake.submit(asker, place.department, **words(townships=[foreign]))


async def test_the_township_asks_its_own_villages_through_the_same_door(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    leader = await a_viewer("leader", place.township)
    own = (await intake.submit(leader, place.township, **words(units=[place.village])))[0]
    assert own.is_townships_own and own.state == "pending_review"
    with pytest.raises(Invalid, match="不在"):
        await intake.submit(leader, place.township, **words(units=[place.other_village]))
    office = await a_viewer("office", place.office)
    assert (await intake.submit(office, place.office, **words(units=[place.village])))[0].department_id


async def test_nobody_at_a_village_reads_any_request(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    asker = await a_viewer("department_officer", place.department)
    await intake.submit(asker, place.department, **words(units=[place.village]))
    for role, unit in (
        ("secretary", place.village),
        ("supervisor", place.village),
        ("grid_worker", place.grid),
    ):
        assert not await WorkRequest.visible_to(await a_viewer(role, unit)).exists()


async def test_a_whole_city_is_asked_in_a_few_statements(town: str) -> None:
    from tests.counting import counted

    place = await a_town()
    await a_list(place.city)
    many = [await a_unit("township", place.county) for _ in range(40)]
    await Unit.bulk_create(
        Unit(
            code=f"{t.code}V{n}",
            name="村",
            level="village",
            kind="village",
            parent=t,
            path=f"{t.path}V{n}/",
            pinyin="c",
        )
        for t in many
        for n in range(3)
    )
    asker = await a_viewer("department_officer", place.department)
    with counted() as few:
        await intake.submit(asker, place.department, **words(townships=many[:4]))
    with counted() as lots:
        made = await intake.submit(asker, place.department, **words(townships=many))
    assert len(made) == 40 and len(lots) <= len(few) + 2
