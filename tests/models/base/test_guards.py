"""What must never change does not change, even by raw SQL, on both databases."""

import pytest
from tortoise import Tortoise

from models.base.events import Event
from models.base.sealer import seal_all
from tests.builders import a_town, a_viewer
from tests.models.base.test_commands import call_it

pytestmark = pytest.mark.anyio

COLUMNS = (
    "id, at, actor_post_id, actor_label, command, subject_type, subject_id, unit_path, details, changes, outcome, "
    "personal_digest, seq, prev_hash, hash"
)
BOTH = [
    "DELETE FROM event",
    "DELETE FROM event WHERE seq = 1",
    "UPDATE event SET details = '{}'",
    "UPDATE event SET seq = 7 WHERE seq = 1",
    "UPDATE event SET seq = NULL, hash = NULL, prev_hash = NULL WHERE seq = 1",
    "UPDATE event SET hash = 'x', prev_hash = 'y' WHERE seq = 1",
    "UPDATE event SET seq = 9 WHERE seq IS NULL",
    "UPDATE event SET seq = 9, hash = 'x' WHERE seq IS NULL",
    "UPDATE event SET seq = 9, hash = 'x', prev_hash = 'y', details = '{}' WHERE seq IS NULL",
    "UPDATE event SET id = 1000 WHERE seq = 1",
    f"INSERT INTO event ({COLUMNS}) SELECT id + 500, at, actor_post_id, actor_label, command, subject_type, subject_id, "
    "unit_path, details, changes, outcome, personal_digest, 50, 'a', 'b' FROM event WHERE seq = 1",
    "DELETE FROM mention",
    "UPDATE mention SET subject_id = 1",
    "UPDATE event_personal SET payload = 'x'",
    "UPDATE event_personal SET payload = NULL",
    "UPDATE event_personal SET salt = 'x'",
    "DELETE FROM event_personal",
    "DELETE FROM day_head",
    "UPDATE day_head SET hash = 'x'",
]
SQLITE = [
    *[s.replace("UPDATE ", "UPDATE OR REPLACE ", 1) for s in BOTH if s.startswith("UPDATE ")],
    *[s.replace("UPDATE ", "UPDATE OR IGNORE ", 1) for s in BOTH if s.startswith("UPDATE ")],
    f"INSERT OR REPLACE INTO event ({COLUMNS}) SELECT id, at, actor_post_id, actor_label, command, subject_type, subject_id, "
    "unit_path, '{}', changes, outcome, personal_digest, NULL, NULL, NULL FROM event WHERE seq = 1",
    f"REPLACE INTO event ({COLUMNS}) SELECT id + 100, at, actor_post_id, actor_label, command, subject_type, subject_id, "
    "unit_path, '{}', changes, outcome, personal_digest, seq, prev_hash, hash FROM event WHERE seq = 1",
    f"INSERT OR IGNORE INTO event ({COLUMNS}) SELECT id + 100, at, actor_post_id, actor_label, command, subject_type, subject_id, "
    "unit_path, '{}', changes, outcome, personal_digest, 77, 'a', 'b' FROM event WHERE seq = 1",
    "UPDATE OR REPLACE event SET seq = 1, hash = 'x', prev_hash = 'y' WHERE seq IS NULL",
    "UPDATE OR REPLACE event SET rowid = 1 WHERE seq IS NULL",
    f"INSERT INTO event ({COLUMNS}) SELECT id, at, actor_post_id, actor_label, command, subject_type, subject_id, unit_path, "
    "'{}', changes, outcome, personal_digest, NULL, NULL, NULL FROM event WHERE seq = 1 "
    "ON CONFLICT (id) DO UPDATE SET details = 'x'",
]
POSTGRES = [
    "TRUNCATE event CASCADE",
    "TRUNCATE event, mention, event_personal",
    "TRUNCATE mention",
    "TRUNCATE day_head",
    f"INSERT INTO event ({COLUMNS}) SELECT id, at, actor_post_id, actor_label, command, subject_type, subject_id, unit_path, "
    "'{}', changes, outcome, personal_digest, NULL, NULL, NULL FROM event WHERE seq = 1 "
    "ON CONFLICT (id) DO UPDATE SET details = 'x'",
    "WITH gone AS (DELETE FROM event RETURNING id) SELECT * FROM gone",
    "MERGE INTO event e USING (SELECT 1) one ON e.seq = 1 WHEN MATCHED THEN DELETE",
]


async def _a_trail() -> None:
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    await call_it(coordinator, t.township, name="甲", phone="13800000000")
    await call_it(coordinator, t.township, name="乙", phone="13800000000")
    await seal_all()
    from models.base.events import Mention

    await Mention.create(event=await Event.first(), subject_type="Unit", subject_id=t.village.pk)
    await call_it(coordinator, t.township, name="丙", phone="13800000000")


async def _trail_as_it_stands() -> list[object]:
    connection = Tortoise.get_connection("default")
    return [
        [dict(row) for row in await connection.execute_query_dict(f"SELECT * FROM {table} ORDER BY id")]
        for table in ("event", "mention", "event_personal", "day_head")
    ]


async def test_no_raw_statement_changes_the_trail(town):
    await _a_trail()
    connection = Tortoise.get_connection("default")
    before = await _trail_as_it_stands()
    only = SQLITE if connection.capabilities.dialect == "sqlite" else POSTGRES
    for statement in BOTH + only:
        with pytest.raises(
            Exception, match=r"append-only|erased under a rule|only moves forward|foreign key"
        ):
            await connection.execute_query(statement)
        assert await _trail_as_it_stands() == before, statement


async def test_the_sealer_may_still_seal_and_erasure_under_a_rule_is_possible(town):
    await _a_trail()
    assert await seal_all() == 1
    connection = Tortoise.get_connection("default")
    await connection.execute_query(
        "UPDATE event_personal SET payload = NULL, erased_at = '2026-01-01 00:00:00+00:00', erased_rule = '保存期满'"
    )
    from models.trail import verify

    assert await verify() == []
