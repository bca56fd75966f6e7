"""Whatever is done to the trail behind its guards is found and placed; what looks whole, against a head kept outside."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models.base.events import Event, EventPersonal, Mention
from models.base.sealer import FIRST, DayHead, Lease, seal_all
from models.base.viewer import Viewer
from models.trail import Fault, Faults, Head, head_now, verify
from models.trail.verifying import MOST_TOLD, Walk
from models.units import Unit
from tests.builders import a_town, a_viewer
from tests.furnished import furnished
from tests.models.base.test_commands import call_it
from tests.models.complaints.scenes import told
from tests.models.past_the_triggers import undone_afterwards, without_triggers

pytestmark = pytest.mark.anyio


@furnished
async def a_trail() -> tuple[Viewer, Unit]:
    """A sealed trail with mentions and personal data in it: eight events."""
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    for number in range(7):
        await call_it(desk, place.township, name=f"名{number}", phone="13800000000")
    await told(place)
    await seal_all()
    assert await Event.all().count() == 8 and await EventPersonal.exists() and await Mention.exists()
    return desk, place.township


async def found() -> list[str]:
    return [fault.what for fault in await verify()]


SOME = "(SELECT event_id FROM mention LIMIT 1)"
LAST = "(SELECT id FROM event WHERE seq = 8)"
PERSONAL = "(SELECT event_id FROM event_personal LIMIT 1)"
COLUMNS = "at, actor_label, command, subject_type, subject_id, unit_path, details, changes"
ALTERED = {
    f"UPDATE mention SET subject_id = subject_id + 1 WHERE event_id = {SOME}": "提到的对象被改动",
    f"DELETE FROM mention WHERE event_id = {SOME}": "提到的对象被改动",
    f"INSERT INTO mention (id, event_id, subject_type, subject_id) VALUES (99, {LAST}, 'Unit', 1)": "第 8 条记录提到的对象被改动",
    f"UPDATE event_personal SET payload = NULL WHERE event_id = {PERSONAL}": "被清空，没有写明依据",
    f"UPDATE event_personal SET salt = 'x' WHERE event_id = {PERSONAL}": "个人信息部分被改动",
    f"DELETE FROM event_personal WHERE event_id = {PERSONAL}": "个人信息部分缺失",
    "UPDATE event SET personal_digest = '' WHERE seq = 8": "个人信息部分是后来加上的",
    "UPDATE event SET details = 'x' WHERE seq = 2": "第 2 条记录的内容被改动",
    "UPDATE event SET outcome = 'Unit:9' WHERE seq = 1": "第 1 条记录的内容被改动",
    "DELETE FROM event WHERE seq = 1": "第 1 条记录缺失",
    "DELETE FROM event WHERE seq IN (3, 4, 5)": "第 3 至 5 条记录缺失",
    "DELETE FROM event WHERE seq = 8": "链尾应为第 8 条，实为第 7 条",
    "UPDATE event SET seq = 0 WHERE seq = 2": "第 0 条记录重复，或者不是封存者编的号",
    "UPDATE event SET seq = -5 WHERE seq = 2": "第 -5 条记录重复，或者不是封存者编的号",
    "UPDATE event SET seq = NULL WHERE seq = 4": "没有序号",
    f"INSERT INTO event (id, {COLUMNS}, outcome, personal_digest) SELECT 99, '2020-01-01 00:00:00+00:00', "
    "actor_label, command, subject_type, subject_id, unit_path, details, changes, '', '' FROM event WHERE seq = 8": "有 1 条记录没有序号",
    "UPDATE day_head SET hash = 'x'": "日封签与记录不符",
    "UPDATE lease SET head_seq = 7 WHERE name = 'sealer'": "链尾应为第 7 条",
}
"""What is done by raw SQL, and what is said of it."""


@pytest.mark.furnished(by=a_trail)
async def test_every_alteration_by_raw_sql_is_found(town: str) -> None:
    await a_trail()
    assert await verify() == []
    for statement, said in ALTERED.items():
        said_of_it = await undone_afterwards(statement, found)
        assert any(said in what for what in said_of_it), (statement, said_of_it)
    assert await verify() == []


@pytest.mark.furnished(by=a_trail)
async def test_what_no_column_can_hold_is_a_fault_and_no_crash(town: str) -> None:
    await a_trail()
    if Tortoise.get_connection("default").capabilities.dialect != "sqlite":
        return  # PostgreSQL refuses it.
    said = await undone_afterwards("UPDATE event SET at = 'yesterday' WHERE seq = 3", found)
    assert said[0] == "第 3 条记录的内容被改动，读不出来了" and any("缺失" in what for what in said)


@pytest.mark.furnished(by=a_trail)
async def test_personal_data_erased_under_a_rule_is_no_fault_but_is_counted(town: str) -> None:
    await a_trail()
    statement = "UPDATE event_personal SET payload = NULL, erased_at = '2026-01-01 00:00:00+00:00', erased_rule = '保存期满'"
    seen = await undone_afterwards(statement, verify)
    assert seen == [] and seen.erased["保存期满"] >= 1


async def _sealed_anew(*statements: str) -> None:
    """What somebody with the whole database in their hands can do: everything is sealed once more, and agrees."""
    async with in_transaction():
        await without_triggers()
        connection = Tortoise.get_connection("default")
        await connection.execute_query("UPDATE event SET seq = NULL, hash = NULL, prev_hash = NULL")
        for statement in statements:
            await connection.execute_query(statement)
        await DayHead.all().delete()
        await Lease.filter(name="sealer").update(head_seq=0, head_hash=FIRST)
        await seal_all()


ONCE_MORE = {
    "rewritten": ("UPDATE event SET actor_label = 'x' WHERE id = (SELECT max(id) FROM event) - 3",),
    "shortened": (
        *(
            f"DELETE FROM {of} WHERE event_id > (SELECT max(id) FROM event) - 3"
            for of in ("mention", "event_personal")
        ),
        "DELETE FROM event WHERE id > (SELECT max(id) FROM event) - 3",
    ),
}


@pytest.mark.parametrize(
    ("how", "said"), [("rewritten", "被整个改写过"), ("shortened", "被截短，或者换回了旧备份")]
)
@pytest.mark.furnished(by=a_trail)
async def test_a_trail_that_was_sealed_anew_looks_whole_but_for_who_kept_a_head(
    town: str, how: str, said: str
) -> None:
    await a_trail()
    early, last = Head(2, (await Event.get(seq=2)).hash or ""), await head_now()
    assert last is not None and await verify([early, last]) == []
    assert [fault.seq for fault in await verify([Head(5, "0" * 64)])] == [5]
    await _sealed_anew(*ONCE_MORE[how])
    assert await verify() == [] and await verify([early]) == []
    assert [said in fault.what for fault in await verify([early, last])] == [True]


def test_so_many_faults_are_told_and_the_others_counted() -> None:
    faults = Faults()
    for seq in range(3 * MOST_TOLD):
        faults.note(Fault(seq, "x"))
    assert (len(faults), faults.total) == (MOST_TOLD, 3 * MOST_TOLD)


@pytest.mark.furnished(by=a_trail)
async def test_a_number_given_twice_is_told_and_counted_once(town: str) -> None:
    await a_trail()
    events = [await Event.get(seq=seq) for seq in (1, 2, 2, 3)]
    walk = Walk(())
    assert [fault.what[:11] for event in events for fault in walk.step(event)] == ["第 2 条记录重复，或"]


def test_a_head_in_a_gap_is_told_as_gone() -> None:
    kept: Sequence[Head] = [Head(3, "a" * 64)]
    walk = Walk(kept, seq=2)
    assert any("这条记录却不在了" in one.what for one in walk._held_to(4))
