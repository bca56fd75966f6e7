"""What commands upon tasks say: to the village that does them, the desk that looks after them, and whoever asked."""

from __future__ import annotations

from collections.abc import Collection

from models.base.clock import TOWN_ZONE, town_day
from models.base.events import Event
from models.inbox.addressing import To, approvers_of, doers_of, oneself, signers_for, the_desk
from models.inbox.declarations import (
    SEEN_AT_ONCE,
    TOLD_BY_ITS_PARTS,
    UNFINISHED,
    Declared,
    Draft,
    Silent,
    drafts,
    row_of,
    said,
)
from models.people import Post, in_force
from models.people.roles import TOLD_OF_RESPONSES
from models.tasks import (
    OPEN,
    WITH_THE_VILLAGE,
    Assignment,
    Discussion,
    EmergencyResponse,
    Participant,
    Report,
    Task,
    TaskSource,
    TaskVersion,
    Urging,
    approve,
    approve_afterwards,
    approve_change,
)


async def task_of(event: Event) -> Task | None:
    return await row_of(event, Task, *Task.judged_with)


async def copy_of(event: Event) -> Assignment | None:
    return await row_of(event, Assignment, *Assignment.judged_with)


async def to_the_doers(kind: str, copies: Collection[Assignment], words: str = "") -> list[Draft]:
    """One message for each copy; needs the copies' units and tasks loaded."""
    doers = await doers_of(copies) if copies else {}
    return [
        one
        for copy in copies
        for one in drafts(doers[copy.pk], kind, copy, copy.task.title, words, copy.due_on)
    ]


async def _copies(task: Task, states: Collection[str]) -> list[Assignment]:
    rows = Assignment.filter(task_id=task.pk, state__in=states).order_by("id")
    return await rows.select_related("unit", "task")


async def to_the_askers(kind: str, task: Task, words: str) -> list[Draft]:
    """Whoever submitted the requests that a task answers, each of their own request."""
    sources = TaskSource.filter(task_id=task.pk).order_by("id")
    rows = [source.request for source in await sources.select_related("request__submitted_by")]
    return [one for row in rows for one in drafts(oneself(row.submitted_by), kind, row, row.title, words)]


async def _submitted(event: Event) -> list[Draft]:
    """To whoever may approve, and to the head where villages would be over their ceiling."""
    task = await task_of(event)
    if task is None or task.state != "submitted":
        return []
    found = drafts(await approvers_of(task, approve), "approval", task, task.title)
    words = "有村社的负担会超过上限，须您签署理由。"
    return found + drafts(await signers_for(task), "overload", task, task.title, words)


async def _approved(event: Event) -> list[Draft]:
    task = await task_of(event)
    if task is None:
        return []
    return drafts(oneself(task.drafted_by), "approved", task, task.title, str(said(event, "note")))


async def _sent_back(event: Event) -> list[Draft]:
    task = await task_of(event)
    if task is None:
        return []
    return drafts(oneself(task.drafted_by), "sent_back", task, task.title, str(said(event, "reason")))


SIGNED = {"tasks.sign_overload": "超负荷", "tasks.ask_anew": "重新填报"}


async def _signed(event: Event) -> list[Draft]:
    task = await task_of(event)
    words = f"{SIGNED[event.command]}已签批：{said(event, 'reason')}"
    return drafts(oneself(task.drafted_by), "approved", task, task.title, words) if task else []


async def _sent_out(event: Event) -> list[Draft]:
    """To the villages it reached and whoever asked for it; in an emergency also to who must approve it afterwards."""
    task = await task_of(event)
    if task is None:
        return []
    emergency = task.response_id is not None
    copies = await _copies(task, WITH_THE_VILLAGE)
    words = f"{task.due_at.astimezone(TOWN_ZONE):%m月%d日 %H:%M} 前反馈。" if emergency else ""
    found = await to_the_doers("emergency" if emergency else "dispatched", copies, words)
    if emergency:
        leaders = await approvers_of(task, approve_afterwards)
        found += drafts(leaders, "approval", task, task.title, "应急任务，请在 24 小时内补批。")
    return found + await to_the_askers("request_moved", task, f"已经下派到 {len(copies)} 个村社、网格。")


async def _withdrawn(event: Event) -> list[Draft]:
    task = await task_of(event)
    if task is None:
        return []
    why = str(said(event, "reason"))
    copies = Assignment.filter(task_id=task.pk, state="withdrawn").order_by("id")
    found = await to_the_doers("withdrawn", await copies.select_related("unit", "task"), why)
    return found + await to_the_askers("request_moved", task, f"任务已撤回：{why}")


async def _change_proposed(event: Event) -> list[Draft]:
    """To whoever may approve it, and to the head: no village hears of a change that nobody has approved."""
    change = await _change_of(event, "proposed")
    if change is None:
        return []
    leaders = await approvers_of(change.task, approve_change)
    to = [one for one in leaders if one.person_id != change.drafted_by.person_id]
    found = drafts(to, "approval", change.task, change.task.title, f"变更待批准。原因：{change.reason}")
    words = "变更以后，有村社的负担会超过上限，须您签署理由。"
    return found + drafts(await signers_for(change.task), "overload", change.task, change.task.title, words)


async def _changed(event: Event) -> list[Draft]:
    change = await _change_of(event, "out")
    if change is None:
        return []
    task = change.task
    found = await to_the_doers("amended", await _copies(task, OPEN), f"原因：{change.reason}")
    found += drafts(oneself(change.drafted_by), "approved", task, task.title, change.note)
    return found + await to_the_askers("request_moved", task, "任务已经按修改后的申请变更到村。")


async def _change_dropped(event: Event) -> list[Draft]:
    change = await _change_of(event, "dropped")
    if change is None:
        return []
    return drafts(oneself(change.drafted_by), "left_aside", change.task, change.task.title, change.note)


async def _change_of(event: Event, state: str) -> TaskVersion | None:
    """The latest version of the task in this state."""
    rows = TaskVersion.filter(task_id=event.subject_id, state=state).order_by("-id")
    return await rows.first().prefetch_related(*TaskVersion.judged_with)


async def _reopened(event: Event) -> list[Draft]:
    task = await task_of(event)
    if task is None:
        return []
    return drafts(oneself(task.drafted_by), "sent_back", task, task.title, str(said(event, "reason")))


async def _approved_afterwards(event: Event) -> list[Draft]:
    task = await task_of(event)
    if task is None:
        return []
    return drafts(oneself(task.drafted_by), "approved", task, task.title, f"已补批：{task.approval_note}")


async def _discussed(event: Event) -> list[Draft]:
    """To everybody who is said to have taken part, where no page of the minutes vouches for them."""
    held = await row_of(event, Discussion, "task")
    if held is None or held.page_id is not None:
        return []
    seats = Participant.filter(discussion=held, confirmed_at=None).order_by("id").select_related("post")
    words = f"会议记录 {held.minutes_number}：{held.outcome}"
    return [
        one
        for seat in await seats
        for one in drafts([To(seat.post.person_id, seat.post_id)], "seat", seat, held.task.title, words)
    ]


async def _response(event: Event) -> list[Draft]:
    """To the townships of the area and the villages below them."""
    response = await row_of(event, EmergencyResponse, "unit")
    if response is None:
        return []
    path = response.unit.path
    posts = Post.filter(in_force(), unit__path__startswith=path, role__in=TOLD_OF_RESPONSES).order_by("id")
    to = [To(int(person), int(post)) for person, post in await posts.values_list("person_id", "id")]
    words = f"{response.level}启动：{response.reason}" if response.is_open else "已解除。"
    return drafts(to, "response", response, f"{response.unit.name}{response.name}", words)


async def _reported(event: Event) -> list[Draft]:
    """One message for all reports of a task: it is the task that waits for a look."""
    copy = await copy_of(event)
    if copy is None:
        return []
    desk = await the_desk(copy.task.township_id)
    return drafts(desk, "reported", copy.task, copy.task.title, "有村社的反馈等您审核。")


async def _accepted(event: Event) -> list[Draft]:
    copy = await copy_of(event)
    if copy is None:
        return []
    last = await Report.filter(assignment=copy).order_by("-round").first().select_related("by")
    note = str(said(event, "note"))
    return drafts(oneself(last.by), "accepted", copy, copy.task.title, note) if last else []


async def _returned(event: Event) -> list[Draft]:
    return await _of_the_copy(event, "returned", str(said(event, "what_to_mend")))


async def _suspended(event: Event) -> list[Draft]:
    return await _of_the_copy(event, "suspended", f"期限不再计算。原因：{said(event, 'reason')}")


async def _resumed(event: Event) -> list[Draft]:
    return await _of_the_copy(event, "resumed", "期限已经顺延。")


async def _unanswered(event: Event) -> list[Draft]:
    words = "逾期没有反馈，已记一次。补报并通过后按实际反馈的日子计；有异议可以提出。"
    return await _of_the_copy(event, "unanswered", words)


async def _of_the_copy(event: Event, kind: str, words: str) -> list[Draft]:
    copy = await copy_of(event)
    return await to_the_doers(kind, [copy], words) if copy else []


async def _urged(event: Event) -> list[Draft]:
    """Whoever was urged as the database holds it; emergencies are urged without a record of the day."""
    copy = await copy_of(event)
    if copy is None:
        return []
    urgings = Urging.filter(assignment_id=copy.pk, day=town_day(event.at))
    if persons := await urgings.values_list("person_id", flat=True):
        to = [To(int(str(person))) for person in persons]
        return drafts(to, "urged", copy, copy.task.title, due_on=copy.due_on)
    return await to_the_doers("urged", [copy])


async def _handed(event: Event) -> list[Draft]:
    return await _of_the_copy(event, "handed", "")


DECLARED: dict[str, Declared] = {
    "tasks.draft": UNFINISHED,
    "tasks.revise": UNFINISHED,
    "tasks.merge": UNFINISHED,
    "tasks.unmerge": UNFINISHED,
    "tasks.submit_for_approval": _submitted,
    "tasks.approve": _approved,
    "tasks.send_back": _sent_back,
    "tasks.sign_overload": _signed,
    "tasks.ask_anew": _signed,
    "tasks.spare_villages": UNFINISHED,
    "tasks.record_discussion": _discussed,
    "tasks.confirm_discussion": Silent(
        "只是参加人自己的一句话；全部确认后，任务在起草人的今日待办里可以继续。"
    ),
    "tasks.dispatch": _sent_out,
    "tasks.dispatch_at_once": _sent_out,
    "tasks.approve_afterwards": _approved_afterwards,
    "tasks.repeat": Silent("按批准的计划生成下一轮，还没有到村；到日子下派时告知。"),
    "tasks.withdraw": _withdrawn,
    "tasks.carry_over": _change_proposed,
    "tasks.approve_change": _changed,
    "tasks.drop_change": _change_dropped,
    "tasks.reopen": _reopened,
    "tasks.declare_response": _response,
    "tasks.end_response": _response,
    "tasks.receive": SEEN_AT_ONCE,
    "tasks.hand_to": _handed,
    "tasks.report": _reported,
    "tasks.take_back_report": Silent("还没有人审核，撤回后不再出现在待审核里，重新反馈时再告知。"),
    "tasks.accept": _accepted,
    "tasks.return_report": _returned,
    "tasks.accept_reports": TOLD_BY_ITS_PARTS,
    "tasks.return_reports": TOLD_BY_ITS_PARTS,
    "tasks.suspend": _suspended,
    "tasks.resume": _resumed,
    "tasks.urge": _urged,
    "tasks.urge_all": TOLD_BY_ITS_PARTS,
    "tasks.note_unanswered": _unanswered,
}
