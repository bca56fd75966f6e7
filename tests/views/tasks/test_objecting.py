"""The page of an assignment offers an objection once for each wording of the task."""

from __future__ import annotations

import pytest

from models import tasks
from models.people import Post
from models.tasks import Assignment, Objection, Task
from tests.builders import a_list, a_town, a_viewer, an_assignment
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
OFFER = "不该本村办，提出异议"


@pytest.mark.running
async def test_a_refused_objection_is_appealed_and_not_made_again_until_the_task_says_something_else(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.county)
    mine = await an_assignment(place)
    secretary, leader = await a_viewer("secretary", place.village), await a_viewer("leader", place.township)
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    at = f"/assignments/{mine.pk}"
    assert OFFER in (await browser.get(at)).text
    said = {"key": "o", "kind": "not_ours", "words": "不是村里的事。"}
    assert (await browser.post(f"{at}/objections", data=said)).status_code == 303
    made = await Objection.get(assignment=mine).prefetch_related(*Objection.judged_with)
    await tasks.answer_objection(leader, made, upheld=False, answer="清单上有。")
    page = (await browser.get(at)).text
    assert OFFER not in page and "不服，向县里上诉" in page
    again = await browser.post(f"{at}/objections", data={**said, "key": "p"})
    assert again.status_code == 409 and "已经提过异议" in again.text
    task = await Task.get(pk=mine.task_id).prefetch_related(*Task.judged_with)
    changed = {"title": task.title, "body": "改为逐户走访。", "due_on": task.due_on}
    await tasks.carry_over(await a_viewer("head", place.township), task, reason="上级变更要求", **changed)
    assert OFFER not in (await browser.get(at)).text
    await tasks.approve_change(leader, task)
    assert OFFER in (await browser.get(at)).text
    assert (await Assignment.get(pk=mine.pk)).state == "dispatched"
