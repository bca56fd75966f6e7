"""Random histories of fields: all that is asked is answered, on file or missing, and nothing is on file without where it came from."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from models import tasks
from models.base.clock import clock_at, now, today
from models.base.refusals import Refusal
from models.base.viewer import Viewer
from models.registry import DataValue, Element, put
from models.tasks import AskedField, Assignment, ReportValue
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_admitted_request
from tests.models.tasks.elements import again, some_elements

pytestmark = pytest.mark.anyio
CODES = ("dibao", "tekun", "party", "paddy", "dryland", "arable")
STEPS = 30


async def one_step(place: Town, people: Sequence[Viewer], chance: random.Random) -> None:
    """Something that somebody does with the fields of a task: whether it is refused is not the question."""
    desk, secretary = people
    copies = await Assignment.filter(unit=place.village).order_by("id")
    kind = chance.choice(("ask", "report", "report", "accept", "accept", "return", "take back", "entry"))
    if kind == "ask" or not copies:
        codes = chance.sample(CODES, 3)
        await a_task(place, requests=[await an_admitted_request(place, elements=codes)])
    elif kind == "entry":
        element = await Element.get(code=chance.choice(CODES[:3]))
        as_of = today() - chance.choice((0, 500)) * DAY
        await put(secretary, place.village, element, str(chance.randrange(50)), as_of=as_of, origin="entry")
    else:
        copy = await again(chance.choice(copies))
        form = await tasks.form_of(secretary, copy)
        if kind == "report":
            codes = [one.element.code for one in form.to_fill if not one.terms] if form else []
            said = {"elements": codes, "figures": [str(chance.randrange(50)) for _ in codes]}
            why = ["changed"] * len(codes)
            await tasks.report(secretary, copy, words="办了。", reasons=why, confirmed=True, **said)
        elif kind == "take back":
            await tasks.take_back_report(secretary, copy)
        elif kind == "accept":
            await tasks.accept(desk, copy)
        else:
            await tasks.return_report(desk, copy, what_to_mend="请核对")


async def must_hold(place: Town) -> None:
    rows = await AskedField.filter(assignment__unit=place.village).select_related("assignment")
    covered = [row for row in rows if row.how == "held" or row.outcome]
    missing = [row for row in rows if row.is_open and not row.outcome]
    assert len(covered) + len(missing) == len(rows)
    for row in rows:
        assert not row.outcome or row.assignment.state == "accepted", "nothing counts before it is accepted"
    for value in await DataValue.all().select_related("report__assignment"):
        assert value.by_id is not None
        if value.origin == "report":
            assert value.task_id and value.report and value.report.taken_back_at is None
            assert value.report.assignment.state == "accepted"
            said = ReportValue.filter(report_id=value.report_id, element_id=value.element_id)
            assert (await said.get()).value == value.value


@pytest.mark.parametrize("walk", range(2))
async def test_what_is_asked_is_covered_or_missing_and_every_value_tells_where_it_came_from(
    town: str, walk: int
) -> None:
    chance = random.Random(walk)
    place = await a_town()
    await a_list(place.county)
    await some_elements()
    people = [await a_viewer("coordinator", place.township), await a_viewer("secretary", place.village)]
    at, done = now(), 0
    for _ in range(STEPS):
        at += chance.choice((1, 12, 48)) * DAY / 24
        with clock_at(at):
            try:
                await one_step(place, people, chance)
                done += 1
            except Refusal:
                continue
    await must_hold(place)
    assert done > STEPS / 3, "most of what is tried is refused"
