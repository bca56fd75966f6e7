"""Reading: a person confirms that text and matter agree, refuses, or sends the work to the office that does it."""

from __future__ import annotations

import json

from models.base.canonical import canonical
from models.base.clock import now, today
from models.base.commands import command, rule
from models.base.refusals import Invalid
from models.base.signatures import WHOLE
from models.base.viewer import Viewer
from models.matters import learn_phrase
from models.people.roles import DESK, OFFICES
from models.requests.records import WorkRequest
from models.screening.caps import COUNTS, in_turn, must_be_below_the_cap
from models.screening.codes import next_code
from models.screening.records import READ_AS, Screening
from models.units import Unit

READINGS = ("screening.admit", "screening.admit_exceptionally")
"""The commands by which somebody who has read a request lets it in."""


@rule("只有本镇街的统筹员、分管领导或主要领导可以复核。")
def reads_for_the_township(actor: Viewer, request: WorkRequest) -> bool:
    return actor.is_a(*DESK, at=request.township.path)


@rule("只有驳回的申请可以转给办线，且只能转一次。")
def may_be_rerouted(request: WorkRequest) -> bool:
    return not request.rerouted_to_id


@rule("只有承接这件工作的办线可以答复。")
def of_the_office(actor: Viewer, request: WorkRequest) -> bool:
    return request.rerouted_to is not None and actor.is_a(*OFFICES, at=request.rerouted_to.path)


@rule("这件申请已经答复。")
def not_answered_yet(request: WorkRequest) -> bool:
    return not request.office_answer


@command(said="复核通过", who=reads_for_the_township, binds=WHOLE)
async def admit(actor: Viewer, request: WorkRequest, *, note: str = "") -> Screening:
    """Confirm that text and matter agree, and give the request its screening code.

    Whoever asked may read it as well: a township with one coordinator, and a leader in an emergency, ask themselves.
    The second person's word is the approval of the task made of it, beforehand or, in an emergency, afterwards.
    """
    matter = request.matter
    if matter is None:
        raise Invalid("这件申请没有对应的清单事项，不能通过。")
    await in_turn(request.township_id)
    await must_be_below_the_cap(request)
    for count in COUNTS:
        await count(request, note)
    code = await next_code(request.township.pk, request.township.code, matter.code, today())
    request.state = "admitted"
    await request.save(update_fields=["state"])
    await learn_phrase(matter, request.title)
    return await _keep(actor, request, "admitted", f"复核通过，过筛编码 {code}。", note=note, code=code)


@command(said="复核驳回", who=reads_for_the_township, binds=WHOLE)
async def reject(
    actor: Viewer, request: WorkRequest, *, reason: str, clause: str = "", office: Unit | None = None
) -> Screening:
    """Refuse a request whose text does not agree with its matter, and say who does this work instead."""
    said = reason.strip()
    if not said:
        raise Invalid("请写明驳回的理由。", field="reason")
    if office is not None:
        _must_be_an_office(office, request)
        request.rerouted_to_id = office.pk
    request.state = "rejected"
    await request.save(update_fields=["state", "rerouted_to_id"])
    route = f"已转 {request.township.name}{office.name} 办理。" if office else _usual_route(request)
    return await _keep(actor, request, "rejected", said, clause=clause.strip(), route=route)


@command(said="转办线办理", who=reads_for_the_township, when=may_be_rerouted, binds=WHOLE)
async def reroute(actor: Viewer, request: WorkRequest, *, office: Unit, note: str = "") -> WorkRequest:
    """Send a refused request on to the township office that does the work."""
    _must_be_an_office(office, request)
    request.rerouted_to_id = office.pk
    await request.save(update_fields=["rerouted_to_id"])
    return request


@command(said="办线答复", who=of_the_office, when=not_answered_yet, binds=WHOLE)
async def handle(actor: Viewer, request: WorkRequest, *, answer: str) -> WorkRequest:
    """The office says what it did; the requester reads it."""
    if not answer.strip():
        raise Invalid("请写明办理结果。", field="answer")
    request.office_answer = answer.strip()
    request.answered_at = now()
    await request.save(update_fields=["office_answer", "answered_at"])
    return request


async def _keep(
    actor: Viewer,
    request: WorkRequest,
    verdict: str,
    sentence: str,
    *,
    clause: str = "",
    route: str = "",
    note: str = "",
    code: str | None = None,
) -> Screening:
    """Write the reading beside the automatic screening it follows."""
    before = await Screening.filter(request_id=request.pk, kind="automatic").order_by("-id").first()
    stored = json.loads(before.inputs) if before else {}
    inputs = {
        "on": today().isoformat(),
        "list_number": stored.get("list_number"),
        "matter": stored.get("matter"),
        "follows": before.pk if before else None,
        "verdict": verdict,
        "sentence": sentence,
        "clause": clause,
        "route": route,
        "note": note.strip(),
        "code": code,
    }
    return await Screening.create(
        request=request,
        kind="reading",
        verdict=verdict,
        reasons=[READ_AS[verdict]],
        sentence=sentence,
        clause=clause,
        route=route,
        nearest=before.nearest if before and not code else [],
        matter_list_id=before.matter_list_id if before else None,
        matter_id=before.matter_id if before else None,
        inputs=canonical(inputs),
        code=code,
        decided_by_id=actor.post_id,
        at=now(),
    )


def _must_be_an_office(office: Unit, request: WorkRequest) -> None:
    if office.level != "department" or office.parent_id != request.township.pk:
        raise Invalid(f"只能转给{request.township.name}自己的办线。", field="office")


def _usual_route(request: WorkRequest) -> str:
    return f"可请{request.township.name}有关办线直接办理，或以购买服务方式实施。"
