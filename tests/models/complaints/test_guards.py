"""No raw statement changes a closed complaint or its public answer, or puts a name to one that has none."""

from __future__ import annotations

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import complaints
from models.complaints import Complaint, PublishedAnswer
from tests.builders import a_town, a_viewer
from tests.models.complaints.scenes import ANSWER, SAID, fresh, keeper_of, told

pytestmark = pytest.mark.anyio
STATEMENTS = [
    "UPDATE complaint SET answer = 'x' WHERE id = {closed}",
    "UPDATE complaint SET state = 'open' WHERE id = {closed}",
    "UPDATE complaint SET in_time = NULL WHERE id = {closed}",
    "DELETE FROM complaint WHERE id = {closed}",
    "DELETE FROM complaint WHERE id = {open}",
    "UPDATE complaint SET words = 'x' WHERE id = {open}",
    "UPDATE complaint SET addressee_id = township_id WHERE id = {open}",
    "UPDATE complaint SET made_on = '2020-01-01' WHERE id = {open}",
    "UPDATE complaint SET state = 'closed' WHERE id = {open}",
    "UPDATE complaint SET made_by_id = {post} WHERE id = {unnamed}",
    "UPDATE complaint SET unit_id = {village} WHERE id = {unnamed}",
    "UPDATE complaint SET code_hash = 'x' WHERE id = {open}",
    "UPDATE complaint SET made_by_id = NULL WHERE id = {open}",
    "UPDATE published_answer SET summary = 'x' WHERE complaint_id = {closed}",
    "DELETE FROM published_answer WHERE complaint_id = {closed}",
]


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_what_is_kept_stays(town: str, statement: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    closed, waiting = await told(place, secretary), await told(place, secretary)
    await complaints.answer(keeper, closed, **ANSWER)
    await complaints.settle(secretary, closed)
    unnamed = await fresh((await complaints.tell_unnamed(secretary, place.village, "k", **SAID)).complaint)
    before = await Complaint.all().order_by("id").values(), await PublishedAnswer.all().values()
    numbers = {"closed": closed.pk, "open": waiting.pk, "unnamed": unnamed.pk, "post": secretary.post_id}
    with pytest.raises(BaseORMException, match="complaint"):
        await Tortoise.get_connection("default").execute_query(
            statement.format(**numbers, village=place.village.pk)
        )
    assert (await Complaint.all().order_by("id").values(), await PublishedAnswer.all().values()) == before
