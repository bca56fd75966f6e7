"""Reviewing many villages' reports in one go: each by its own verb, and all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from models.base.commands import FromAbove, command, rule
from models.base.refusals import Invalid, Refusal
from models.base.versions import must_be_as_seen
from models.base.viewer import Viewer
from models.people.roles import REVIEWERS
from models.tasks.answers import not_as_read
from models.tasks.execution import accept, return_report
from models.tasks.records import Assignment, Task

MOST_AT_ONCE = 300
UNREAD = "unread"
"""The version of what nobody says to have read: no row has it."""


@rule("只有本镇街的统筹员或领导可以审核。")
def reviews_the_task(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*REVIEWERS, at=task.township.path)


@command(said="批量审核通过", who=reviews_the_task)
async def accept_reports(
    actor: Viewer, task: Task, *, assignments: list[Assignment], versions: list[str]
) -> Task:
    """Take the reports of several villages as done, all or none; `versions` are those of the copies that were read, in any order."""
    outcome = "这次一个村社都没有通过。"
    for one in await _as_read(task, assignments, versions, outcome):
        with _naming(one, outcome):
            await accept(actor, one)
    await task.refresh_from_db(fields=["state"])
    return task


@command(said="批量退回补正", who=reviews_the_task)
async def return_reports(
    actor: Viewer,
    task: Task,
    *,
    assignments: list[Assignment],
    what_to_mend: FromAbove[str],
    versions: list[str],
) -> Task:
    """Give the reports of several villages back with the same words, all or none; `versions` are those of the copies that were read."""
    if not what_to_mend.strip():
        raise Invalid("请写明需要补正什么。", field="what_to_mend")
    outcome = "这次一个村社都没有退回。"
    for one in await _as_read(task, assignments, versions, outcome):
        with _naming(one, outcome):
            await return_report(actor, one, what_to_mend=what_to_mend)
    return task


async def _as_read(
    task: Task, assignments: Sequence[Assignment], versions: Sequence[str], outcome: str
) -> list[Assignment]:
    """The chosen copies; raises Changed for one that nobody read as it is. The task is locked, so villages wait with theirs."""
    chosen = _in_order(task, assignments)
    if not versions:
        raise Invalid("请先打开页面看过反馈，再审核。", field="versions")
    for one in await not_as_read(chosen, versions):
        with _naming(one, outcome):
            await must_be_as_seen(one, UNREAD, to_sign=True)
    return chosen


def _in_order(task: Task, assignments: Sequence[Assignment]) -> list[Assignment]:
    """Each village once, in one order, so that two reviewers do not wait for each other in a circle."""
    chosen = {one.pk: one for one in assignments}
    if not chosen:
        raise Invalid("请先勾选村社。", field="assignments")
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(f"一次最多审核 {MOST_AT_ONCE} 个村社，请分几次办。", field="assignments")
    if any(one.task_id != task.pk for one in chosen.values()):
        raise Invalid("勾选的村社不在这个任务里，请刷新后再看。", field="assignments")
    return [chosen[number] for number in sorted(chosen)]


@contextmanager
def _naming(assignment: Assignment, outcome: str) -> Iterator[None]:
    """Say which village it was that held the others up."""
    try:
        yield
    except Refusal as no:
        told = f"{assignment.unit.name}：{no.reason.rstrip('。')}。{outcome}"
        raise type(no)(told, field="assignments") from no
