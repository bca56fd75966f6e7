"""Two servers with one queue: each message leaves once, and a sender that dies takes none with it."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from models import tasks
from models.base.clock import clock_at, today
from models.base.sealer import seal_all
from models.policies import set_policy
from models.reminders import Reminder, remind
from models.reminders.sending import CLAIM, TOGETHER
from models.tasks import Task
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_town, a_unit, a_viewer, an_admitted_request
from tests.gateway import TAKEN, Gateway
from tests.models.reminders.scenes import MONDAY, at, phone_of, somebody
from tests.town_clock import python

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("on_threads")]
MANY = 24


async def _villages(place: Town, many: int) -> list[Unit]:
    return [await a_unit("village", place.township) for _ in range(many)]


async def _sent_to_many(place: Town) -> Counter[str]:
    """A task at many villages; the numbers that must each hear of it once."""
    units = await _villages(place, MANY)
    who = [await somebody("secretary", unit) for unit in units]
    coordinator = await a_viewer("coordinator", place.township)
    request = await an_admitted_request(place, units=units)
    details = {"title": "巡查", "body": "巡查两次。", "due_on": today() + 20 * DAY, "units": units}
    task = await tasks.draft(coordinator, place.township, requests=[request], **details)
    await tasks.submit_for_approval(coordinator, task)
    await tasks.approve(await a_viewer("leader", place.township), task)
    await tasks.dispatch(coordinator, task)
    await seal_all()
    assert await Task.filter(state="dispatched").count() == 1
    return Counter(phone_of(one) for one in who)


def _numbers(gateway: Gateway) -> Counter[str]:
    return Counter(one.body["to"] for one in gateway.got)


async def test_rival_rounds_send_each_message_once(town: str, gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_town()
        await a_list(place.county)
        wanted = await _sent_to_many(place)
        gateway.refuses(MANY, 200, TAKEN, seconds=0.05)
        await asyncio.gather(*(remind() for _ in range(4)))
        await remind()
    assert _numbers(gateway) == wanted
    assert (
        await Reminder.filter(sent_at__not_isnull=True, tries=1).count()
        == MANY
        == await Reminder.all().count()
    )


RIVAL = """
import asyncio
from models.base.database import database
from models.reminders import remind

async def main():
    async with database(migrate=False):
        print("ready", flush=True)
        await asyncio.to_thread(input)
        for _ in range(3):
            await remind()

asyncio.run(main())
"""


async def test_rival_processes_send_each_message_once(town: str, gateway: Gateway) -> None:
    place = await a_town()
    await a_list(place.county)
    keeper = await a_viewer("list_keeper", place.county)
    for name in ("quiet_from", "quiet_until"):  # equal: the test may run at night
        await set_policy(keeper, place.county, name=name, value=0, reason="试验", from_on=today())
    wanted = await _sent_to_many(place)
    gateway.refuses(MANY, 200, TAKEN, seconds=0.05)
    rivals = [
        await asyncio.create_subprocess_exec(
            *python("-c", RIVAL), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    for rival in rivals:
        assert rival.stdout is not None and await rival.stdout.readline() == b"ready\n"
    done = await asyncio.gather(*(rival.communicate(b"\n") for rival in rivals))
    assert [rival.returncode for rival in rivals] == [0, 0], done
    assert _numbers(gateway) == wanted


async def test_a_sender_that_dies_loses_nothing_and_its_message_keeps_its_key(
    town: str, gateway: Gateway
) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_town()
        await a_list(place.county)
        wanted = await _sent_to_many(place)
        gateway.refuses(TOGETHER, 200, TAKEN, seconds=30)
        dying = asyncio.create_task(remind())
        async with asyncio.timeout(60):
            await gateway.has(TOGETHER)
        dying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dying
        begun = {one.body["key"] for one in gateway.got}
        assert len(begun) == TOGETHER
        assert await Reminder.filter(sent_at__not_isnull=True).count() == 0
    gateway.answers.clear()
    with clock_at(at(MONDAY, 9) + CLAIM - timedelta(seconds=5)):
        await remind()
        assert len(gateway.got) == MANY
    with clock_at(at(MONDAY, 9) + CLAIM + timedelta(seconds=5)):
        await remind()
    assert set(_numbers(gateway)) == set(wanted)
    assert Counter(one.body["key"] for one in gateway.got) == Counter(
        {one.body["key"]: 2 if one.body["key"] in begun else 1 for one in gateway.got}
    )
    assert await Reminder.filter(sent_at__not_isnull=True).count() == MANY


async def test_a_gateway_that_is_down_is_not_asked_for_everybody(town: str, gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_town()
        await a_list(place.county)
        await _sent_to_many(place)
        gateway.refuses(1000)
        await remind()
        assert len(gateway.got) == 8
        await remind()
        assert len(gateway.got) == 16
