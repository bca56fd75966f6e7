"""A person chooses what reaches them outside; it stands in 消息 all the same, and what presses comes always."""

from __future__ import annotations

import pytest

from models import inbox, tasks
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed
from models.inbox import KINDS, TOPICS, InboxMessage
from models.people import Person
from models.reminders import Reminder, own_sendings
from models.reminders.deadlines import MILD
from tests.builders import a_list, a_town, a_viewer, an_assignment
from tests.models.inbox.scenes import delivered

pytestmark = pytest.mark.anyio


async def test_what_is_switched_off_stays_within(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    meizhu = await a_viewer("secretary", place.village)
    me = await Person.get(pk=meizhu.person_id)
    await inbox.choose_outside(meizhu, me, topics=[one for one in TOPICS if one != "task"])
    mine = await an_assignment(place)
    await delivered()
    assert await InboxMessage.filter(person_id=me.pk, kind="dispatched").exists()
    assert not await Reminder.filter(person_id=me.pk).exists()
    await tasks.urge(await a_viewer("coordinator", place.township), mine)
    await delivered()
    assert await Reminder.filter(person_id=me.pk).values_list("kind", flat=True) == ["urged"]
    await inbox.choose_outside(meizhu, me, topics=list(TOPICS))
    await an_assignment(place)
    await delivered()
    assert await Reminder.filter(person_id=me.pk, kind="dispatched").count() == 1


async def test_emergencies_urging_and_lateness_cannot_be_switched_off(town: str) -> None:
    always = {kind for kind, one in KINDS.items() if one.topic == inbox.ALWAYS}
    assert {"emergency", "urged"} <= always
    assert set(MILD) == {"soon", "today"}, "of what is late everybody hears"


async def test_the_choice_is_ones_own_and_in_nobodys_area(town: str) -> None:
    place = await a_town()
    meizhu, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    me = await Person.get(pk=meizhu.person_id)
    with pytest.raises(NotAllowed):
        await inbox.choose_outside(desk, me, topics=[])
    with pytest.raises(Invalid):
        await inbox.choose_outside(meizhu, me, topics=["nothing"])
    await inbox.choose_outside(meizhu, me, topics=[])
    assert not await Event.visible_to(desk).filter(command="inbox.choose_outside").exists()


async def test_each_reminder_tells_its_owner_of_what_it_was_and_what_became_of_it(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    meizhu, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    mine = await an_assignment(place)
    await delivered()
    [one] = await own_sendings(meizhu)
    assert (one.about, one.outcome) == (mine.task.title, "等待发送（夜间不发，每天有上限）")
    await Reminder.all().update(given_up=True)
    assert [one.outcome for one in await own_sendings(meizhu)] == ["多次没有送到"]
    await Person.filter(pk=meizhu.person_id).update(phone="")
    assert [one.outcome for one in await own_sendings(meizhu)] == ["没有登记手机号码，没有发"]
    assert await own_sendings(desk) == []
