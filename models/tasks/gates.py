"""What a task must have before a leader may let it go to the villages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tortoise.expressions import Q

from models.accounts import proved, sign
from models.base.aggregates import wholes
from models.base.clock import today
from models.base.commands import FromAbove, Secret, command, rule
from models.base.events import Event
from models.base.refusals import Invalid, NotNow
from models.base.signatures import Word, must_hold, whole_but, word_for, word_on, words_on
from models.base.viewer import Viewer
from models.people.roles import HEADS
from models.screening import READINGS
from models.tasks.discussion import Discussion, Participant, record_discussion
from models.tasks.loads import Load, loads_with
from models.tasks.merging import ADMITTING
from models.tasks.records import Task, TaskSource, TaskUnit
from models.tasks.signed_content import TO_BE, added_by
from models.tasks.versions import TaskVersion, must_wait_for_a_word, words_of
from models.units import Unit


@rule("只有本镇街主要领导可以签署超负荷理由。", untied_from=lambda task: [task.drafted_by.person])
def heads_the_township(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*HEADS, at=task.township.path)


@command(
    said="签批超负荷",
    who=heads_the_township,
    binds=whole_but("discussions", "asked_anew", *TO_BE),
    ahead=proved,
)
async def sign_overload(actor: Viewer, task: Task, *, reason: FromAbove[str], password: Secret[str]) -> Task:
    """Say, in person and published, why villages above the ceiling must take this on, or a change of it, all the same."""
    if not reason.strip():
        raise Invalid("请写明为什么非做不可、怎样减轻这些村社的负担。", field="reason")
    await must_wait_for_a_word(task)
    await sign(actor, sign_overload.ready)
    task.overload_reason, task.overload_by_id = reason.strip(), actor.post_id
    # Who approved before has not read this reason, nor what it is for.
    task.state = "submitted" if task.state == "approved" else task.state
    await task.save(update_fields=["overload_reason", "overload_by_id", "state"])
    return task


async def loads_of(task: Task) -> list[Load]:
    """What each planned village would carry with this task."""
    planned = TaskUnit.filter(task=task).order_by("unit__path").values("unit_id")
    units = await Unit.filter(id__in=[row["unit_id"] for row in await planned]).order_by("path")
    return await loads_with(task.township, units, due_on=task.due_on, effort_hours=task.matter.effort_hours)


async def must_be_bearable(task: Task) -> None:
    """Raise NotNow while villages would be above a ceiling and the head has not signed why, for them as they are now."""
    over = [load.unit.name for load in await loads_of(task) if load.over]
    if over:
        await _must_be_signed(task, f"{_named(over)}的负担会超过上限")


async def must_stay_bearable(task: Task, due_at: datetime) -> None:
    """Raise NotNow where a change would put more above a ceiling, and the head has not signed why for this very change."""
    over = [load.unit.name for load in await added_by(task, due_at)]
    if over:
        await _must_be_signed(task, f"变更以后，{_named(over)}的负担会超过上限")


async def awaiting_the_head(rows: Sequence[Task]) -> set[int]:
    """Those of these tasks that lift villages above a ceiling, or a change of them does, and no word that holds says why."""
    told = await wholes(rows)
    words = await words_on(rows, sign_overload.name, told=told)
    signed = {pk for pk, given in words.items() if all(word.holds for word in given.values())}
    return {pk for pk, whole in told.items() if whole["load"]} - signed


async def _must_be_signed(task: Task, why: str) -> None:
    word = await word_on(task, sign_overload.name)
    if word is None:
        raise NotNow(f"{why}，须主要领导签署理由后才能继续。")
    if not word.holds:
        raise NotNow(f"{why}，超负荷签署已失效：{word.said}，须主要领导重新签署。")


def _named(villages: Sequence[str]) -> str:
    return "、".join(villages[:5]) + (f"等 {len(villages)} 个村社" if len(villages) > 5 else "")


async def must_be_discussed(task: Task) -> None:
    """Raise NotNow for a major matter without a recorded discussion that agreed, vouched for by paper or by people."""
    if not task.matter.major:
        return
    held = await Discussion.filter(task=task).order_by("-id").first()
    if held is None:
        raise NotNow("这是重大事项，须先记录集体讨论，才能审批。")
    if not held.agreed:
        raise NotNow("集体讨论没有同意这个任务。")
    await must_hold(task, record_discussion.name, what="集体讨论", then="须重新讨论。")
    if held.page_id is None and await Participant.filter(discussion=held, confirmed_at=None).exists():
        raise NotNow("集体讨论的参加人还没有全部确认，也没有上传会议记录的照片。")


APPROVALS = ("tasks.approve", "tasks.approve_change", "tasks.approve_afterwards")
"""The commands by which a leader answers for what a task says."""
OF_ITS_OWN = frozenset({"id", "code", "due_at", "release_on", "made_at", "sources", "discussions", "reads"})
"""What each round of a series has of its own beside the words that were approved for all of them."""


async def approval_of(task: Task) -> Word | None:
    """The leader's latest word on a task, or for a later round on its series."""
    own = await word_on(task, *APPROVALS)
    if own is not None or task.series_id is None:
        return own
    rounds = Task.filter(Q(id=task.series_id) | Q(series_id=task.series_id)).values_list("id", flat=True)
    given = Event.filter(subject_type="Task", subject_id__in=await rounds, command__in=APPROVALS)
    last = await given.order_by("-id").first().prefetch_related("actor_post__person")
    return await word_for(task, last, but=OF_ITS_OWN) if last else None


async def must_be_approved_as_read(task: Task) -> None:
    """Raise NotNow unless a leader approved what the task says now."""
    word = await approval_of(task)
    if word is None:
        raise NotNow("没有找到领导对这个任务的审批，请退回重新审批。")
    if not word.holds:
        raise NotNow(f"审批已失效：{word.said}，请退回重新审批。")
    if word.event.subject_id != task.pk:
        await _must_ask_what_its_series_asks(task)


async def _must_ask_what_its_series_asks(task: Task) -> None:
    """Raise NotNow for a later round whose requests ask for other data by now than a leader let stand at the villages."""
    rounds = Task.filter(Q(id=task.series_id) | Q(series_id=task.series_id)).values_list("id", flat=True)
    there = TaskVersion.filter(task_id__in=await rounds, state="out").order_by("-decided_at", "-id")
    last = await there.first()
    if last is not None and last.elements != (await words_of(task))["elements"]:
        raise NotNow("申请改过要填的数据，这一轮和上次批准的不同，请退回重新审批。")


async def must_have_standing_requests(task: Task) -> None:
    """Raise NotNow if what the task answers was withdrawn, or was admitted for a time that is over."""
    sources = await TaskSource.filter(task=task).prefetch_related("request", "screening")
    if all(source.request.state == "withdrawn" for source in sources):
        raise NotNow("提出部门已经撤回了申请，请撤回这个任务。")
    if any(source.request.state == "rejected" for source in sources):
        raise NotNow("有的申请修改后没有过筛，请先把它拆出。")
    if any(source.request.state == "pending_review" for source in sources):
        raise NotNow("有的申请被提出部门修改过，请先复核。")
    await _must_be_as_read(sources)
    expired = [s for s in sources if s.screening.expires_on and s.screening.expires_on < today()]
    if expired:
        raise NotNow("例外准入已经过期，不能再下派。")


async def must_still_be_asked_for(task: Task) -> None:
    """Raise NotNow unless somebody still asks for what is at the villages: one of many whose own amendment failed, or
    whose time is over, does not keep the others from being heard.
    """
    sources = await TaskSource.filter(task=task).prefetch_related("request", "screening")
    if any(source.request.state == "pending_review" for source in sources):
        raise NotNow("有的申请被提出部门修改过，请先复核。")
    asked = [s for s in sources if s.request.state in ADMITTING]
    if not any(s.screening.expires_on is None or s.screening.expires_on >= today() for s in asked):
        raise NotNow("申请已经撤回、驳回或者到期，村社照原来的内容办理，不能再变更。")


async def _must_be_as_read(sources: Sequence[TaskSource]) -> None:
    """Raise NotNow if a request says something else than what was read when it was let in."""
    words = await words_on([source.request for source in sources], *READINGS)
    for source in sources:
        given = words.get(source.request_id, {})
        word = max(given.values(), key=lambda one: int(one.event.pk), default=None)
        if word is not None and not word.holds:
            raise NotNow(f"“{source.request.title}”的复核已失效：{word.said}，请退回提出单位修改后重新过筛。")
