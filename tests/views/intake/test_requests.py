"""The request form as a browser meets it."""

from __future__ import annotations

import re

import pytest

from models.base.clock import today
from models.registry import Element
from models.requests import WorkRequest
from tests.builders import DAY, a_list, a_town

pytestmark = pytest.mark.anyio
TAKEN = {"elements", "action", "method", "submit", "reset", "target", "length", "id", "name"}
"""Properties of a form in a browser, which a field of the same name hides."""


async def a_desk(site):
    town = await a_town()
    await a_list(town.city)
    await Element.create(code="rk", name="户籍人口")
    return town, await site.as_a("department_officer", town.department)


def asked(town, page, **changes):
    key = re.search(r'action="/requests"[^>]*>\s*<input[^>]*name="key"[^>]*value="([^"]+)"', page).group(1)
    return {
        "key": key,
        "department": town.department.pk,
        "matter_code": "XZ-NY-01",
        "title": "秸秆禁烧巡查",
        "body": "请各村组织巡查。",
        "deadline": (today() + 20 * DAY).isoformat(),
        "demands": ["patrol", "data"],
        "places": [town.township.pk],
    } | changes


async def test_no_field_hides_a_property_of_the_form_from_scripts(site):
    _, browser = await a_desk(site)
    page = (await browser.get("/requests/new")).text
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page))
    assert "data" in names and not names & TAKEN


async def test_the_data_ticked_are_the_data_asked_for(site):
    town, browser = await a_desk(site)
    page = (await browser.get("/requests/new")).text
    answer = await browser.post("/requests", data=asked(town, page, data=["rk"]))
    assert answer.status_code == 303
    assert (await WorkRequest.all().first()).elements == ["rk"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [({"places": []}, "places", "请选择乡镇街道或村社"), ({"data": ["nothing"]}, "data", "已登记的数据项")],
)
async def test_a_refusal_leads_to_the_field_as_the_form_calls_it(site, changes, field, words):
    town, browser = await a_desk(site)
    page = (await browser.get("/requests/new")).text
    answer = await browser.post("/requests", data=asked(town, page, **changes))
    assert answer.status_code == 422 and words in answer.text
    assert f'href="#requests-{field}"' in answer.text and f'id="requests-{field}"' in answer.text
    assert 'value="秸秆禁烧巡查"' in answer.text, "what was typed comes back"
