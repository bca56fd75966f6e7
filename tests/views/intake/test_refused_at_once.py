"""What is not listed is refused in the answer itself: why, what is near and may be asked, and who does it instead."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from models.base.clock import today
from models.demo.matters import demo_matters
from models.matters import Matter, MatterList
from models.people import Post
from models.pinyin import initials
from schema import door
from schema.base.nodes import global_id
from tests.builders import DAY, Town, a_list, a_town, a_viewer
from tests.models.past_the_triggers import without_triggers
from tests.schema.toys import ask
from tests.views.conftest import HERE, Site

pytestmark = pytest.mark.anyio
TITLE = "开展秸秆露天焚烧巡查"
WORDS = {"title": TITLE, "body": "请各村组织巡查。"}
SUBMIT = """
mutation ($department: ID!, $units: [UnitRef!]!, $dueOn: Date!, $title: String!, $body: String!) {
  submitRequest(input: {
    idempotencyKey: "a-key", department: {id: $department}, units: $units, dueOn: $dueOn, title: $title, body: $body
    matterCode: "XZ-XX-99", demands: ["patrol"]
  }) { batch { requests(first: 1) { nodes { state screenings(first: 1) { nodes {
    verdict reasons sentence route nearest
  } } } } } refusals { code } }
}
"""


async def _many_more(held: MatterList, many: int) -> None:
    """So many matters more in the list that is in force."""
    rows = [{**row, "code": f"{row['code']}-{n}"} for n in range(8) for row in demo_matters()][:many]
    async with in_transaction():
        await without_triggers()
        more = [Matter(**row, list_id=held.pk, pinyin=initials(row["title"])[:200]) for row in rows]
        await Matter.bulk_create(more, batch_size=100)


async def _by_page(site: Site, place: Town, post: Post) -> float:
    browser = await site.signed_in(post, origin=HERE)
    form: dict[str, Any] = WORDS | {"key": "another-key", "matter_code": "XZ-XX-99", "demands": ["patrol"]}
    form |= {"deadline": str(today() + 20 * DAY), "department": str(place.department.pk)}
    form |= {"places": [str(place.village.pk)], "units": [str(place.village.pk)]}
    began = process_time()
    answer = await browser.post("/requests", data=form, follow_redirects=True)
    took = process_time() - began
    assert answer.status_code == 200, answer.text[:1000]
    assert "合法途径" in answer.text and "清单上相近的事项" in answer.text
    assert (
        answer.text.count('<a href="/matters/') >= 1
        and "秸秆" in answer.text.partition("清单上相近的事项")[2]
    )
    return took


async def _by_program(place: Town, officer: Any) -> float:
    said: dict[str, Any] = {
        "department": global_id("Unit", place.department.pk),
        "units": [{"id": global_id("Unit", place.village.pk)}],
        "dueOn": str(today() + 20 * DAY),
    }
    began = process_time()
    told = await ask(door, officer, SUBMIT, **said | WORDS)
    took = process_time() - began
    (request,) = told["data"]["submitRequest"]["batch"]["requests"]["nodes"]
    (verdict,) = request["screenings"]["nodes"]
    assert (request["state"], verdict["verdict"]) == ("REJECTED", "NOT_LISTED")
    assert verdict["reasons"] and verdict["sentence"] and verdict["route"]
    assert any("NY" in code or "ST" in code or "HJ" in code for code in verdict["nearest"])
    return took


@pytest.mark.parametrize("more", [0, pytest.param(2_000, marks=pytest.mark.nightly)])
async def test_the_answer_says_why_what_is_near_and_who_does_it_and_no_village_hears_of_it(
    town: str, site: Site, more: int, figure: Callable[[str], None]
) -> None:
    place = await a_town()
    held = await a_list(place.city)
    await _many_more(held, more)
    officer = await a_viewer("department_officer", place.department)
    post = await Post.get(pk=officer.post_id)
    took = await _by_program(place, officer), await _by_page(site, place, post)
    secretary = await site.as_a("secretary", place.village)
    for page in ("/", "/tasks", "/messages", "/burden"):
        assert TITLE not in (await secretary.get(page)).text
    if more:
        figure(f"among {more} matters: by the API {took[0]:.2f} s, by page {took[1]:.2f} s of CPU")
        assert max(took) <= 1
