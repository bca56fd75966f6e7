"""The answer: to whoever complained, and in words for everybody that let nobody be recognised."""

from __future__ import annotations

from models.base.clock import now, today
from models.base.commands import FromAbove, Personal, command, rule
from models.base.refusals import Invalid, NotAllowed
from models.base.separation_of_duties import must_be_untied
from models.base.signatures import WHOLE
from models.base.viewer import Viewer, subtree
from models.complaints.filing import worded
from models.complaints.records import OUTCOMES, Complaint, PublishedAnswer
from models.complaints.recusal import stepping_back
from models.complaints.route import answer_by
from models.people import Post, in_force
from models.people.roles import COMPLAINT_ANSWERERS
from models.tasks import Task
from models.units import Unit
from models.workdays import workdays_of


@rule(
    "这件投诉建议不由您答复。",
    apart_from=lambda complaint: [complaint.made_by.person] if complaint.made_by else [],
)
def answers_for_it(actor: Viewer, complaint: Complaint) -> bool:
    """The level it was told to, or the one above; nobody answers themselves."""
    return actor.oversees(complaint.addressee.path, *COMPLAINT_ANSWERERS)


@command(said="答复", who=answers_for_it, binds=WHOLE)
async def answer(
    actor: Viewer,
    complaint: Complaint,
    *,
    outcome: str,
    answer: Personal[FromAbove[str]],
    summary: Personal[FromAbove[str]],
) -> Complaint:
    """Say what came of it, to the complainer and, without names, to everybody of the county."""
    if await stepping_back({actor.person_id or 0}, complaint.township_id, complaint.task_id):
        raise NotAllowed(answers_for_it.otherwise)
    await _must_be_untied_from_their_work(actor, complaint)
    if outcome not in OUTCOMES:
        raise Invalid("请选择处理结果。", field="outcome")
    told = await _for_everybody(complaint, summary)
    complaint.answer = worded(answer, "answer", "请写明答复", 2000)
    complaint.outcome, complaint.answered_by_id, complaint.answered_at = outcome, actor.post_id, now()
    complaint.in_time = complaint.in_time is not False and today() <= complaint.due_on
    complaint.state = "reanswered" if complaint.state == "reopened" else "answered"
    county = await complaint.county
    if complaint.took_days is None:
        complaint.took_days = (await workdays_of(county.path)).between(complaint.made_on, today())
    complaint.due_on = await answer_by(county.path)
    await complaint.save()
    await _publish(complaint, told)
    return complaint


async def _must_be_untied_from_their_work(actor: Viewer, complaint: Complaint) -> None:
    """Raise NotAllowed for whoever lately made the account of those whose task is complained about."""
    task = await Task.get_or_none(pk=complaint.task_id).prefetch_related(
        "drafted_by__person", "approved_by__person"
    )
    if task is not None:
        approver = task.approved_by.person if task.approved_by else None
        must_be_untied(actor, task.drafted_by.person, approver)


async def _for_everybody(complaint: Complaint, summary: str) -> str:
    """The public words; raises Invalid where they would tell who complained, or from where."""
    told = worded(summary, "summary", "请写明公开的答复", 500)
    named = [name for name in await _names_around(complaint) if name in told]
    if named:
        raise Invalid(f"公开的答复里不能写“{max(named, key=len)}”，以免认出提出人。", field="summary")
    return told


async def _names_around(complaint: Complaint) -> set[str]:
    """Whoever may have complained: of an unnamed complaint nobody knows more than its township."""
    places = [one for one in (complaint.unit, complaint.township) if one is not None]
    names = {one.name for one in places if one.level in {"township", "village", "grid"}}
    if complaint.made_by is not None:
        names.add(complaint.made_by.person.name)
    if complaint.township is not None:
        path = complaint.township.path
        villages = Unit.filter(subtree("path", path), level__in=("township", "village", "grid"))
        names |= {str(name) for name in await villages.values_list("name", flat=True)}
        posts = Post.filter(subtree("unit__path", path), in_force())
        names |= {str(name) for name in await posts.values_list("person__name", flat=True)}
    return {name for name in names if name.strip()}


async def _publish(complaint: Complaint, summary: str) -> None:
    await PublishedAnswer.update_or_create(
        complaint=complaint,
        defaults={
            "county_id": complaint.county_id,
            "township_id": complaint.township_id,
            "kind": complaint.kind,
            "topic": complaint.topic,
            "outcome": complaint.outcome,
            "summary": summary,
            "took_days": complaint.took_days,
            "month": f"{today():%Y-%m}",
        },
    )
