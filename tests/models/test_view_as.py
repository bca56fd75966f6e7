"""Looking as somebody: for a reason in the trail of both, for a while, without a right or a deed gained by it."""

from __future__ import annotations

import pkgutil
from datetime import timedelta
from importlib import import_module

import pytest

import models
from models import people
from models.base.clock import clock_at, now, today
from models.base.commands import Command
from models.base.events import Event
from models.base.records import Record
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import Viewer
from models.people import A_LOOK, Look, Post
from models.tasks import Assignment
from models.trail import story
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_assignment
from tests.leaks.rest import a_whole_world
from tests.leaks.test_records import every_record

pytestmark = pytest.mark.anyio
WHY = "村书记来电说找不到任务"


async def post_of(viewer: Viewer) -> Post:
    return await Post.get(pk=viewer.post_id).prefetch_related(*Post.judged_with)


async def a_look(actor: Viewer, seen: Viewer) -> Look:
    post = await post_of(seen)
    await people.look_as(actor, post, reason=WHY)
    found = await people.current_look(actor, post)
    assert found is not None
    return found


async def a_place() -> Town:
    place = await a_town()
    await a_list(place.county)
    return place


async def test_the_desk_of_the_township_may_look_as_a_villages_people_and_nobody_else(town: str) -> None:
    place = await a_place()
    secretary = await post_of(await a_viewer("secretary", place.village))
    for role, unit, may in (
        ("coordinator", place.township, True),
        ("leader", place.township, True),
        ("head", place.township, True),
        ("coordinator", place.other_township, False),
        ("office", place.office, False),
        ("secretary", place.village, False),
        ("secretary", place.second_village, False),
        ("supervisor", place.county, False),
        ("city_admin", place.city, False),
        ("department_officer", place.department, False),
    ):
        viewer = await a_viewer(role, unit)
        assert people.look_as.allows(viewer, secretary) is may, role
        if not may:
            with pytest.raises(NotAllowed):
                await people.look_as(viewer, secretary, reason=WHY)
    head = await a_viewer("head", place.township)
    for role, unit in (
        ("leader", place.township),
        ("office", place.office),
        ("secretary", place.other_village),
    ):
        assert not people.look_as.allows(head, await post_of(await a_viewer(role, unit))), role
    assert not people.look_as.allows(head, await post_of(head))


async def test_who_has_left_is_not_looked_as(town: str) -> None:
    place = await a_place()
    gone = await post_of(await a_viewer("secretary", place.village))
    await Post.filter(pk=gone.pk).update(until_on=today() - DAY)
    with pytest.raises(NotNow, match="不在任"):
        await people.look_as(await a_viewer("head", place.township), gone, reason=WHY)


@pytest.mark.parametrize("reason", ["", "   ", "看看", "长" * 201])
async def test_without_a_reason_there_is_no_look(town: str, reason: str) -> None:
    place = await a_place()
    head, post = (
        await a_viewer("head", place.township),
        await post_of(await a_viewer("secretary", place.village)),
    )
    with pytest.raises(Invalid) as no:
        await people.look_as(head, post, reason=reason)
    assert no.value.field == "reason"
    assert await people.current_look(head, post) is None
    assert not await Event.filter(command="people.look_as").exists()


async def test_the_look_stands_in_the_trail_of_both(town: str) -> None:
    place = await a_place()
    coordinator, secretary = (
        await a_viewer("coordinator", place.township),
        await a_viewer("secretary", place.village),
    )
    await a_look(coordinator, secretary)
    looked = await Event.get(command="people.look_as")
    assert (looked.actor_post_id, looked.subject_id) == (coordinator.post_id, secretary.post_id)
    assert WHY in looked.details
    for viewer in (coordinator, secretary):
        told = await story(viewer, await post_of(viewer))
        assert [event.pk for event in told if event.command == "people.look_as"] == [looked.pk], viewer.name
    stranger = await a_viewer("secretary", place.second_village)
    assert await story(stranger, await post_of(secretary)) == []


async def test_a_look_ends_by_itself_and_is_ones_own(town: str) -> None:
    place = await a_place()
    coordinator, secretary = (
        await a_viewer("coordinator", place.township),
        await a_viewer("secretary", place.village),
    )
    post = await post_of(secretary)
    look = await a_look(coordinator, secretary)
    assert look.reason == WHY
    with clock_at(look.until - timedelta(seconds=1)):
        assert await people.current_look(coordinator, post) is not None
    with clock_at(look.until):
        assert await people.current_look(coordinator, post) is None
    assert look.until <= now() + A_LOOK
    assert await people.current_look(await a_viewer("head", place.township), post) is None
    cadre = await post_of(await a_viewer("cadre", place.village))
    assert await people.current_look(coordinator, cadre) is None, "one look is at one person's pages"
    await Post.filter(pk=post.pk).update(until_on=today() - DAY)
    assert await people.current_look(coordinator, await post_of(secretary)) is None


async def test_a_look_shows_of_every_record_what_both_may_see_and_no_more(town: str) -> None:
    world = await a_whole_world()
    seen = 0
    for watcher, watched in (
        ("coordinator", "own secretary"),
        ("coordinator", "own grid worker"),
        ("another department", "own secretary"),
        ("coordinator of another township", "own secretary"),
    ):
        actor, other = world.viewers[watcher], await post_of(world.viewers[watched])
        look = Viewer(other.person_id, None, "", (other.hat(),), watched_by=actor)
        alone = Viewer(other.person_id, None, "", (other.hat(),))
        for record in every_record():
            if "visible_to" not in vars(record):
                continue
            theirs, mine, shown = [await _numbers(record, one) for one in (alone, actor, look)]
            assert shown == theirs & mine, (watcher, record.__name__)
            seen += bool(shown) and shown != mine
    assert seen > 5, "nothing that the desk sees and the village does not was there"


async def _numbers(record: type[Record], viewer: Viewer) -> set[int]:
    return {row.pk for row in await record.visible_to(viewer)}


async def test_no_command_obeys_a_look(town: str) -> None:
    place = await a_place()
    look = await a_look(
        await a_viewer("coordinator", place.township), await a_viewer("secretary", place.village)
    )
    row = await an_assignment(place)
    tried = 0
    for found in pkgutil.walk_packages(models.__path__, "models."):
        if "migrations" in found.name:
            continue
        for command in vars(import_module(found.name)).values():
            if isinstance(command, Command):
                tried += 1
                for hat in look.viewer.one_by_one():
                    with pytest.raises(NotAllowed, match="只能看"):
                        command.judge(hat, row)
    assert tried > 60
    before = await Event.all().count()
    with pytest.raises(NotAllowed, match="只能看"):
        await import_module("models.tasks").receive(look.viewer, row)
    with pytest.raises(NotAllowed, match="只能看"):
        await import_module("models.tasks").receive.once("key", look.viewer, row)
    assert (await Assignment.get(pk=row.pk)).state == "dispatched"
    assert await Event.all().count() == before


async def test_a_look_shows_the_villages_work(town: str) -> None:
    place = await a_place()
    await a_task(place)
    look = await a_look(await a_viewer("head", place.township), await a_viewer("secretary", place.village))
    rows = await Assignment.visible_to(look.viewer).select_related("unit")
    assert [row.unit.name for row in rows] == ["梅渚村"]
