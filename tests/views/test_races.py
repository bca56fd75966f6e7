"""A form that arrives many times at once, as phones with bad signal send it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.base.clock import today
from models.intake import WorkRequest
from models.people import Post
from tests.builders import DAY, a_list, a_town, a_viewer
from tests.views.conftest import HERE, Site

pytestmark = pytest.mark.anyio


async def test_the_same_form_fifty_times_at_once_is_one_request_with_one_answer(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.county)
    officer = await a_viewer("department_officer", place.department)
    browser = await site.signed_in(await Post.get(pk=officer.post_id), origin=HERE)
    form: dict[str, Any] = {
        "key": "the-same-key",
        "title": "秸秆禁烧巡查",
        "body": "请各村巡查。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
        "deadline": str(today() + 9 * DAY),
        "places": [str(place.village.pk)],
        "units": [str(place.village.pk)],
        "department": str(place.department.pk),
    }
    answers = await asyncio.gather(*(browser.post("/requests", data=form) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {303}, answers[0].text[:2000]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await WorkRequest.all().count() == 1
