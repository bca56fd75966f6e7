"""Reminders of appeals: to the keepers nearest to the village, and back to whoever appealed; never what they say."""

from __future__ import annotations

import pytest

from models import evaluation
from models.base.clock import clock_at
from models.base.viewer import Viewer
from models.evaluation import Appeal
from tests.builders import Town
from tests.gateway import Gateway
from tests.models.evaluation.scenes import MATTERS, a_month, a_working_town, index_of, results
from tests.models.reminders.scenes import MONDAY, TUESDAY, at, look, somebody, told

pytestmark = pytest.mark.anyio
WORDS = "那天停电，前一天已经在电话里报过结果，有通话记录。"
ANSWER = "经核实，停电属实，村里已在期限内电话反馈。"


async def appealed(place: Town, secretary: Viewer) -> Appeal:
    await results(place, MATTERS[:1])
    score = await index_of(place, await a_month(place))
    made = await evaluation.appeal(secretary, score, words=WORDS)
    return await Appeal.get(pk=made.pk).prefetch_related(*Appeal.judged_with)


async def test_the_nearest_keepers_hear_of_an_appeal_and_the_village_of_its_answer(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 9)):
        place = await a_working_town()
        meizhu, tang = [await somebody("secretary", unit) for unit in (place.village, place.second_village)]
        near, far = await somebody("list_keeper", place.county), await somebody("city_admin", place.city)
        made = await appealed(place, meizhu)
    await look(at(MONDAY, 9, 1))
    assert told(gateway, near) == ["1 件评价申诉待您答复"]
    with clock_at(at(TUESDAY, 9)):
        await evaluation.answer_appeal(near, made, upheld=False, answer=ANSWER)
    await look(at(TUESDAY, 9, 1), at(TUESDAY, 9, 2))
    assert told(gateway, meizhu) == ["1 件评价申诉已答复"]
    assert told(gateway, near) == ["1 件评价申诉待您答复"]
    assert told(gateway, far) == [] and told(gateway, tang) == []


async def test_what_was_answered_in_the_night_is_not_told_as_waiting(gateway: Gateway) -> None:
    with clock_at(at(MONDAY, 21)):
        place = await a_working_town()
        meizhu, near = await somebody("secretary", place.village), await somebody("list_keeper", place.county)
        made = await appealed(place, meizhu)
        await look(at(MONDAY, 21, 1))
        await evaluation.answer_appeal(near, made, upheld=False, answer=ANSWER)
    await look(at(TUESDAY, 8))
    assert told(gateway, near) == [] and told(gateway, meizhu) == ["1 件评价申诉已答复"]
