"""People hold posts from a day to a day; rights go with the post."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import people
from models.accounts import Account
from models.accounts.sessions import viewer_of_account
from models.base.clock import today
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.people import Person, Post
from models.tasks import Assignment
from tests.builders import Town, a_list, a_town, a_viewer, an_assignment

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def a_desk(place: Town):
    return await a_viewer("coordinator", place.township)


async def test_a_successor_finds_the_work_of_the_post(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    assignment = await an_assignment(place)
    desk = await a_desk(place)
    old = await a_viewer("secretary", place.village)
    post = await Post.get(pk=old.post_id).prefetch_related(*Post.judged_with)
    heir = await Person.create(name="石秀英")
    new = await people.hand_over(desk, post, successor=heir, on=today())
    assert (await Post.get(pk=post.pk)).until_on == today() - DAY
    account = await Account.create(person=heir, username="heir", password_hash="!")
    viewer = await viewer_of_account(account)
    assert [hat.post_id for hat in viewer.hats] == [new.pk]
    assert await Assignment.find(viewer, assignment.pk)


async def test_two_posts_at_once_are_two_hats_and_an_ended_one_is_none(town: str) -> None:
    place = await a_town()
    person = await Person.create(name="吕金木")
    account = await Account.create(person=person, username="lv", password_hash="!")
    desk = await a_desk(place)
    for role, until in (("secretary", None), ("cadre", None), ("liaison", today() - DAY)):
        await Post.create(
            person=person, unit=place.village, role=role, from_on=today() - 9 * DAY, until_on=until
        )
    assert {hat.role for hat in (await viewer_of_account(account)).hats} == {"secretary", "cadre"}
    post = await Post.get(person=person, role="cadre").prefetch_related(*Post.judged_with)
    await people.end_post(desk, post, until_on=today() - DAY, reason="换届")
    assert {hat.role for hat in (await viewer_of_account(account)).hats} == {"secretary"}
    with pytest.raises(NotNow):
        await people.end_post(desk, post, until_on=today(), reason="再来一次")


async def test_a_township_keeps_its_own_people_and_nobody_above_or_beside_it(town: str) -> None:
    place = await a_town()
    desk = await a_desk(place)
    made = await people.enrol(desk, place.village, name="张三", phone="13800000001", role="cadre")
    assert await Post.filter(unit=place.village, role="cadre").count() == 1 and made
    for unit, role in ((place.other_village, "cadre"), (place.county, "observer")):
        with pytest.raises(NotAllowed):
            await people.enrol(desk, unit, name="李四", phone="", role=role)
    with pytest.raises(NotAllowed):
        await people.enrol(
            await a_viewer("secretary", place.village), place.village, name="王五", phone="", role="cadre"
        )
    with pytest.raises(Invalid) as no:
        await people.enrol(desk, place.village, name="赵六", phone="", role="coordinator")
    assert no.value.field == "role"


async def test_names_and_phones_go_to_the_erasable_part_of_the_trail(town: str) -> None:
    place = await a_town()
    await people.enrol(await a_desk(place), place.village, name="陈独一", phone="13812345678", role="cadre")
    told = await Event.filter(command="people.enrol").values_list("details", "changes", "outcome")
    assert told and "陈独一" not in str(told) and "13812345678" not in str(told)


async def test_a_table_of_people_is_all_or_nothing_and_changes_nothing_twice(town: str) -> None:
    place = await a_town()
    desk = await a_desk(place)
    head = "name,phone,unit_code,role,title,from_on"
    good = f"吕金木,13900000001,{place.village.code},secretary,村党组织书记,2026-01-01"
    bad = f"无名,1,{place.village.code},mayor,,"
    with pytest.raises(Invalid, match="3"):
        await people.import_people(desk, place.township, "p.csv", f"{head}\n{good}\n{bad}".encode())
    assert not await Person.filter(name="吕金木").exists()
    content = f"{head}\n{good}".encode()
    assert (await people.import_people(desk, place.township, "p.csv", content, dry_run=True)).made == 1
    assert not await Person.filter(name="吕金木").exists()
    assert (await people.import_people(desk, place.township, "p.csv", content)).made == 1
    assert (await people.import_people(desk, place.township, "p.csv", content)).made == 0
