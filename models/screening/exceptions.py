"""The exception path: a named leader admits what the list does not, for a reason, until a day."""

from __future__ import annotations

import json
from datetime import date, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.accounts import proved, sign
from models.base.canonical import canonical
from models.base.clock import now, today
from models.base.commands import Secret, command, rule
from models.base.days import Planned
from models.base.refusals import Invalid, NotNow
from models.base.signatures import WHOLE
from models.base.ticking import only_the_clock
from models.base.viewer import NOTHING, Viewer, subtree
from models.matters import Matter, bans_on, may_be_asked
from models.matters.decision import snapshot_of
from models.people.roles import EXCEPTION_MAKERS
from models.policies import policy
from models.requests.records import WorkRequest
from models.screening.caps import COUNTS, in_turn
from models.screening.codes import next_code
from models.screening.records import READ_AS, Screening


@rule(
    "只有本镇街的主要领导或分管领导本人可以例外准入，自己提出的申请由另一位领导办理。",
    apart_from=lambda request: [request.submitted_by.person],
)
def leads_the_township(actor: Viewer, request: WorkRequest) -> bool:
    return actor.is_a(*EXCEPTION_MAKERS, at=request.township.path)


@command(said="例外准入", who=leads_the_township, binds=WHOLE, ahead=proved)
async def admit_exceptionally(
    actor: Viewer,
    request: WorkRequest,
    *,
    matter: Matter,
    reason: str,
    until: Planned[date],
    password: Secret[str],
) -> Screening:
    """Let a refused request in under a listed matter, in person, for a reason, until a day; never a forbidden one."""
    refused = await Screening.filter(request=request).order_by("-id").first()
    if refused is None or refused.verdict == "forbidden":
        raise NotNow("负面清单上的事项和要求不得例外准入。")
    said = _reason(reason)
    await _within_the_limit(request, until)
    await _must_be_listed(matter, request.township.path)
    await sign(actor, admit_exceptionally.ready)
    await in_turn(request.township_id)
    for count in COUNTS:
        await count(request, said)
    code = await next_code(request.township.pk, request.township.code, matter.code, today())
    request.state, request.matter_id, request.matter_code = "exception", matter.pk, matter.code
    await request.save(update_fields=["state", "matter_id", "matter_code"])
    return await _keep(actor, request, refused, matter, said, until, code)


def _reason(reason: str) -> str:
    if not 10 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明为什么非村社不可（10 到 1000 个字），会公开。", field="reason")
    return reason.strip()


async def _within_the_limit(request: WorkRequest, until: date) -> None:
    longest = await policy(request.township.path, "exception_days")
    if not today() <= until <= today() + timedelta(days=longest):
        raise Invalid(f"到期日应在今天起的 {longest} 天以内。", field="until")


async def _must_be_listed(matter: Matter, path: str) -> None:
    """It is filed under what the lists there have and a village may do: an exception widens no list."""
    if not await may_be_asked(matter, path):
        raise Invalid("请选择现行清单上可以请村社协助的相近事项。", field="matter")
    if bans_on(matter.title, matter.village_does):
        raise Invalid("这个事项不得下派给村社。", field="matter")


async def _keep(
    actor: Viewer,
    request: WorkRequest,
    refused: Screening,
    matter: Matter,
    reason: str,
    until: date,
    code: str,
) -> Screening:
    held = await matter.list
    sentence = f"例外准入至 {until:%Y-%m-%d}，过筛编码 {code}。"
    inputs = {
        "on": today().isoformat(),
        "list_number": held.number,
        "matter": snapshot_of(matter),
        "follows": refused.pk,
        "verdict": "exception",
        "sentence": sentence,
        "clause": "",
        "route": reason,
        "note": reason,
        "until": until.isoformat(),
        "code": code,
    }
    return await Screening.create(
        request=request,
        kind="exception",
        verdict="exception",
        reasons=[READ_AS["exception"]],
        sentence=sentence,
        route=reason,
        matter_list_id=held.pk,
        matter_id=matter.pk,
        inputs=canonical(inputs),
        code=code,
        decided_by_id=actor.post_id,
        expires_on=until,
        at=now(),
    )


@command(said="例外到期", who=only_the_clock("例外准入到期由系统执行。"))
async def expire(actor: Viewer, request: WorkRequest) -> WorkRequest:
    """The exception is over: what has not gone out to villages by now does not go."""
    request.state = "rejected"
    await request.save(update_fields=["state"])
    return request


def published_exceptions(viewer: Viewer) -> QuerySet[Screening]:
    """The list everybody signed in above the villages reads, within the city or county they belong to."""
    regions = {_region(hat.unit_path) for hat in viewer.hats if hat.unit_level not in {"village", "grid"}}
    within = [subtree("request__township__path", region) for region in sorted(regions)]
    return Screening.filter(Q(*within, join_type="OR") if within else NOTHING, kind="exception")


def _region(path: str) -> str:
    """The county a path lies in, or the city for what stands right below it."""
    return "/".join(path.strip("/").split("/")[:2]) + "/"


def reason_of(screening: Screening) -> str:
    return str(json.loads(screening.inputs)["note"])
