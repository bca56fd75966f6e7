"""Reminders of appeals: to the keepers nearest to the village, and back to whoever appealed; never what they say."""

from __future__ import annotations

import pytest

from models import evaluation
from models.base.clock import clock_at
from models.evaluation import Appeal
from models.people import Post
from tests.builders import Town
from tests.gateway import Gateway
from tests.models.evaluation.scenes import MATTERS, a_month, index_of, results
from tests.models.test_reminders import (  # noqa: F401 - the fixture
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    a_listed_town,
    at,
    gateway,
    look,
    somebody,
    told,
)

pytestmark = pytest.mark.anyio
WORDS = "那天停电，前一天已经在电话里报过结果，有通话记录。"
ANSWER = "经核实，停电属实，村里已在期限内电话反馈。"


async def appealed(place: Town) -> tuple[Appeal, Post]:
    from tests.builders import a_list

    await a_list(place.city, {"code": MATTERS[0], "title": "巡查", "category": "assist", "demands": ["patrol"]})
    await results(place, MATTERS[:1])
    return place
