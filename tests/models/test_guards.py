"""No raw statement gets an unscreened task to a village, or changes a verdict or a published list."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import screening
from models.matters import MatterList
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import Task
from tests.builders import Town, a_list, a_request, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio
GUARDED = ("task", "task_source", "screening", "matter_list", "matter", "assignment")
REFUSED = r"no such move|a task says|task_source_stands_for|admitted|final|frozen|dispatched task|foreign key|FOREIGN KEY"


async def a_busy_town() -> dict[str, Any]:
    place = await a_town()
    held = await a_list(place.county)
    sent, draft = await a_task(place), await a_task(place, "draft")
    rejected = await _rejected(place)
    reading = await Screening.filter(request=rejected).order_by("-id").first()
    other = await an_admitted_request(place)
    admitted = await Screening.get(request=other, verdict="admitted")
    bare = await _without_source(draft)
    return {
        "sent": sent.pk,
        "draft": draft.pk,
        "bare": bare,
        "list": held.pk,
        "matter": draft.matter_id,  # type: ignore[attr-defined]
        "rejected": rejected.pk,
        "rejecting": reading.pk if reading else 0,
        "other": other.pk,
        "admitting": admitted.pk,
        "village": place.other_village.pk,
    }


async def _rejected(place: Town) -> WorkRequest:
    request = await a_request(place)
    await screening.reject(await a_viewer("coordinator", place.township), request, reason="文字与事项不符")
    return request


async def _without_source(like: Task) -> int:
    """A draft that answers no request, made past the commands."""
    bare = await Task.create(
        township_id=like.township_id,  # type: ignore[attr-defined]
        matter_id=like.matter_id,  # type: ignore[attr-defined]
        code="BARE",
        title="没有来源",
        body="没有来源",
        due_at=like.due_at,
        drafted_by_id=like.drafted_by_id,  # type: ignore[attr-defined]
        made_at=like.made_at,
    )
    return int(bare.pk)


COPY_TASK = (
    "INTO task (id, township_id, matter_id, code, title, body, due_at, state, drafted_by_id, approval_note, made_at, "
    "repeats, overload_reason) SELECT {id}, township_id, matter_id, {code}, title, body, due_at, 'dispatched', "
    "drafted_by_id, '', made_at, '', '' FROM task WHERE id = {sent}"
)
COPY_SCREENING = (
    "INTO screening (id, request_id, kind, verdict, reasons, sentence, clause, route, nearest, inputs, at) SELECT {id}, "
    "request_id, kind, 'admitted', reasons, sentence, clause, route, nearest, inputs, at FROM screening WHERE id = {rejecting}"
)
BOTH = [
    "UPDATE task SET state = 'submitted' WHERE id = {bare}",
    "UPDATE task SET state = 'approved' WHERE id = {bare}",
    "UPDATE task SET state = 'dispatched' WHERE id = {bare}",
    "UPDATE task SET state = 'dispatched' WHERE state = 'draft'",
    "INSERT " + COPY_TASK.replace("{id}", "9001").replace("{code}", "'NEW'"),
    "UPDATE task SET matter_id = matter_id + 1 WHERE id = {sent}",
    "UPDATE task SET code = 'OTHER' WHERE id = {sent}",
    "UPDATE task SET id = 9002 WHERE id = {bare}",
    "DELETE FROM task WHERE id = {bare}",
    "INSERT INTO task_source (task_id, request_id, screening_id, stands_for) VALUES ({bare}, {rejected}, {rejecting}, {rejected})",
    "INSERT INTO task_source (task_id, request_id, screening_id, stands_for) VALUES ({bare}, {rejected}, {admitting}, {rejected})",
    "INSERT INTO task_source (task_id, request_id, screening_id, stands_for) VALUES ({sent}, {other}, {admitting}, {other})",
    "INSERT INTO task_source (task_id, request_id, screening_id) VALUES ({bare}, {other}, {admitting})",
    "INSERT INTO task_source (task_id, request_id, screening_id, stands_for) "
    "SELECT {bare}, request_id, screening_id, request_id FROM task_source WHERE task_id = {sent}",
    "UPDATE task_source SET stands_for = NULL WHERE task_id = {sent}",
    "UPDATE task_source SET stands_for = stands_for + 1000 WHERE task_id = {draft}",
    "UPDATE task SET series_id = {sent} WHERE id = {bare}",
    "UPDATE task SET state = 'draft' WHERE id = {sent}",
    "UPDATE assignment SET state = 'accepted' WHERE task_id = {sent}",
    "UPDATE task_source SET screening_id = {rejecting} WHERE task_id = {draft}",
    "UPDATE task_source SET request_id = {rejected}, screening_id = {rejecting} WHERE task_id = {sent}",
    "UPDATE task_source SET task_id = {bare} WHERE task_id = {draft}",
    "DELETE FROM task_source WHERE task_id = {sent}",
    "UPDATE screening SET verdict = 'admitted' WHERE id = {rejecting}",
    "UPDATE screening SET sentence = '另一个理由' WHERE id = {rejecting}",
    "UPDATE screening SET request_id = {other} WHERE id = {rejecting}",
    "DELETE FROM screening WHERE id = {rejecting}",
    "UPDATE matter_list SET title = '改' WHERE id = {list}",
    "UPDATE matter_list SET state = 'draft' WHERE id = {list}",
    "UPDATE matter_list SET effective_on = '2020-01-01' WHERE id = {list}",
    "DELETE FROM matter_list WHERE id = {list}",
    "UPDATE matter SET yearly_cap = 99 WHERE id = {matter}",
    "UPDATE matter SET category = 'assist' WHERE list_id = {list}",
    "DELETE FROM matter WHERE id = {matter}",
    "INSERT INTO assignment (task_id, unit_id, state, due_at, return_note, extended) "
    "SELECT {bare}, {village}, 'dispatched', due_at, '', extended FROM assignment LIMIT 1",
    "INSERT INTO assignment (task_id, unit_id, state, due_at, return_note, extended) "
    "SELECT {draft}, {village}, 'dispatched', due_at, '', extended FROM assignment LIMIT 1",
    "UPDATE assignment SET task_id = {draft}",
    "UPDATE assignment SET unit_id = {village} WHERE task_id = {sent}",
    "DELETE FROM assignment",
]
UPDATES = [one for one in BOTH if one.startswith("UPDATE ")]
SQLITE = [
    *[one.replace("UPDATE ", "UPDATE OR REPLACE ", 1) for one in UPDATES],
    *[one.replace("UPDATE ", "UPDATE OR IGNORE ", 1) for one in UPDATES],
    "INSERT OR REPLACE " + COPY_TASK.replace("{id}", "{bare}").replace("{code}", "'BARE'"),
    "REPLACE " + COPY_TASK.replace("{id}", "9003").replace("{code}", "'BARE'"),
    "INSERT OR IGNORE " + COPY_TASK.replace("{id}", "9004").replace("{code}", "'NEW'"),
    "INSERT OR REPLACE " + COPY_SCREENING.replace("{id}", "{rejecting}"),
    "REPLACE " + COPY_SCREENING.replace("{id}", "{rejecting}"),
    "INSERT OR REPLACE INTO task_source (task_id, request_id, screening_id) "
    "SELECT task_id, request_id, {rejecting} FROM task_source WHERE task_id = {sent}",
    "INSERT OR IGNORE INTO task_source (task_id, request_id, screening_id) VALUES ({bare}, {rejected}, {rejecting})",
    "INSERT OR REPLACE INTO matter_list (id, region_id, number, title, state, propose_reason, publish_reason, flips_accepted) "
    "SELECT id, region_id, number, '改', 'draft', '', '', '' FROM matter_list WHERE id = {list}",
    "REPLACE INTO matter_list (id, region_id, number, title, state, propose_reason, publish_reason, flips_accepted) "
    "SELECT 9005, region_id, number, '改', 'draft', '', '', '' FROM matter_list WHERE id = {list}",
]
POSTGRES = [f"TRUNCATE {table} CASCADE" for table in GUARDED] + [
    "INSERT "
    + COPY_TASK.replace("{id}", "{bare}").replace("{code}", "'BARE'")
    + " ON CONFLICT (id) DO UPDATE SET state = 'dispatched'",
    "MERGE INTO task t USING (SELECT 1) one ON t.id = {bare} WHEN MATCHED THEN UPDATE SET state = 'dispatched'",
    "WITH gone AS (DELETE FROM screening RETURNING id) SELECT * FROM gone",
]


async def _as_it_stands() -> list[Any]:
    connection = Tortoise.get_connection("default")
    return [await connection.execute_query_dict(f"SELECT * FROM {t} ORDER BY id") for t in GUARDED]


async def test_no_raw_statement_passes_the_screening_by(town: str) -> None:
    rows = await a_busy_town()
    connection = Tortoise.get_connection("default")
    before = [[dict(row) for row in table] for table in await _as_it_stands()]
    only = SQLITE if connection.capabilities.dialect == "sqlite" else POSTGRES
    for statement in [one.format(**rows) for one in BOTH + only]:
        with pytest.raises(BaseORMException, match=REFUSED):
            await connection.execute_query(statement)
            pytest.fail(f"went through: {statement}")
        assert [[dict(row) for row in table] for table in await _as_it_stands()] == before, statement


STATES = ("draft", "submitted", "approved", "dispatched", "closed", "withdrawn")
UNCODED = (
    "SELECT t.id FROM task t WHERE t.state <> 'draft' AND NOT EXISTS (SELECT 1 FROM task_source s JOIN screening c "
    "ON c.id = s.screening_id WHERE s.task_id = t.id AND c.request_id = s.request_id AND c.matter_id = t.matter_id "
    "AND c.verdict IN ('admitted', 'exception') AND c.code IS NOT NULL)"
)
UNSCREENED = (
    "SELECT a.id FROM assignment a JOIN task t ON t.id = a.task_id WHERE t.state IN ('draft', 'submitted', 'approved') "
    "OR NOT EXISTS (SELECT 1 FROM task_source s WHERE s.task_id = a.task_id)"
)
ANSWERED_TWICE = (
    "SELECT s.request_id FROM task_source s JOIN task t ON t.id = s.task_id WHERE t.state <> 'withdrawn' "
    "AND t.series_id IS NULL GROUP BY s.request_id HAVING COUNT(*) > 1"
)


def _at_random(chance: random.Random, numbers: list[int]) -> str:
    """A statement that would change what a task stands on, with whatever numbers there are."""
    one, two, three = (chance.choice(numbers) for _ in range(3))
    return chance.choice(
        (
            f"UPDATE task SET state = '{chance.choice(STATES)}' WHERE id = {one}",
            f"UPDATE task SET state = '{chance.choice(STATES)}', series_id = {two} WHERE id = {one}",
            f"UPDATE task_source SET screening_id = {one} WHERE task_id = {two}",
            f"UPDATE task_source SET task_id = {one} WHERE request_id = {two}",
            f"UPDATE task_source SET stands_for = {chance.choice((one, 'NULL'))} WHERE request_id = {two}",
            f"DELETE FROM task_source WHERE task_id = {one}",
            f"INSERT INTO task_source (task_id, request_id, screening_id, stands_for) "
            f"VALUES ({one}, {two}, {three}, {chance.choice((two, two, three, 'NULL'))})",
            f"UPDATE assignment SET state = '{chance.choice((*STATES, 'accepted'))}' WHERE task_id = {one}",
            f"UPDATE screening SET verdict = 'admitted' WHERE id = {one}",
            f"UPDATE task SET matter_id = {one} WHERE id = {two}",
        )
    )


async def _thrown_at_the_town(many: int) -> int:
    """How many of so many statements went through."""
    rows = await a_busy_town()
    connection = Tortoise.get_connection("default")
    chance = random.Random(20261123)
    numbers = [value for value in rows.values() if isinstance(value, int)]
    went = 0
    for _ in range(many):
        try:
            await connection.execute_query(_at_random(chance, numbers))
            went += 1
        except BaseORMException:
            continue
    assert went > many // 100, "the statements are no test if none of them goes through"
    for wrong in (UNCODED, UNSCREENED, ANSWERED_TWICE):
        assert await connection.execute_query_dict(wrong) == []
    return went


async def test_a_thousand_random_statements_leave_no_uncoded_task(town: str) -> None:
    await _thrown_at_the_town(1_000)


@pytest.mark.nightly
async def test_ten_thousand_random_statements_leave_no_uncoded_task(
    town: str, figure: Callable[[str], None]
) -> None:
    went = await _thrown_at_the_town(10_000)
    figure(f"{went} of 10,000 statements went through, and no task is without its code")


async def test_a_draft_list_is_still_free(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    draft = await MatterList.create(region=place.county, number=2, title="第二版")
    assert await MatterList.filter(pk=draft.pk).update(title="第二版（改）") == 1
