"""What stands before a village is what went out, frozen, whatever becomes of the requests and the drafts behind it."""

from __future__ import annotations

from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, OperationalError

from models import registry, screening, tasks
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.signatures import word_on
from models.base.viewer import Viewer
from models.policies import Policy
from models.requests import WorkRequest
from models.tasks import Assignment, Message, Task, TaskSource, TaskVersion
from tests.builders import (
    DAY,
    LONG_AGO,
    Town,
    a_list,
    a_signer,
    a_task,
    a_town,
    a_viewer,
    an_admitted_request,
)
from tests.models.tasks.test_gates import MAJOR
from tests.models.tasks.test_signed import PASSWORD, confirmed, discussed

pytestmark = pytest.mark.anyio
ASKED = ("title", "body", "matter_code", "demands", "deadline")


class Out:
    """A task that is out, and those whose word it takes to change it."""

    def __init__(self, place: Town, task: Task, *people: Viewer) -> None:
        self.place, self.task = place, task
        self.asker, self.desk, self.leader, self.head, self.village = people

    async def request(self) -> WorkRequest:
        return (await TaskSource.get(task=self.task).select_related("request")).request

    async def amend(self, **changes: Any) -> WorkRequest:
        request = await self.request()
        said = {name: getattr(request, name) for name in ASKED}
        return await tasks.amend_request(self.asker, request, **said | {"reason": "改了"} | changes)

    async def read(self) -> None:
        await screening.admit(self.desk, await self.request())

    async def propose(self, actor: Viewer | None = None, **changes: Any) -> Task:
        words: dict[str, Any] = {name: getattr(self.task, name) for name in ("title", "body", "due_on")}
        return await tasks.carry_over(
            actor or self.desk, self.task, **words | {"reason": "部门改了要求"} | changes
        )

    async def before_the_village(self) -> tuple[Any, ...]:
        """Everything a village reads of it: words, end, the data asked, what it was told, and which versions it knows."""
        copy = await Assignment.find(self.village, (await self._copy()).pk)
        form = await tasks.form_of(self.village, copy)
        messages = await Message.visible_to(self.village).values_list("words", flat=True)
        versions = await TaskVersion.visible_to(self.village).order_by("id").values_list("number", "body")
        asked = tuple(one.element.code for one in form.to_fill) if form else ()
        return copy.task.title, copy.task.body, copy.due_at, asked, list(messages), list(versions)

    async def _copy(self) -> Assignment:
        return await Assignment.get(task=self.task, unit=self.place.village)


async def a_task_out() -> Out:
    place = await a_town()
    await a_list(place.county)
    keeper = await a_viewer("list_keeper", place.city)
    for code in ("E1", "E2"):
        await registry.define(
            keeper, place.city, code=code, name=f"数据{code}", freshness_days=30, reason="另一口径"
        )
    task = await a_task(place, requests=[await an_admitted_request(place, elements=["E1"])])
    people = [
        await a_viewer("department_officer", place.department),
        await a_viewer("coordinator", place.township),
        await a_viewer("leader", place.township),
        await a_viewer("head", place.township),
        await a_viewer("secretary", place.village),
    ]
    return Out(place, await Task.find(people[1], task.pk), *people)


async def test_an_amendment_reaches_no_village_before_it_is_read_proposed_and_approved_by_another(
    town: str,
) -> None:
    out = await a_task_out()
    before = await out.before_the_village()
    assert before[3] == ("E1",)
    await out.amend(body="请签订新内容。", elements=["E1", "E2"])
    assert await out.before_the_village() == before
    await screening.reject(out.desk, await out.request(), reason="不符")
    assert await out.before_the_village() == before
    with pytest.raises(NotNow):
        await out.propose(body="新内容。")


async def test_a_version_goes_out_by_another_leaders_word_and_tells_what_changed(town: str) -> None:
    out = await a_task_out()
    await out.amend(body="新内容。", elements=["E1", "E2"])
    await out.read()
    before = await out.before_the_village()
    await out.propose(out.leader, body="新内容。", due_on=out.task.due_on + 2 * DAY)
    assert await out.before_the_village() == before
    with pytest.raises(NotAllowed, match="另一位领导"):
        await tasks.approve_change(out.leader, out.task)
    with pytest.raises(NotAllowed):
        await tasks.approve_change(out.desk, out.task)
    await tasks.approve_change(out.head, out.task)
    title, body, due_at, asked, told, versions = await out.before_the_village()
    assert (title, body, asked) == (before[0], "新内容。", ("E1", "E2")) and due_at > before[2]
    assert "第 2 版" in told[0] and "要填的数据：原为“数据E1”，现为“数据E1、数据E2”。" in told[0]
    assert [number for number, _ in versions] == [1, 2]


async def test_a_proposal_waits_alone_and_may_be_left_aside(town: str) -> None:
    out = await a_task_out()
    before = await out.before_the_village()
    await out.propose(body="新内容。")
    with pytest.raises(NotNow, match="等领导批准"):
        await out.propose(body="更新的内容。")
    await tasks.drop_change(out.leader, out.task, reason="不必改")
    with pytest.raises(NotNow, match="没有待批准的变更"):
        await tasks.approve_change(out.head, out.task)
    with pytest.raises(Invalid, match="没有变化"):
        await out.propose()
    assert await out.before_the_village() == before
    await out.propose(body="更新的内容。")
    await tasks.approve_change(out.head, out.task)
    assert (await out.before_the_village())[1] == "更新的内容。"


async def test_what_its_requests_said_when_it_was_proposed_must_still_stand(town: str) -> None:
    out = await a_task_out()
    await out.propose(body="新内容。")
    await out.amend(elements=["E2"])
    with pytest.raises(NotNow, match="先复核"):
        await tasks.approve_change(out.head, out.task)
    await out.read()
    with pytest.raises(NotNow, match="又改过"):
        await tasks.approve_change(out.head, out.task)


async def test_another_end_counts_against_the_ceilings(town: str) -> None:
    out = await a_task_out()
    where = {"unit": out.place.county, "set_by_id": out.head.post_id, "made_at": out.task.made_at}
    await Policy.create(name="collisions", value=1, reason="示范", from_on=LONG_AGO, **where)
    await a_task(out.place, due_on=out.task.due_on + 20 * DAY)
    await out.propose(due_on=out.task.due_on + 19 * DAY)
    with pytest.raises(NotNow, match=r"变更以后，梅渚村.*须主要领导签署理由"):
        await tasks.approve_change(out.head, out.task)
    signer = await a_signer("head", out.place.township, PASSWORD)
    await tasks.sign_overload(signer, out.task, reason="汛期要紧", password=PASSWORD)
    assert await holds(out.task, "tasks.sign_overload")
    await tasks.approve_change(out.head, out.task)
    assert await holds(out.task, "tasks.sign_overload"), "it was signed for what stands now"
    with pytest.raises(NotNow, match="没有待批准的变更"):
        await tasks.sign_overload(signer, out.task, reason="汛期要紧", password=PASSWORD)


async def holds(task: Task, command: str) -> bool:
    word = await word_on(await Task.get(pk=task.pk), command)
    return word is not None and word.holds


async def test_a_reason_signed_for_one_change_is_none_for_another(town: str) -> None:
    out = await a_task_out()
    where = {"unit": out.place.county, "set_by_id": out.head.post_id, "made_at": out.task.made_at}
    await Policy.create(name="collisions", value=1, reason="示范", from_on=LONG_AGO, **where)
    await a_task(out.place, due_on=out.task.due_on + 20 * DAY)
    signer = await a_signer("head", out.place.township, PASSWORD)
    await out.propose(due_on=out.task.due_on + 19 * DAY)
    await tasks.sign_overload(signer, out.task, reason="汛期要紧", password=PASSWORD)
    await tasks.drop_change(out.head, out.task, reason="再想想")
    await out.propose(due_on=out.task.due_on + 18 * DAY)
    with pytest.raises(NotNow, match=r"超负荷签署已失效.*内容或期限.*重新签署"):
        await tasks.approve_change(out.head, out.task)


async def test_what_is_signed_for_a_change_is_signed_for_its_data_and_its_reason(town: str) -> None:
    out = await a_task_out()
    where = {"unit": out.place.county, "set_by_id": out.head.post_id, "made_at": out.task.made_at}
    await Policy.create(name="collisions", value=1, reason="示范", from_on=LONG_AGO, **where)
    await a_task(out.place, due_on=out.task.due_on + 20 * DAY)
    signer, later = await a_signer("head", out.place.township, PASSWORD), out.task.due_on + 19 * DAY
    await out.propose(due_on=later)
    await tasks.sign_overload(signer, out.task, reason="汛期要紧", password=PASSWORD)
    for changes in ({"reason": "另一个原因"}, {"elements": ["E1", "E2"]}):
        await tasks.drop_change(out.head, out.task, reason="再想想")
        if "elements" in changes:
            await out.amend(**changes)
            await out.read()
        said = {"reason": "部门改了要求"} | {n: v for n, v in changes.items() if n == "reason"}
        await out.propose(due_on=later, **said)
        with pytest.raises(NotNow, match=r"超负荷签署已失效.*变更的数据、原因.*重新签署"):
            await tasks.approve_change(out.head, out.task)
    await tasks.sign_overload(signer, out.task, reason="汛期要紧", password=PASSWORD)
    await tasks.approve_change(out.head, out.task)
    assert await holds(out.task, "tasks.sign_overload")


async def test_a_reason_that_crosses_a_line_drawn_since_goes_to_no_village(town: str) -> None:
    out = await a_task_out()
    await out.propose(body="新内容。", reason="上级要求村村打擂")
    keeper = await a_viewer("list_keeper", out.place.county)
    await screening.set_red_line(keeper, out.place.county, phrase="村村打擂", demand="ranking")
    with pytest.raises(Invalid, match="请改写") as no:
        await tasks.approve_change(out.head, out.task)
    assert no.value.field == "reason"


async def test_a_change_of_a_major_matter_is_discussed_anew(town: str) -> None:
    place = await a_town()
    await a_list(place.county, MAJOR)
    desk = await a_viewer("coordinator", place.township)
    present = [await a_viewer(role, place.township) for role in ("head", "leader", "leader")]
    asked = await an_admitted_request(place, matter_code="XZ-SL-02")
    task = await a_task(place, "draft", requests=[asked])
    await confirmed(await discussed(desk, task, present), present)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(present[0], task)
    await tasks.dispatch(desk, task)
    with pytest.raises(NotNow, match="没有待批准的变更"):
        await discussed(desk, task, present)
    same = {name: getattr(asked, name) for name in ("title", "matter_code", "demands", "deadline")}
    officer = await a_viewer("department_officer", place.department)
    await tasks.amend_request(officer, asked, **same, body="改为五月搬。", reason="工期改了")
    await screening.admit(desk, asked)
    words = {"title": task.title, "body": "改为五月搬。", "due_on": task.due_on, "reason": "工期改了"}
    await tasks.carry_over(desk, task, **words)
    with pytest.raises(NotNow, match=r"集体讨论已失效.*须重新讨论"):
        await tasks.approve_change(present[0], task)
    held = await discussed(desk, task, present)
    with pytest.raises(NotNow, match="还没有全部确认"):
        await tasks.approve_change(present[0], task)
    await confirmed(held, present)
    await tasks.approve_change(present[0], task)
    assert (await Task.get(pk=task.pk)).body == "改为五月搬。"
    assert await holds(task, "tasks.record_discussion"), "it was discussed as it stands now"


RAW = [
    "UPDATE task SET body = '责任状' WHERE id = {task}",
    "UPDATE task SET title = '责任状', state = 'closed' WHERE id = {task}",
    "UPDATE task SET due_at = '2026-01-01 00:00:00+00:00' WHERE id = {task}",
    "UPDATE task SET state = 'dispatched' WHERE id = {approved}",
    "UPDATE task_version SET body = '责任状' WHERE id = {out}",
    "UPDATE task_version SET elements = '[]' WHERE id = {out}",
    "UPDATE task_version SET state = 'dropped' WHERE id = {out}",
    "UPDATE task_version SET body = '责任状' WHERE id = {proposed}",
    "UPDATE task_version SET state = 'out', number = 2 WHERE id = {proposed}",
    "UPDATE task_version SET state = 'out', number = 2, decided_by_id = drafted_by_id WHERE id = {proposed}",
    "DELETE FROM task_version WHERE id = {out}",
    "DELETE FROM task_version",
    "INSERT INTO task_version (task_id, number, state, title, body, due_at, elements, screenings, reason, drafted_by_id, "
    "made_at, note) SELECT task_id, 2, 'out', title, body, due_at, elements, screenings, '', drafted_by_id, made_at, '' "
    "FROM task_version WHERE id = {out}",
    "INSERT INTO task_version (task_id, state, title, body, due_at, elements, screenings, reason, drafted_by_id, "
    "made_at, note) SELECT task_id, 'proposed', title, body, due_at, elements, screenings, '', drafted_by_id, made_at, '' "
    "FROM task_version WHERE id = {out}",
]


async def test_no_raw_statement_puts_other_words_before_a_village(town: str) -> None:
    out = await a_task_out()
    await out.propose(body="新内容。")
    approved = await a_task(out.place, "approved")
    first, proposed = await TaskVersion.filter(task=out.task).order_by("id")
    before = await out.before_the_village()
    rows = {"task": out.task.pk, "approved": approved.pk, "out": first.pk, "proposed": proposed.pk}
    for statement in RAW:
        with pytest.raises((IntegrityError, OperationalError)):
            await Tortoise.get_connection("default").execute_query(statement.format(**rows))
    assert await out.before_the_village() == before
    await tasks.approve_change(out.head, out.task)
