"""Reviewing many villages' reports in one go: each by its own verb, and all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from models.base.commands import FromAbove, command, rule
from models.base.refusals import Invalid, Refusal
from models.base.viewer import Viewer
from models.tasks.doing import REVIEWERS, accept, return_report
from models.tasks.records import Assignment, Task
from models.tasks.reports import Report

MOST_AT_ONCE = 300


@rule("只有本镇街的统筹员或领导可以审核。")
def reviews_the_task(actor: Viewer, task: Task) -> bool:
    return actor.is_a(*REVIEWERS, at=task.township)


@command(who=reviews_the_task)
async def accept_reports(
    actor: Viewer, task: Task, *, assignments: list[Assignment], reports: list[Report] | None = None
) -> Task:
    """Take the reports of several villages (those that were read) as done, all of them or none."""
    read = _by_copy(reports)
    for one in _in_order(task, assignments):
        with _naming(one, "这次一个村社都没有通过。"):
            await accept(actor, one, report=read.get(one.pk))
    await task.refresh_from_db(fields=["state"])
    return task


@command(who=reviews_the_task)
async def return_reports(
    actor: Viewer,
    task: Task,
    *,
    assignments: list[Assignment],
    what_to_mend: FromAbove[str],
    reports: list[Report] | None = None,
) -> Task:
    """Give the reports of several villages back with the same words, all of them or none."""
    if not what_to_mend.strip():
        raise Invalid("请写明需要补正什么。", field="what_to_mend")
    read = _by_copy(reports)
    for one in _in_order(task, assignments):
        with _naming(one, "这次一个村社都没有退回。"):
            await return_report(actor, one, what_to_mend=what_to_mend, report=read.get(one.pk))
    return task


def _by_copy(reports: Sequence[Report] | None) -> dict[int, Report]:
    """The reports that were read, by the number of the copy they are about."""
    return {one.assignment_id: one for one in reports or ()}


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
