"""No raw statement uses a link twice, changes a running round, or moves the figures of a closed one."""

from __future__ import annotations

import asyncio

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import surveys
from models.base.refusals import NotFound
from models.base.viewer import ANONYMOUS
from models.surveys import Invitation, SurveyVillage
from tests.builders import a_town
from tests.models.surveys.scenes import a_draft, an_open_round, answered, closed

pytestmark = pytest.mark.anyio
CLOSED = [
    "UPDATE survey SET state = 'open' WHERE id = {survey}",
    "UPDATE survey SET least_answers = 1 WHERE id = {survey}",
    "DELETE FROM survey WHERE id = {survey}",
    "UPDATE survey_village SET answered = answered + 1 WHERE id = {village}",
    "UPDATE survey_village SET tally = '[]' WHERE id = {village}",
    "UPDATE survey_village SET households = 1 WHERE id = {village}",
    "UPDATE survey_village SET excluded_reason = '' WHERE id = {excluded}",
    "UPDATE survey_village SET excluded_reason = 'x' WHERE id = {excluded}",
    "UPDATE survey_village SET excluded_reason = 'x', answered = 0 WHERE id = {village}",
    "DELETE FROM survey_village WHERE id = {village}",
    "UPDATE invitation SET used_on = '2026-01-01' WHERE id = {unused}",
    "UPDATE invitation SET used_on = NULL WHERE id = {used}",
    "DELETE FROM invitation WHERE id = {used}",
    "INSERT INTO invitation (village_id, serial, token_hash) VALUES ({village}, 9999, 'x')",
    "INSERT INTO survey_village (survey_id, unit_id, households, invited, answered, tally, is_bunched, "
    "excluded_reason) SELECT survey_id, {township}, 1, 0, 0, tally, is_bunched, '' FROM survey_village "
    "WHERE id = {village}",
]
RUNNING = [
    "UPDATE survey SET least_answers = 1 WHERE id = {survey}",
    "UPDATE survey SET seed = 'x' WHERE id = {survey}",
    "UPDATE survey SET closes_on = '2030-01-01' WHERE id = {survey}",
    "UPDATE survey SET state = 'draft' WHERE id = {survey}",
    "UPDATE survey SET state = 'closed', closed_on = closes_on WHERE id = {survey}",
    "UPDATE survey SET state = 'open', seed = 'x', opened_by_id = drafted_by_id WHERE id = {draft}",
    "UPDATE survey_village SET answered = answered - 1 WHERE id = {village}",
    "UPDATE survey_village SET answered = answered + 2 WHERE id = {village}",
    "UPDATE survey_village SET households = 9 WHERE id = {village}",
    "UPDATE invitation SET used_on = '2026-01-01' WHERE id = {used}",
    "UPDATE invitation SET used_on = NULL, token_hash = 'x' WHERE id = {used}",
    "UPDATE invitation SET serial = 9999 WHERE id = {unused}",
    "DELETE FROM invitation WHERE id = {unused}",
]


async def _rows(end: bool) -> dict[str, int]:
    place = await a_town()
    made = await an_open_round(place, [place.village, place.second_village])
    await answered(made, place.village, [(5, 5), (4, 4)])
    draft = await a_draft(place)
    if end:
        left_out = await made.village(place.second_village)
        await surveys.exclude_village(made.keeper, left_out, reason="经核实由干部代填。")
        await closed(made)
    village = await made.village(place.village)
    return {
        "survey": made.survey.pk,
        "draft": draft.pk,
        "village": village.pk,
        "excluded": (await made.village(place.second_village)).pk,
        "township": place.township.pk,
        "used": (await Invitation.filter(used_on__isnull=False).order_by("id"))[0].pk,
        "unused": (await Invitation.filter(village=village, used_on=None).order_by("id"))[0].pk,
    }


@pytest.mark.parametrize(("end", "statements"), [(False, RUNNING), (True, CLOSED)])
async def test_raw_statements_are_refused(town: str, end: bool, statements: list[str]) -> None:
    rows = await _rows(end)
    connection = Tortoise.get_connection("default")
    allowed = []
    for statement in statements:
        try:
            await connection.execute_query(statement.format(**rows))
        except BaseORMException:
            continue
        allowed.append(statement)
    assert allowed == []


async def test_of_thirty_posts_of_one_link_one_counts(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    token = made.tokens[place.village.pk][0]
    copies = [await made.village(place.village) for _ in range(30)]
    done = await asyncio.gather(
        *(
            surveys.answer(ANONYMOUS, one, token=token, first=1 + n % 5, second=5, address=f"10.0.0.{n}")
            for n, one in enumerate(copies)
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["NotFound"] * 29 + ["SurveyVillage"]
    assert {str(one) for one in done if isinstance(one, NotFound)} == {surveys.GONE}
    village = await SurveyVillage.get(unit=place.village)
    assert village.answered == 1 == sum(village.tally)
    assert await Invitation.filter(used_on__isnull=False).count() == 1


async def test_thirty_households_at_once_all_count(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    tokens = made.tokens[place.village.pk][:30]
    copies = [await made.village(place.village) for _ in tokens]
    await asyncio.gather(
        *(
            surveys.answer(ANONYMOUS, one, token=token, first=5, second=4, address=f"10.0.0.{n}")
            for n, (one, token) in enumerate(zip(copies, tokens, strict=True))
        )
    )
    village = await SurveyVillage.get(unit=place.village)
    assert village.answered == 30 == village.tally[4 * 5 + 3]
