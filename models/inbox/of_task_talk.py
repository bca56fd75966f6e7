"""What is said on a task from either side: questions, objections, appeals and requests for time, and their answers."""

from __future__ import annotations

from models.base.events import Event
from models.inbox.addressing import To, doers_of, nearest, oneself, the_desk
from models.inbox.declarations import Declared, Draft, Silent, drafts, row_of
from models.people.roles import OBJECTION_JUDGES
from models.tasks import Assignment, Extension, Message, Objection
from models.tasks.messages import Spoken

TAKEN_BACK = Silent("还没有人答复，撤回后不再出现在待办里，办理经过里看得到。")
OF_A_COPY = ("assignment__task", "assignment__unit")


async def _spoken(event: Event) -> list[Draft]:
    """To the other side: as a question while it waits for their word, otherwise as what was answered."""
    message = await row_of(event, Message, "by", *OF_A_COPY)
    if message is None:
        return []
    copy = message.assignment
    to_the_township, asks = message.from_village, _asks(event)
    to = await the_desk(copy.task.township_id) if to_the_township else await _at_the_village(copy)
    if not asks:
        to += await _asked_before(message)
    named = f"{copy.unit.name}：{copy.task.title}" if to_the_township else copy.task.title
    return drafts(_once(to), "question" if asks else "reply", copy, named)


def _asks(event: Event) -> bool:
    spoken = Spoken.read(event.facts)
    return spoken is not None and spoken.asks


def _once(to: list[To]) -> list[To]:
    """Each person once, through a post where there is one."""
    found: dict[int, To] = {}
    for one in to:
        found.setdefault(one.person_id, one)
    return list(found.values())


async def _asked_before(message: Message) -> list[To]:
    """Whoever asked what this answers: a leader who asked is not at the desk."""
    asked = Message.filter(
        assignment_id=message.assignment_id, id__lt=message.pk, from_village=not message.from_village
    )
    last = await asked.order_by("-id").first().select_related("by")
    return oneself(last.by) if last else []


async def _at_the_village(copy: Assignment) -> list[To]:
    return (await doers_of([copy]))[copy.pk]


async def _objected(event: Event) -> list[Draft]:
    row = await row_of(event, Objection, *OF_A_COPY)
    if row is None:
        return []
    desk = await the_desk(row.assignment.task.township_id)
    return drafts(desk, "objection", row, _named(row), row.kind_label, row.due_on)


async def _objection_answered(event: Event) -> list[Draft]:
    """To whoever objected, with the last day on which they may go to the county."""
    row = await row_of(event, Objection, "made_by", *OF_A_COPY)
    if row is None:
        return []
    words, last = f"{row.state_label}：{row.answer}", row.appeal_until if row.state == "refused" else None
    return drafts(oneself(row.made_by), "answered", row, row.assignment.task.title, words, last)


async def _appealed(event: Event) -> list[Draft]:
    """To the keepers nearest to the township, and as news to its desk."""
    row = await row_of(event, Objection, "assignment__task__township", *OF_A_COPY)
    if row is None:
        return []
    task = row.assignment.task
    judges = await nearest(task.township.path, *OBJECTION_JUDGES)
    found = drafts(judges, "task_appeal", row, _named(row), row.kind_label)
    return found + drafts(await the_desk(task.township_id), "objected", row, _named(row), "已向县里上诉。")


async def _appeal_answered(event: Event) -> list[Draft]:
    row = await row_of(event, Objection, "made_by", *OF_A_COPY)
    if row is None:
        return []
    words = f"{row.state_label}：{row.appeal_answer}"
    found = drafts(oneself(row.made_by), "answered", row, row.assignment.task.title, words)
    desk = await the_desk(row.assignment.task.township_id)
    return found + drafts(desk, "objected", row, _named(row), words)


async def _time_asked(event: Event) -> list[Draft]:
    row = await row_of(event, Extension, *OF_A_COPY)
    if row is None:
        return []
    desk = await the_desk(row.assignment.task.township_id)
    words = f"申请延到 {row.until:%Y-%m-%d}：{row.reason}"
    return drafts(desk, "extension", row, _named(row), words, row.assignment.due_on)


async def _time_answered(event: Event) -> list[Draft]:
    row = await row_of(event, Extension, "asked_by", *OF_A_COPY)
    if row is None:
        return []
    copy = row.assignment
    words = f"延期{row.state_label}" + (f"：{row.answer}" if row.answer else "。")
    return drafts(
        oneself(row.asked_by),
        "answered",
        row,
        copy.task.title,
        f"{words} 现在的期限 {copy.due_on:%Y-%m-%d}。",
    )


def _named(row: Objection | Extension) -> str:
    return f"{row.assignment.unit.name}：{row.assignment.task.title}"


DECLARED: dict[str, Declared] = {
    "tasks.say": _spoken,
    "tasks.object_to": _objected,
    "tasks.answer_objection": _objection_answered,
    "tasks.appeal": _appealed,
    "tasks.answer_appeal": _appeal_answered,
    "tasks.ask_for_time": _time_asked,
    "tasks.answer_extension": _time_answered,
    "tasks.take_back_extension": TAKEN_BACK,
    "tasks.take_back_objection": TAKEN_BACK,
}
