"""A village says that a task is not its to do, and somebody else decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import matters, tasks
from models.base.clock import clock_at, today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.tasks import Assignment, Objection, Task
from tests.builders import a_list, a_town, a_unit, a_viewer, an_assignment, nobody_is_consulted

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


async def test_an_objection_is_judged_by_the_list_in_force_on_the_day_and_says_which(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    mine = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    made = await tasks.object_to(secretary, mine, kind="not_listed", words="这件事不归我们。")
    assert "绍兴市第 1 版清单" in made.finding and "在清单上" in made.finding
    keeper, other = await a_viewer("list_keeper", place.city), await a_viewer("list_keeper", place.city)
    second = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.put_matter(keeper, second, code="XZ-NY-01", title="秸秆禁烧巡查", category="negative")
    await matters.propose(keeper, second, reason="不再要求")
    await matters.publish(other, second, reason="同意", effective_on=today())
    leader = await a_viewer("leader", place.township)
    await tasks.answer_objection(leader, made, upheld=True, answer="新清单不许。")
    assert f"{today():%Y-%m-%d} 执行的绍兴市第 2 版清单" in made.finding
    assert "负面清单" in made.finding and "另一版清单" in made.finding
    assert (await Task.get(pk=mine.task_id)).matter_id == mine.task.matter_id, (
        "work in flight keeps its version"
    )


async def test_another_countys_list_says_nothing_to_an_objection_here(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    mine = await an_assignment(place)
    elsewhere = await a_unit("county", place.city, "诸暨市", "330681")
    keeper, other = await a_viewer("list_keeper", elsewhere), await a_viewer("list_keeper", elsewhere)
    theirs = await matters.draft_list(keeper, elsewhere, title="诸暨清单")
    await matters.put_matter(
        keeper, theirs, code="XZ-NY-01", title="秸秆禁烧巡查", category="negative", legal_basis="《示范》"
    )
    await nobody_is_consulted(elsewhere)
    await matters.propose(keeper, theirs, reason="示范")
    await matters.publish(other, theirs, reason="同意", effective_on=today(), accept_flips="示范")
    secretary = await a_viewer("secretary", place.village)
    made = await tasks.object_to(secretary, mine, kind="not_listed", words="这件事不归我们。")
    assert "绍兴市第 1 版清单" in made.finding and "在清单上" in made.finding
