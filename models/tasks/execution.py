"""What happens to a task at the village: received, reported, accepted or returned."""

from __future__ import annotations

from models.base.clock import now
from models.base.commands import FromAbove, Personal, command, rule
from models.base.events import tell
from models.base.refusals import Invalid
from models.base.signatures import WHOLE
from models.base.viewer import Viewer
from models.files import Stored
from models.people import Post
from models.people.roles import DOERS, REVIEWERS
from models.tasks.attachments import attach_to_report
from models.tasks.expiry import let_lapse
from models.tasks.fields import form_at
from models.tasks.records import Assignment, Task
from models.tasks.report_values import keep_with, put_on_file, said_by_code, told_in
from models.tasks.reports import Report
from models.tasks.trail_facts import facts_of, tell_excused
from models.tasks.versions import leave_proposals
from models.tasks.visibility import at_the_village

LONGEST = 5000


@rule("只有本村社的干部或网格员可以办理这个任务。")
def works_there(actor: Viewer, assignment: Assignment) -> bool:
    """The village's people for the village and its grids, a grid worker for the grid and for what was handed to them."""
    return at_the_village(actor, assignment)


@rule("只有本镇街的统筹员或领导可以审核。")
def reviews_for_the_township(actor: Viewer, assignment: Assignment) -> bool:
    return actor.is_a(*REVIEWERS, at=assignment.task.township.path)


@command(said="签收", who=works_there)
async def receive(actor: Viewer, assignment: Assignment) -> Assignment:
    """Say that the village has the task."""
    assignment.state, assignment.received_at = "received", now()
    await assignment.save(update_fields=["state", "received_at"])
    return assignment


@command(said="提交反馈", who=works_there)
async def report(
    actor: Viewer,
    assignment: Assignment,
    *,
    words: Personal[str] = "",
    elements: list[str] | None = None,
    figures: Personal[list[str] | None] = None,
    reasons: list[str] | None = None,
    unchanged: bool = False,
    confirmed: bool = False,
    files: list[Stored] | None = None,
    on_behalf_of: Post | None = None,
) -> Report:
    """Say what was done and the figures that are asked, with evidence only where the matter demands it.

    `elements`, `figures` and `reasons` run in step. `unchanged` takes what was last reported for every field that is
    left out, and `confirmed` says that figures which look odd were looked at again.
    """
    form = await form_at(assignment)
    if len(words.strip()) > LONGEST or not (words.strip() or form.to_fill):
        raise Invalid(f"请写明办理情况（不超过 {LONGEST} 个字）。", field="words")
    told = told_in(form, said_by_code(elements or [], figures or [], reasons or []), unchanged, confirmed)
    _evidence_as_the_matter_says(assignment, bool(files))
    at = now()
    rounds = await Report.filter(assignment=assignment).count()
    made = await Report.create(
        assignment=assignment,
        by_id=actor.post_id,
        on_behalf_of=_somebody_there(on_behalf_of, assignment),
        words=words.strip(),
        round=rounds + 1,
        at=at,
    )
    await keep_with(made, told)
    await attach_to_report(actor, made.pk, files or [])
    assignment.state, assignment.reported_at = "reported", at
    assignment.received_at = assignment.received_at or at
    await assignment.save(update_fields=["state", "reported_at", "received_at"])
    return made


@command(said="审核通过", who=reviews_for_the_township, binds=WHOLE)
async def accept(actor: Viewer, assignment: Assignment, *, note: FromAbove[str] = "") -> Assignment:
    """Take the report that was read as done; the task closes with its last assignment."""
    assignment.state, assignment.decided_at, assignment.return_note = "accepted", now(), ""
    await assignment.save(update_fields=["state", "decided_at", "return_note"])
    await put_on_file(actor, assignment)
    tell(await facts_of(assignment))
    await tell_excused([assignment], "后来反馈并通过了审核，按实际反馈的日子计")
    await let_lapse([assignment.pk])
    await close_if_done(assignment)
    return assignment


@command(said="退回补正", who=reviews_for_the_township, binds=WHOLE)
async def return_report(actor: Viewer, assignment: Assignment, *, what_to_mend: FromAbove[str]) -> Assignment:
    """Give the report that was read back with what is to be mended."""
    if not what_to_mend.strip():
        raise Invalid("请写明需要补正什么。", field="what_to_mend")
    assignment.state, assignment.decided_at = "returned", now()
    assignment.return_note = what_to_mend.strip()
    await assignment.save(update_fields=["state", "decided_at", "return_note"])
    return assignment


def _somebody_there(post: Post | None, assignment: Assignment) -> Post | None:
    """代报: a report given for an elderly secretary is marked with whose it is."""
    places = {assignment.unit_id, assignment.unit.parent_id if assignment.unit.level == "grid" else 0}
    if post is not None and (post.unit_id not in places or post.role not in DOERS):
        raise Invalid("只能替本村社的同志代报。", field="on_behalf_of")
    return post


@command(said="交给经办人", who=works_there)
async def hand_to(actor: Viewer, assignment: Assignment, *, post: Post) -> Assignment:
    """Give the task to a cadre or grid worker of the village; it stays the village's."""
    if not post.unit.path.startswith(assignment.unit.path) or post.role not in DOERS:
        raise Invalid("只能交给本村社的干部或网格员。", field="post")
    assignment.handed_to_id = post.pk
    await assignment.save(update_fields=["handed_to_id"])
    return assignment


def _evidence_as_the_matter_says(assignment: Assignment, attached: bool) -> None:
    """Photos and papers are asked for only where the matter says so with its reason."""
    if assignment.wants_evidence and not attached:
        raise Invalid("这个事项需要附上佐证。", field="files")
    if attached and not assignment.wants_evidence:
        raise Invalid("这个事项不需要照片或材料，写明情况即可。", field="files")


async def close_if_done(assignment: Assignment) -> None:
    """Locking the assignment locked its task, so that two last acceptances at once do not both miss the end."""
    task = await Task.get(pk=assignment.task_id)
    still_open = Assignment.filter(task=task).exclude(state__in=("accepted", "withdrawn"))
    if not await still_open.exists():
        task.state = "closed"
        await task.save(update_fields=["state"])
        await leave_proposals(task.pk)
