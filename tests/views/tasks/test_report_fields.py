"""The form of a report on its page: filled beforehand, sent in one tap, and as typed again after a refusal."""

from __future__ import annotations

import re

import pytest

from models.people import Post
from models.registry import Element
from models.tasks import Assignment, ReportValue, Task
from tests.builders import a_task, a_viewer, an_admitted_request
from tests.models.tasks.elements import asked_for
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def said() -> dict[str, tuple[str, str, str]]:
    rows = await ReportValue.all().order_by("id").values_list("element__code", "value", "how", "reason")
    return {str(code): (str(value), str(how), str(why)) for code, value, how, why in rows}


async def test_what_was_last_reported_stands_there_and_one_tap_sends_it(town: str, site: Site) -> None:
    _, copy, secretary = await asked_for("dibao", "terrain", known={"dibao": "12", "terrain": "丘陵"})
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    at = f"/assignments/{copy.pk}"
    page = (await browser.get(at)).text
    figure = re.search(r'<input type="text"[^>]*name="figures.dibao"[^>]*>', page)
    assert figure and 'value="12"' in figure.group() and 'inputmode="numeric"' in figure.group()
    assert re.search(r'type="radio" name="figures.terrain" value="丘陵" checked', page)
    assert "上次报的是 12 户" in page and "都没有变化，直接上报" in page
    sent = {
        "key": "a",
        "unchanged": "1",
        "field": ["dibao", "terrain"],
        "figures.dibao": "12",
        "figures.terrain": "丘陵",
        "words": "",
    }
    answer = await browser.post(f"{at}/report", data=sent)
    assert answer.status_code == 303
    assert await said() == {"dibao": ("12", "confirmed", ""), "terrain": ("丘陵", "confirmed", "")}
    page = (await browser.get(at)).text
    assert "低保户数：<strong>12 户</strong> <small>确认没有变化</small>" in page


async def test_a_refusal_keeps_what_was_typed_and_tells_each_field_what_is_wrong(
    town: str, site: Site
) -> None:
    _, copy, secretary = await asked_for(
        "dibao", "party", "paddy", "dryland", "arable", known={"dibao": "12"}
    )
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    at = f"/assignments/{copy.pk}/report"
    form = {
        "key": "a",
        "field": ["dibao", "party", "paddy", "dryland", "arable"],
        "figures.dibao": "130",
        "figures.party": "六十",
        "figures.paddy": "1.5",
        "figures.dryland": "2",
        "words": "今年新增。",
    }
    no = await browser.post(at, data=form)
    assert no.status_code == 422 and "今年新增。" in no.text
    assert re.search(r'value="六十"', no.text) and re.search(
        r'name="figures.paddy" [^>]*value="1.5"', no.text
    )
    assert "figures.party-wrong" in no.text and "reasons.dibao-wrong" in no.text
    form |= {"figures.party": "60", "reasons.dibao": "changed", "key": "b"}
    odd = await browser.post(at, data=form)
    assert odd.status_code == 422 and "相差十倍以上" in odd.text and 'name="confirmed"' in odd.text
    done = await browser.post(at, data=form | {"confirmed": "1", "key": "c"})
    assert done.status_code == 303
    assert await said() == {
        "dibao": ("130", "corrected", "changed"),
        "party": ("60", "filled", ""),
        "paddy": ("1.5", "filled", ""),
        "dryland": ("2", "filled", ""),
        "arable": ("3.5", "filled", ""),
    }


async def test_whoever_reviews_many_villages_reads_their_values_on_the_page_of_the_task(
    town: str, site: Site
) -> None:
    place, copy, secretary = await asked_for("dibao")
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    form = {"key": "a", "field": ["dibao"], "figures.dibao": "5"}
    assert (await browser.post(f"/assignments/{copy.pk}/report", data=form)).status_code == 303
    desk = await site.as_a("coordinator", place.township)
    assert "低保户数：<strong>5 户</strong>" in (await desk.get(f"/tasks/{copy.task_id}")).text


async def test_nothing_but_registered_elements_stands_on_the_form_of_a_task(town: str, site: Site) -> None:
    _, copy, secretary = await asked_for("dibao", "terrain", "opened", "hotline", "paddy")
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    page = (await browser.get(f"/assignments/{copy.pk}")).text
    form = re.search(r'<form[^>]*action="/assignments/\d+/report".*?</form>', page, re.DOTALL)
    assert form is not None
    names = set(re.findall(r'name="([^"]+)"', form.group())) - {"key", "field", "words", "unchanged"}
    known = {str(code) for code in await Element.filter(state="in_force").values_list("code", flat=True)}
    assert names and all(name.partition(".")[2] in known for name in names)


async def test_a_task_without_fields_is_reported_in_words_as_before(town: str, site: Site) -> None:
    place, _, secretary = await asked_for("dibao")
    task: Task = await a_task(place, requests=[await an_admitted_request(place)])
    copy = await Assignment.get(task=task, unit=place.village)
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    page = (await browser.get(f"/assignments/{copy.pk}")).text
    assert "写清做了什么" in page and 'name="field"' not in page
    form = {"key": "a", "words": ""}
    assert (await browser.post(f"/assignments/{copy.pk}/report", data=form)).status_code == 422
    assert (await a_viewer("secretary", place.village)).person_id
