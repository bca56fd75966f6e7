"""Concerns: from a village up to whoever can help, and the answer back down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models import concerns
from models.base.clock import clock_at, tick
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow
from models.base.viewer import TOWN_CLOCK, Viewer
from models.concerns import Concern
from models.policies import set_policy
from models.today import today
from models.trail import story
from tests.builders import Town, a_town, a_viewer

pytestmark = pytest.mark.anyio
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = timedelta(days=1)


async def a_concern(at: Town, actor: Viewer | None = None, **changes: Any) -> Concern:
    """梅渚村 tells its township that three lamps are dark."""
    secretary = actor or await a_viewer("secretary", at.village)
    said = {"title": "村口路灯不亮", "body": "三盏路灯坏了两周。", "place": "村口"}
    return await concerns.raise_concern(secretary, at.village, **said | changes)


async def desk(place: Town) -> Viewer:
    return await a_viewer("coordinator", place.township)


async def officer(place: Town) -> Viewer:
    return await a_viewer("department_officer", place.department)


async def passed_on(place: Town) -> tuple[Concern, Viewer]:
    """A concern at the department, and its officer."""
    made, there = await a_concern(place), await officer(place)
    await concerns.pass_on(await desk(place), made, to=place.department, note="请派人看看。")
    return made, there


async def mine(viewer: Viewer) -> list[str]:
    sections = (await today(viewer)).sections
    return [row.title for section in sections if section.kind == "concern" for row in section.rows]


async def test_a_village_raises_the_township_answers_and_the_village_confirms(town: str) -> None:
    place = await a_town()
    secretary, coordinator = await a_viewer("secretary", place.village), await desk(place)
    made = await a_concern(place, secretary)
    assert made.township_id == place.township.pk and made.state == "raised"
    await concerns.handle(coordinator, made)
    assert made.state_label == "镇街办理中"
    await concerns.answer(coordinator, made, answer="已换新灯。")
    assert made.state == "answered" and made.answered_by_id == coordinator.post_id
    await concerns.confirm(secretary, made, satisfied=True)
    assert (await Concern.get(pk=made.pk)).state == "closed"


async def test_a_grid_worker_and_a_cadre_raise_for_their_own_place_and_nobody_else_does(town: str) -> None:
    place = await a_town()
    worker = await a_viewer("grid_worker", place.grid)
    said = {"title": "井盖破损", "body": "有老人绊倒。"}
    assert (await concerns.raise_concern(worker, place.grid, **said)).unit_id == place.grid.pk
    await concerns.raise_concern(await a_viewer("cadre", place.village), place.grid, **said)
    with pytest.raises(NotAllowed, match="本村社的干部或网格员"):
        await concerns.raise_concern(worker, place.village, **said)
    for role, unit in (("secretary", place.other_village), ("coordinator", place.township)):
        with pytest.raises(NotAllowed):
            await concerns.raise_concern(await a_viewer(role, unit), place.village, **said)
    with pytest.raises(NotAllowed):
        await concerns.raise_concern(await a_viewer("secretary", place.village), place.township, **said)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "灯" * 61}, "title"),
        ({"body": ""}, "body"),
        ({"place": "x" * 121}, "place"),
    ],
)
async def test_what_is_missing_or_too_long_is_named(town: str, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as no:
        await a_concern(await a_town(), **wrong)
    assert no.value.field == field


async def test_the_clock_counts_working_days_of_the_policy_and_starts_anew_where_it_is_passed_on(
    town: str,
) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        keeper = await a_viewer("list_keeper", place.county)
        await set_policy(
            keeper, place.county, name="concern_days", value=3, reason="示范", from_on=date(2026, 11, 23)
        )
        made = await a_concern(place)
        assert made.due_on == date(2026, 11, 26)
    with clock_at(MONDAY + 4 * DAY):
        assert made.is_overdue
        await officer(place)
        await concerns.pass_on(await desk(place), made, to=place.department)
        assert made.due_on == date(2026, 12, 2) and not made.is_overdue  # over a weekend


async def test_a_department_of_the_county_answers_and_a_stranger_to_it_does_not(town: str) -> None:
    place = await a_town()
    made, there = await passed_on(place)
    with pytest.raises(NotAllowed, match="不在您这里办理"):
        await concerns.answer(await desk(place), made, answer="已办。")
    with pytest.raises(NotAllowed):
        await concerns.answer(
            await a_viewer("department_officer", place.other_department), made, answer="已办。"
        )
    await concerns.answer(there, made, answer="下周检修。")
    assert made.state == "answered"


async def test_it_is_passed_on_only_where_somebody_can_answer(town: str) -> None:
    place = await a_town()
    made, coordinator = await a_concern(place), await desk(place)
    for wrong in (place.village, place.county, place.other_township):
        with pytest.raises(Invalid, match="办线或县里的部门"):
            await concerns.pass_on(coordinator, made, to=wrong)
    with pytest.raises(Invalid, match="还没有经办人"):
        await concerns.pass_on(coordinator, made, to=place.department)
    await a_viewer("office", place.office)
    assert [unit.name for unit in await concerns.who_can_have(made)] == [place.office.name]
    await concerns.pass_on(coordinator, made, to=place.office)
    with pytest.raises(Invalid, match="已经在综合行政执法队办理"):
        await concerns.pass_on(coordinator, await _fresh(made), to=place.office)
    with pytest.raises(NotAllowed):
        await concerns.pass_on(await a_viewer("coordinator", place.other_township), made, to=place.office)


async def test_a_department_gives_back_what_is_not_its_own_with_the_reason(town: str) -> None:
    place = await a_town()
    made, there = await passed_on(place)
    with pytest.raises(Invalid, match="不属于本单位"):
        await concerns.send_back(there, made, reason=" ")
    await concerns.send_back(there, made, reason="路灯由住建部门管。")
    assert (made.state_label, await mine(there)) == ("部门退回", [])
    with pytest.raises(NotNow, match="部门退回"):
        await concerns.send_back(there, made, reason="不是我们。")
    with pytest.raises(NotAllowed):
        await concerns.answer(there, made, answer="不是我们。")
    coordinator = await desk(place)
    assert await mine(coordinator) == [made.title]
    await concerns.answer(coordinator, made, answer="街道自己修好了。")
    assert (await _fresh(made)).handled_by_id is None
    with pytest.raises(NotFound):
        await Concern.find(there, made.pk)


async def test_an_answer_that_does_not_do_goes_back_once_and_then_ends_on_record(town: str) -> None:
    place = await a_town()
    made, there = await passed_on(place)
    secretary = await a_viewer("secretary", place.village)
    await concerns.answer(there, made, answer="已派单。")
    with pytest.raises(Invalid, match="哪里还没有解决"):
        await concerns.confirm(secretary, made, satisfied=False)
    await concerns.confirm(secretary, made, satisfied=False, words="还有一盏不亮。")
    assert made.state == "returned" and made.handled_by_id == place.department.pk
    await concerns.answer(there, made, answer="没有备件。")
    assert made.state == "reanswered"
    await concerns.confirm(secretary, made, satisfied=False, words="仍然不亮。")
    assert made.state == "unsettled"
    with pytest.raises(NotNow, match="不满意"):
        await concerns.answer(there, made, answer="再看看。")
    told = await story(there, made)
    assert [event.command for event in told][:2] == ["concerns.raise_concern", "concerns.pass_on"]
    assert len(told) == 6 and "还有一盏不亮" in told[3].details


async def test_what_went_back_may_be_passed_on_and_still_goes_back_no_second_time(town: str) -> None:
    place = await a_town()
    made, coordinator = await a_concern(place), await desk(place)
    secretary, there = await a_viewer("secretary", place.village), await officer(place)
    await concerns.answer(coordinator, made, answer="请等一等。")
    await concerns.confirm(secretary, made, satisfied=False, words="等了一月。")
    await concerns.pass_on(coordinator, made, to=place.department)
    assert made.state == "returned"
    await concerns.answer(there, await _fresh(made), answer="已修好。")
    assert (await _fresh(made)).state == "reanswered"


async def test_a_village_takes_back_what_is_not_answered_yet(town: str) -> None:
    place = await a_town()
    made, secretary = await a_concern(place), await a_viewer("secretary", place.village)
    with pytest.raises(NotAllowed):
        await concerns.withdraw(await a_viewer("secretary", place.second_village), made, reason="已修好。")
    with pytest.raises(Invalid, match="撤回的原因"):
        await concerns.withdraw(secretary, made, reason="")
    await concerns.withdraw(secretary, made, reason="村里自己修好了。")
    with pytest.raises(NotNow, match="已撤回"):
        await concerns.handle(await desk(place), made)


async def test_each_step_says_what_happened_to_a_latecomer(town: str) -> None:
    place = await a_town()
    made, coordinator = await a_concern(place), await desk(place)
    secretary = await a_viewer("secretary", place.village)
    with pytest.raises(NotNow, match="待受理”，不用确认"):
        await concerns.confirm(secretary, made, satisfied=True)
    await concerns.answer(coordinator, made, answer="已换。")
    with pytest.raises(NotNow, match="已答复”，不能撤回"):
        await concerns.withdraw(secretary, made, reason="好了。")
    with pytest.raises(NotNow, match="已答复”，不能转办"):
        await concerns.pass_on(coordinator, made, to=place.office)
    with pytest.raises(NotAllowed):
        await concerns.confirm(coordinator, made, satisfied=True)


async def test_an_answer_nobody_contradicts_stands_when_the_days_are_over(town: str) -> None:
    place = await a_town()
    with clock_at(MONDAY):
        made = await a_concern(place)
        await concerns.answer(await desk(place), made, answer="已换。")
    with clock_at(MONDAY + 7 * DAY):
        await tick()
        assert (await _fresh(made)).state == "answered"
    with clock_at(MONDAY + 8 * DAY):
        await tick()
        assert (await _fresh(made)).state == "closed"
    last = await Event.all().order_by("-id").first()
    assert last is not None and (last.command, last.actor_post_id) == ("concerns.lapse", None)
    with pytest.raises(NotAllowed):
        await concerns.lapse(await desk(place), made)
    with pytest.raises(NotNow):
        await concerns.lapse(TOWN_CLOCK, made)


async def _fresh(concern: Concern) -> Concern:
    return await Concern.get(pk=concern.pk).prefetch_related(*Concern.judged_with)
