"""What people type into pages: read as they mean it, or refused at its field; nothing invisible fills one, and nothing breaks one."""

from __future__ import annotations

from typing import Any

import pytest

from models.base.clock import TOWN_ZONE
from models.bidding import Project
from models.concerns import Concern
from models.people import Person
from tests.builders import a_list, a_town
from tests.views.bidding.test_projects import a_form
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
UNSEEN = ("\u200b", "\u3164", "\u2800", "\u202e", "\ufeff\u00ad", "\u0301", "　", "🀄")


async def test_nothing_invisible_passes_for_a_filled_field(site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    told = {"unit": str(place.village.pk), "title": "路灯", "body": "村口路灯不亮。"}
    for number, typed in enumerate(UNSEEN):
        for field in ("title", "body"):
            form = told | {field: typed, "key": f"{field}-{number}"}
            assert (await browser.post("/concerns", data=form)).status_code == 422, (field, ascii(typed))
    assert not await Concern.exists()
    hidden = told | {"title": "\u202e路\u200b灯\r\n 坏了　", "body": "一\r\n二\u2066", "key": "k"}
    assert (await browser.post("/concerns", data=hidden)).status_code == 303
    made = await Concern.get()
    assert (made.title, made.body) == ("路灯 坏了", "一\n二")


async def test_numbers_are_read_as_people_type_them_and_no_other_way(site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township)
    for number, (typed, read) in enumerate(
        {"1,000": 1000, "１００": 100, " 5 ": 5, "+7": 7, "-0": 0}.items()
    ):
        form = a_form(support_yuan=typed, key=f"good-{number}")
        assert (await browser.post("/projects", data=form)).status_code == 303, typed
        made = await Project.all().order_by("-id").first()
        assert made is not None and made.support_yuan == read
    held = await Project.all().count()
    for number, typed in enumerate(("1_000", "٣٠٠", "1e3", "NaN", "0.5", "十二", "12人", "9" * 25, "-5")):
        answer = await browser.post("/projects", data=a_form(support_yuan=typed, key=f"bad-{number}"))
        assert answer.status_code == 422 and "support_yuan-wrong" in answer.text, typed
    for field, name in (("²", "weight"), ("٣", "weight"), ("5", "depth"), ("也许", "shows_numbers")):
        answer = await browser.post(
            "/projects", data=a_form(key=name + field) | {"depth": "scored", name: field}
        )
        assert answer.status_code == 422, name
    assert await Project.all().count() == held


@pytest.mark.parametrize("field", ["opens_at", "start_by"])
async def test_no_day_at_the_edge_of_the_calendar_breaks_a_page(site: Site, field: str) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township)
    for number, day in enumerate(("0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01")):
        for time in ("T00:00+14:00", "T23:59:59Z", "T24:00", ""):
            form = a_form(**{field: f"{day}{time}"}, key=f"{number}{time}")
            assert (await browser.post("/projects", data=form)).status_code == 422, (day, time)
    assert not await Project.exists()


async def test_a_day_is_taken_as_it_is_written_and_by_the_towns_clock(site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township)
    form: dict[str, Any] = a_form(key="k")
    opens, closes = form["opens_at"], form["closes_at"]
    day, time = closes.split("T")
    year, month, date = day.split("-")
    form |= {
        "closes_at": f"{year}年{int(month)}月{int(date)}日 {time.replace(':', '：')}",
        "opens_at": opens.replace("-", "/").replace("T", " "),
    }
    assert (await browser.post("/projects", data=form)).status_code == 303
    made = await Project.get()
    assert f"{made.closes_at.astimezone(TOWN_ZONE):%Y-%m-%dT%H:%M}" == closes
    assert f"{made.opens_at.astimezone(TOWN_ZONE):%Y-%m-%dT%H:%M}" == opens


async def test_a_person_is_kept_under_one_name_and_one_number(site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    browser = await site.as_a("coordinator", place.township)
    told = {
        "name": "吕\u3000金\u200b木",
        "phone": "\u202d+86 138-0000-0013\u202c",
        "role": "cadre",
        "unit": str(place.village.pk),
        "key": "k",
    }
    answer = await browser.post("/people", data=told)
    assert answer.status_code == 303, answer.text
    made = await Person.all().order_by("-id").first()
    assert made is not None and (made.name, made.phone) == ("吕金木", "13800000013")
    for field, typed in (("name", "\u200b"), ("phone", "没有"), ("title", "长" * 41)):
        wrong = await browser.post("/people", data=told | {field: typed, "key": field})
        assert wrong.status_code == 422, field
