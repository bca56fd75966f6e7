"""No raw statement changes what was published, opened, compared or awarded, nor opens or awards past the rules."""

from __future__ import annotations

from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import bidding
from models.base.clock import now
from models.bidding import Award, Bid, Criterion, Entrant, Fact, Milestone, Project, Score
from models.files import File
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import NOON, a_bid, a_draft, a_project, awarded, just_over

pytestmark = pytest.mark.anyio
GUARDED = (
    "project",
    "entrant",
    "criterion",
    "bid",
    "fact",
    "score",
    "award",
    "award_objection",
    "milestone",
)
STATEMENTS = [
    "UPDATE project SET title = 'x' WHERE id = {awarded}",
    "UPDATE project SET support_yuan = 1 WHERE id = {open}",
    "UPDATE project SET closes_at = opens_at WHERE id = {open}",
    "UPDATE project SET widest_spread = 99 WHERE id = {open}",
    "UPDATE project SET state = 'draft' WHERE id = {open}",
    "UPDATE project SET state = 'published' WHERE id = {draft}",
    "UPDATE project SET compared_at = opens_at WHERE id = {awarded}",
    "UPDATE project SET told_at = NULL WHERE id = {awarded}",
    "DELETE FROM project WHERE id = {awarded}",
    "INSERT INTO entrant (project_id, unit_id) VALUES ({open}, {stranger})",
    "UPDATE entrant SET unit_id = {stranger} WHERE id = {entrant}",
    "UPDATE criterion SET title = 'x' WHERE id = {criterion}",
    "UPDATE criterion SET weight = 99 WHERE id = {criterion}",
    "DELETE FROM criterion WHERE id = {criterion}",
    "UPDATE bid SET strengths = 'x' WHERE id = {won}",
    "UPDATE bid SET asked_yuan = 1 WHERE id = {won}",
    "UPDATE bid SET strengths = 'x' WHERE id = {sealed}",
    "UPDATE bid SET state = 'opened' WHERE id = {sealed}",
    "UPDATE bid SET unit_id = {stranger} WHERE id = {sealed}",
    "UPDATE bid SET state = 'submitted' WHERE id = {won}",
    "DELETE FROM bid WHERE id = {won}",
    "UPDATE fact SET value = '99 件' WHERE id = {fact}",
    "UPDATE fact SET source = 'x' WHERE id = {fact}",
    "DELETE FROM fact WHERE id = {fact}",
    "UPDATE score SET words = 'x' WHERE id = {score}",
    "DELETE FROM score WHERE id = {score}",
    "UPDATE award SET reason = 'x' WHERE id = {award}",
    "UPDATE award SET unit_id = {stranger} WHERE id = {award}",
    "UPDATE award SET stands_for = {open} WHERE id = {award}",
    "UPDATE award SET stands_for = NULL WHERE id = {award}",
    "DELETE FROM award WHERE id = {award}",
    "INSERT INTO award (project_id, bid_id, unit_id, stands_for, state, reason, is_single, announced_at, by_id, "
    "fallen_note, at_fault) SELECT project_id, {lost}, unit_id, stands_for, 'announced', reason, is_single, "
    "announced_at, by_id, '', at_fault FROM award WHERE id = {award}",
    "UPDATE milestone SET words = 'x' WHERE id = {step}",
    "UPDATE milestone SET state = 'planned' WHERE id = {step}",
]


async def a_board() -> dict[str, int]:
    """One project built, one taking bids, one in draft; their rows by name."""
    place = await a_town()
    award, won, lost = await awarded(place)
    with just_over(award.project):
        step = await Milestone.get(award=award, position=0).prefetch_related(*Milestone.judged_with)
        await bidding.report_milestone(await a_viewer("secretary", place.village), step, words="已议。")
        await bidding.accept_milestone(await a_viewer("coordinator", place.township), step)
    later = NOON + (award.project.closes_at - NOON) * 2
    taking = await a_project(place, at=later)
    sealed = await a_bid(taking, place.village)
    draft = await a_draft(place, at=later + (later - NOON))
    return {
        "awarded": award.project_id,
        "open": taking.pk,
        "draft": draft.pk,
        "entrant": await _one(Entrant, project=taking),
        "criterion": await _one(Criterion, project=taking),
        "won": won.pk,
        "lost": lost.pk,
        "sealed": sealed.pk,
        "fact": await _one(Fact, bid=won),
        "score": await _one(Score, bid=won),
        "award": award.pk,
        "step": step.pk,
        "stranger": place.other_village.pk,
    }


async def _one(record: Any, **wanted: Any) -> int:
    row = await record.filter(**wanted).order_by("id").first()
    return int(row.pk)


async def _all_rows() -> dict[str, list[dict[str, Any]]]:
    connection = Tortoise.get_connection("default")
    return {
        table: await connection.execute_query_dict(f"SELECT * FROM {table} ORDER BY id") for table in GUARDED
    }


async def test_raw_statements_that_would_change_history_are_refused(town: str) -> None:
    rows = await a_board()
    before = await _all_rows()
    let_through = []
    for statement in STATEMENTS:
        try:
            await Tortoise.get_connection("default").execute_query(statement.format(**rows))
        except BaseORMException:
            continue
        let_through.append(statement)
    assert let_through == []
    assert await _all_rows() == before


async def test_a_second_award_of_a_project_is_refused_by_the_table_itself(town: str) -> None:
    place = await a_town()
    award, _, lost = await awarded(place)
    with pytest.raises(BaseORMException):
        await Award.create(
            project_id=award.project_id,
            bid=lost,
            unit_id=lost.unit_id,
            stands_for=award.project_id,
            reason="x",
            announced_at=now(),
            by_id=award.by_id,
        )
    assert await Award.filter(stands_for=award.project_id).count() == 1


async def test_files_of_a_published_project_stay(town: str) -> None:
    place = await a_town()
    project = await a_project(place)
    paper = await File.create(sha256="0" * 64, name="x.txt", kind="txt", size=1, uploaded_at=now())
    with pytest.raises(BaseORMException):
        await bidding.ProjectFile.create(project=project, file=paper)
    assert await Project.filter(pk=project.pk, state="published").exists()
    assert not await Bid.exists()
