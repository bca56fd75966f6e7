"""A village says that a task is not its to do, and somebody else decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import tasks
from models.base.clock import clock_at
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.tasks import Assignment, Objection
from tests.builders import a_list, a_town, a_viewer, an_assignment

pytestmark = pytest.mark.anyio
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def test_an_upheld_objection_rids_the_village_of_the_task(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    made = await tasks.object_to(secretary, mine, kind="elsewhere", words="这片田在棠村。")
    assert (await Assignment.get(pk=mine.pk)).state == "objected"
    assert "重新过筛" in made.finding
    await tasks.answer_objection(
        await a_viewer("leader", place.township), made, upheld=True, answer="情况属实。"
    )
    assert (await Assignment.get(pk=mine.pk)).state == "withdrawn"


async def test_a_refused_objection_gives_the_days_back(town: str) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        await a_list(place.county)
        mine = await an_assignment(place)
        secretary = await a_viewer("secretary", place.village)
        made = await tasks.object_to(secretary, mine, kind="overloaded", words="本周已有三件。")
    with clock_at(MONDAY + timedelta(days=2)):
        leader = await a_viewer("leader", place.township)
        await tasks.answer_objection(leader, made, upheld=False, answer="可以推迟两天。")
    again = await Assignment.get(pk=mine.pk)
    assert again.state == "dispatched"
    assert again.due_on == mine.due_on + timedelta(days=4)  # two working days, over a weekend


@pytest.mark.calendar_bound
async def test_the_county_has_the_last_word(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    secretary, leader = await a_viewer("secretary", place.village), await a_viewer("leader", place.township)
    made = await tasks.object_to(secretary, mine, kind="not_ours", words="不是村里的事。")
    with pytest.raises(NotNow, match="待镇街答复"):
        await tasks.appeal(secretary, made, words="请县里看看。")
    await tasks.answer_objection(leader, made, upheld=False, answer="清单上有。")
    await tasks.appeal(secretary, await _fresh(made), words="清单没有这一条。")
    with pytest.raises(NotAllowed):
        await tasks.answer_appeal(leader, await _fresh(made), upheld=False, answer="维持。")
    keeper = await a_viewer("list_keeper", place.county)
    await tasks.answer_appeal(keeper, await _fresh(made), upheld=True, answer="确实不属村里职责。")
    assert (await Assignment.get(pk=mine.pk)).state == "withdrawn"
    assert (await _fresh(made)).state_label == "上诉成立"


async def test_other_villages_and_empty_words_are_refused(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    with pytest.raises(NotAllowed):
        await tasks.object_to(
            await a_viewer("secretary", place.other_village), mine, kind="not_ours", words="不是。"
        )
    secretary = await a_viewer("secretary", place.village)
    with pytest.raises(Invalid) as no:
        await tasks.object_to(secretary, mine, kind="not_ours", words=" ")
    assert no.value.field == "words"


async def _fresh(objection: Objection) -> Objection:
    return await Objection.get(pk=objection.pk).prefetch_related(*Objection.judged_with)
