import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tortoise import Tortoise

from models.base.clock import ClockWentBack, clock_at, of_this_host
from models.base.events import Event
from models.base.sealer import DayHead, Lease, seal, seal_all
from models.trail import verify
from models.units import Unit
from tests.builders import a_town, a_viewer
from tests.models.base.test_commands import call_it

pytestmark = pytest.mark.anyio


async def _write(times: int) -> None:
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    for number in range(times):
        await call_it(coordinator, t.township, name=f"名{number}", phone="13800000000")


async def test_sealed_events_have_no_gaps_and_verify(town):
    await _write(7)
    assert await seal_all() == 7
    assert [e.seq for e in await Event.all().order_by("id")] == list(range(1, 8))
    assert await verify() == []


async def test_eight_writers_and_two_rival_sealers_leave_no_gap(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    writing = True

    async def write(number: int) -> None:
        for step in range(5):
            await call_it(coordinator, await Unit.get(pk=t.township.pk), name=f"名{number}{step}")

    async def rival(name: str) -> None:
        while writing:
            await seal(name, batch=3)
            await asyncio.sleep(0.01)

    rivals = [asyncio.create_task(rival(name)) for name in ("one", "two")]
    await asyncio.gather(*(write(number) for number in range(8)))
    writing = False
    await asyncio.gather(*rivals)
    await Lease.filter(name="sealer").update(until=of_this_host() - timedelta(seconds=1))
    await seal_all()
    assert sorted(e.seq or 0 for e in await Event.all()) == list(range(1, 41))
    assert await verify() == []


async def test_only_the_holder_of_the_lease_seals(town):
    await _write(2)
    assert await seal("one", batch=1) == 1
    assert await seal("two") is None
    assert await seal("one") == 1


async def test_the_head_of_each_day_is_kept(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    for day in (1, 2):
        with clock_at(datetime(2026, 3, day, 4, tzinfo=UTC)):
            await call_it(coordinator, t.township, name=f"名{day}")
    await seal_all()
    heads = await DayHead.all().order_by("day")
    assert [(str(h.day), h.seq) for h in heads] == [("2026-03-01", 1), ("2026-03-02", 2)]
    assert heads[1].hash == (await Event.get(seq=2)).hash


async def test_a_clock_that_went_back_stops_the_town(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    with clock_at(datetime(2026, 3, 2, tzinfo=UTC)):
        await call_it(coordinator, t.township, name="甲")
    with clock_at(datetime(2026, 3, 1, 23, 59, 57, tzinfo=UTC)):
        await call_it(coordinator, t.township, name="乙")
    assert [e.at for e in await Event.all()] == [datetime(2026, 3, 2, tzinfo=UTC)] * 2
    with clock_at(datetime(2026, 3, 1, tzinfo=UTC)), pytest.raises(ClockWentBack):
        await call_it(coordinator, t.township, name="丙")


async def _without_guards(table: str) -> None:
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect == "sqlite":
        for what in ("no_update", "no_delete", "no_replace"):
            await connection.execute_script(f"DROP TRIGGER {table}_{what}")
    else:
        await connection.execute_script(f"ALTER TABLE {table} DISABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE event SET details = '{}' WHERE seq = 3", "第 3 条记录的内容被改动"),
        ("UPDATE event SET hash = prev_hash WHERE seq = 3", "第 3 条记录的内容被改动"),
        ("UPDATE event SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 3", "第 3 条记录的内容被改动"),
    ],
)
async def test_verify_finds_and_locates_an_event_changed_after_dropping_the_trigger(town, statement, found):
    await _write(5)
    await seal_all()
    await _without_guards("event")
    await Tortoise.get_connection("default").execute_query(statement)
    assert found in [fault.what[: len(found)] for fault in await verify()]


async def test_verify_finds_a_removed_event_and_an_altered_personal_payload(town):
    await _write(5)
    await seal_all()
    for table in ("event", "event_personal"):
        await _without_guards(table)
    connection = Tortoise.get_connection("default")
    await connection.execute_query(
        "UPDATE event_personal SET payload = 'x' WHERE event_id = (SELECT id FROM event WHERE seq = 2)"
    )
    await connection.execute_query(
        "DELETE FROM event_personal WHERE event_id = (SELECT id FROM event WHERE seq = 4)"
    )
    await connection.execute_query("DELETE FROM event WHERE seq = 4")
    said = [fault.what for fault in await verify()]
    assert any("第 2 条记录的个人信息部分被改动" in s for s in said)
    assert any("第 4 条记录缺失" in s for s in said)
