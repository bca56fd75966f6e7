"""Correcting and disputing: what is wrong answers nowhere until somebody else has judged it, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import registry
from models.base.clock import clock_at, now, today
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import Viewer
from models.registry import DataValue, Element, as_it_was, held, history, latest
from tests.builders import Town, a_town, a_value, a_viewer
from tests.models.inbox.scenes import told

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


async def a_wrong_value(place: Town, **changes: str) -> DataValue:
    """Of yesterday, above one of ten days ago."""
    element = await Element.create(code="lamps", name="路灯数", kind="count", measure="盏", **changes)
    await a_value(element, place.village, "40", days_ago=10)
    return await a_value(element, place.village, "400", days_ago=1)


async def answers(place: Town) -> set[str]:
    """What is told for the village wherever one value has to be told."""
    found = [await one(["lamps"], [place.village], today()) for one in (held, latest)]
    watcher = await a_viewer("coordinator", place.township)
    elements = await Element.filter(code="lamps")
    table = await registry.value_table(watcher, elements, place.village, today())
    rows = [row async for row in table.rows()]
    in_tables = {cell.text for row in rows for cell in row.cells if cell}
    (same,) = {frozenset(row.value for row in one.values()) for one in found} | {frozenset(in_tables)}
    return set(same)  # type: ignore[arg-type]


async def test_a_correction_is_a_new_value_with_its_reason_and_the_former_stays(town: str) -> None:
    place = await a_town()
    value, secretary = await a_wrong_value(place), await a_viewer("secretary", place.village)
    made = await registry.correct_value(secretary, value, corrected=" 42 ", reason="mistaken")
    assert (made.value, made.as_of, made.origin, made.reason) == ("42", today(), "entry", "mistaken")
    assert await answers(place) == {"42"}
    rows = await history(secretary, place.village, await Element.get(code="lamps"))
    assert [row.value for row in rows] == ["42", "400", "40"]
    event = await Event.get(command="registry.correct_value")
    assert "corrected" not in event.details and made.ref in event.outcome


@pytest.mark.parametrize(
    ("corrected", "reason", "field"),
    [("四十", "mistaken", "corrected"), (" ", "mistaken", "corrected"), ("42", "whim", "reason")],
)
async def test_a_correction_that_will_not_do_is_refused_by_its_field(
    town: str, corrected: str, reason: str, field: str
) -> None:
    place = await a_town()
    value, secretary = await a_wrong_value(place), await a_viewer("secretary", place.village)
    with pytest.raises(Invalid) as no:
        await registry.correct_value(secretary, value, corrected=corrected, reason=reason)
    assert no.value.field == field and await DataValue.all().count() == 2


async def test_a_disputed_value_answers_nowhere_until_it_is_judged(town: str) -> None:
    place = await a_town()
    value, secretary = await a_wrong_value(place), await a_viewer("secretary", place.village)
    await registry.dispute_value(secretary, value, words="多写了一个零")
    assert await answers(place) == {"40"}
    with pytest.raises(NotNow, match="有异议"):
        await registry.dispute_value(secretary, await DataValue.get(pk=value.pk), words="多写了一个零")
    desk = await a_viewer("coordinator", place.township)
    await registry.settle_dispute(desk, value, outcome="dismissed", words="到现场数过")
    assert await answers(place) == {"400"}
    with pytest.raises(NotNow, match="没有异议要答复"):
        await registry.settle_dispute(desk, await DataValue.get(pk=value.pk), outcome="upheld", words="改判")


async def test_an_upheld_dispute_keeps_the_value_out_and_its_village_hears_of_it(town: str) -> None:
    place = await a_town()
    value, secretary = await a_wrong_value(place), await a_viewer("secretary", place.village)
    desk = await a_viewer("coordinator", place.township)
    await registry.dispute_value(secretary, value, words="多写了一个零")
    assert await told(desk) == ["value_disputed"]
    await registry.settle_dispute(desk, value, outcome="upheld", words="核对过，是 40 盏")
    assert await told(secretary) == ["value_settled"] and await answers(place) == {"40"}
    kept = await DataValue.get(pk=value.pk)
    assert (kept.state, kept.value, kept.settlement) == ("upheld", "400", "核对过，是 40 盏")


@pytest.mark.parametrize(("outcome", "words", "field"), [("", "看过", "outcome"), ("upheld", " ", "words")])
async def test_a_judgement_says_which_way_and_why(town: str, outcome: str, words: str, field: str) -> None:
    place = await a_town()
    value, secretary = await a_wrong_value(place), await a_viewer("secretary", place.village)
    with pytest.raises(Invalid) as no:
        await registry.dispute_value(secretary, value, words=words if field == "words" else " ")
    assert no.value.field == "words"
    await registry.dispute_value(secretary, value, words="不对")
    with pytest.raises(Invalid) as no:
        desk = await a_viewer("coordinator", place.township)
        await registry.settle_dispute(desk, value, outcome=outcome, words=words)
    assert no.value.field == field and (await DataValue.get(pk=value.pk)).is_disputed


async def test_nobody_else_disputes_corrects_or_judges(town: str) -> None:
    place = await a_town()
    value, secretary = await a_wrong_value(place), await a_viewer("secretary", place.village)
    stranger = await a_viewer("secretary", place.second_village)
    far = await a_viewer("coordinator", place.other_township)
    for actor in (stranger, far, await a_viewer("cadre", place.village)):
        with pytest.raises(NotAllowed):
            await registry.correct_value(actor, value, corrected="1", reason="mistaken")
        with pytest.raises(NotAllowed):
            await registry.dispute_value(actor, value, words="不对")
    await registry.dispute_value(secretary, value, words="不对")
    for actor in (stranger, far, secretary):
        with pytest.raises(NotAllowed):
            await registry.settle_dispute(actor, value, outcome="dismissed", words="没错")


async def test_whoever_put_the_value_down_does_not_judge_it_and_is_not_asked_to(town: str) -> None:
    place = await a_town()
    desk, leader = [await a_viewer(role, place.township) for role in ("coordinator", "leader")]
    element = await Element.create(code="lamps", name="路灯数", kind="count")
    value = await registry.record(desk, place.village, element=element, value="400", as_of=today())
    secretary = await a_viewer("secretary", place.village)
    await registry.dispute_value(secretary, value, words="不对")
    with pytest.raises(NotAllowed, match="不能自己答复"):
        await registry.settle_dispute(desk, value, outcome="dismissed", words="没错")
    assert await told(desk) == [] and await told(leader) == ["value_disputed"]
    await registry.settle_dispute(leader, value, outcome="dismissed", words="到现场数过")


async def test_a_dismissed_dispute_keeps_its_time_in_the_past(town: str) -> None:
    place = await a_town()
    secretary = await a_viewer("secretary", place.village)
    desk, start = await a_viewer("coordinator", place.township), now()
    value = await a_wrong_value(place)
    with clock_at(start + HOUR):
        await registry.dispute_value(secretary, value, words="不对")
    with clock_at(start + 2 * HOUR):
        await registry.settle_dispute(desk, value, outcome="dismissed", words="没错")

    async def at(hours: float) -> str:
        return (await as_it_was(secretary, place.village, start + hours * HOUR))["lamps"].value

    with clock_at(start + 3 * HOUR):
        assert [await at(hours) for hours in (0.5, 1, 1.5, 2, 2.5)] == ["400", "40", "40", "400", "400"]


async def test_what_a_dispute_says_is_masked_with_the_value_and_nobody_judges_it_unread(town: str) -> None:
    place = await a_town()
    value = await a_wrong_value(place, sensitivity="sensitive")
    await registry.dispute_value(await a_viewer("secretary", place.village), value, words="不是 400，是 40")
    desk: Viewer = await a_viewer("coordinator", place.township)
    seen = await DataValue.find(desk, value.pk)
    assert (seen.value, seen.dispute, seen.state) == (None, None, "disputed")
    with pytest.raises(NotAllowed, match="先写明用途"):
        await registry.settle_dispute(desk, seen, outcome="dismissed", words="没看过")
    await registry.reveal(desk, place.village, elements=[await Element.get(code="lamps")], purpose="appeal")
    seen = await DataValue.find(desk, value.pk)
    assert seen.dispute == "不是 400，是 40"
    await registry.settle_dispute(desk, seen, outcome="upheld", words="是 40")
