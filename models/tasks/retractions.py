"""Taking back what the village said, while nobody has decided on it: a report, an objection, an appeal, a request for time.

Nothing is lost or gained by it: what was said stays in the story, marked; the clock of a task runs on as if an
objection had never stopped it.
"""

from __future__ import annotations

from models.base.clock import now
from models.base.commands import command, rule
from models.base.viewer import Viewer
from models.tasks.execution import works_there
from models.tasks.extensions import Extension
from models.tasks.objections import Objection, objected
from models.tasks.records import Assignment
from models.tasks.reports import standing


@command(said="撤回反馈", who=works_there)
async def take_back_report(actor: Viewer, assignment: Assignment) -> Assignment:
    """Have the task back to report on it anew; when it was first reported counts from the new report."""
    last = await standing(assignment).first()
    if last is not None:
        last.taken_back_at = now()
        await last.save(update_fields=["taken_back_at"])
    before = await standing(assignment).first()
    assignment.reported_at = before.at if before else None
    assignment.state = "returned" if assignment.return_note else "received"
    await assignment.save(update_fields=["state", "reported_at"])
    return assignment


@rule("只有申请延期的村社可以撤回申请。")
def asked_for_it(actor: Viewer, extension: Extension) -> bool:
    return works_there.holds(actor, extension.assignment)


@command(said="撤回延期申请", who=asked_for_it)
async def take_back_extension(actor: Viewer, extension: Extension) -> Extension:
    """Ask for no more time."""
    extension.state, extension.decided_at = "taken_back", now()
    await extension.save(update_fields=["state", "decided_at"])
    return extension


@command(said="撤回异议", who=objected)
async def take_back_objection(actor: Viewer, objection: Objection) -> Objection:
    """Object no longer, or appeal no longer: the task is the village's as it was, and its end where it was."""
    objection.state = "taken_back" if objection.state == "open" else "refused"
    await objection.save(update_fields=["state"])
    assignment = objection.assignment
    assignment.state = assignment.suspended_from or ("received" if assignment.received_at else "dispatched")
    assignment.suspended_at, assignment.suspended_from = None, ""
    await assignment.save(update_fields=["state", "suspended_at", "suspended_from"])
    return objection
