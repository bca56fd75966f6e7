"""Publishing: a list is proposed by one person, put before the region, and published by another with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from tortoise.expressions import Subquery

from models.accounts import proved, sign
from models.base.clock import now, today
from models.base.commands import Secret, command, rule
from models.base.days import Foreseen, Planned
from models.base.events import Event
from models.base.refusals import Invalid
from models.base.separation_of_duties import must_be_another
from models.base.signatures import WHOLE, must_hold
from models.base.viewer import Viewer
from models.matters.completeness import unsaid
from models.matters.editing import keeps_the_list, written
from models.matters.exporting import demand_labels
from models.matters.in_force import list_above
from models.matters.records import Matter, MatterList
from models.matters.reference_cases import Run, accept, adopt_shipped, golden_run
from models.matters.stricter import loosened
from models.people import Post
from models.people.roles import KEEPERS
from models.policies import policy
from models.units import Unit

LONGEST_CONSULTATION = 366
MOST_NAMED = 10


@rule(
    "发布人不能是提出人，请由另一位清单管理员发布。",
    apart_from=lambda matter_list: [matter_list.proposed_by.person] if matter_list.proposed_by else [],
)
def another_keeper(actor: Viewer, matter_list: MatterList) -> bool:
    return actor.oversees(matter_list.region.path, *KEEPERS)


@rule("这一版清单还在征求意见，征求意见结束后才能发布。")
def has_been_consulted_on(matter_list: MatterList) -> bool:
    return not matter_list.is_consulting


@command(said="提出清单", who=keeps_the_list, binds=WHOLE)
async def propose(
    actor: Viewer, matter_list: MatterList, *, reason: str, until: Planned[date | None] = None
) -> MatterList:
    """Put a finished draft before the region, for at least as many days as the government has set."""
    matter_list.propose_reason = written(reason, "reason", "请写明提出这一版清单的理由。")
    if not await Matter.filter(list_id=matter_list.pk).exists():
        raise Invalid("清单里还没有事项。")
    matter_list.consultation_until = await _last_day(matter_list, until)
    matter_list.state = "proposed"
    matter_list.proposed_by_id = actor.post_id
    await matter_list.save()
    await adopt_shipped(matter_list)
    return matter_list


async def _last_day(matter_list: MatterList, until: date | None) -> date | None:
    """The last day for opinions; None where the government asks for no consultation and nobody wants one."""
    days = await policy(matter_list.region.path, "consultation_days")
    earliest = today() + timedelta(days=days)
    if until is None:
        return earliest if days else None
    if until < earliest:
        raise Invalid(f"征求意见至少 {days} 天，不能早于 {earliest:%Y-%m-%d} 结束。", field="until")
    if until > today() + timedelta(days=LONGEST_CONSULTATION):
        raise Invalid("征求意见不能超过一年。", field="until")
    return until


@command(said="退回清单", who=keeps_the_list)
async def send_back(actor: Viewer, matter_list: MatterList, *, reason: str) -> MatterList:
    """Return a proposed list to its drafters, saying why; its opinions stay with it."""
    written(reason, "reason", "请写明退回的理由。")
    matter_list.state = "draft"
    matter_list.proposed_by = None
    matter_list.consultation_until = None
    await matter_list.save()
    return matter_list


@command(said="发布清单", who=another_keeper, when=has_been_consulted_on, binds=WHOLE, ahead=proved)
async def publish(
    actor: Viewer,
    matter_list: MatterList,
    *,
    reason: str,
    effective_on: Foreseen[date],
    accept_flips: str = "",
    accept_unsaid: str = "",
    password: Secret[str] = "",
) -> MatterList:
    """Bring a proposed list into force from a day that is not past; from then on it is frozen."""
    await _must_be_anothers_draft(actor, matter_list)
    await must_hold(matter_list, propose.name, what="提出", then="请退回重新提出。")
    matter_list.publish_reason = written(reason, "reason", "请写明发布的理由。")
    if effective_on < today():
        raise Invalid("生效日期不能早于今天。", field="effective_on")
    stated = await Matter.filter(list_id=matter_list.pk)
    _must_have_a_basis(stated)
    if gaps := unsaid(stated):
        matter_list.unsaid_accepted = _signed_for(gaps, accept_unsaid)
        await sign(actor, publish.ready)
    if looser := await loosened_by(matter_list, effective_on):
        raise Invalid(f"本地清单只能比上级清单更严，以下事项放宽了：{_some(looser)}。")
    run = await golden_run(matter_list)
    if run.flips:
        matter_list.flips_accepted = _owned(run, accept_flips)
        if await list_above(matter_list.region.path, effective_on) is None:
            await accept(run)
    matter_list.publication = await _next_publication(matter_list)
    matter_list.state = "published"
    matter_list.effective_on = effective_on
    matter_list.published_at = now()
    matter_list.published_by_id = actor.post_id
    await matter_list.save()
    return matter_list


WRITES = ("matters.put_matter", "matters.take_matters", "matters.drop_matter")


async def _must_be_anothers_draft(actor: Viewer, matter_list: MatterList) -> None:
    """Whoever wrote in the draft does not publish it, whoever proposed it and however long ago it was."""
    written_in = Event.filter(subject_type="MatterList", subject_id=matter_list.pk, command__in=WRITES)
    writers = Post.filter(id__in=Subquery(written_in.values("actor_post_id"))).select_related("person")
    must_be_another(
        actor,
        "写过这一版清单的人不能发布，请由没有写过它的另一位清单管理员发布。",
        *{post.person_id: post.person for post in await writers}.values(),
    )


def _must_have_a_basis(stated: Iterable[Matter]) -> None:
    codes = sorted(matter.code for matter in stated if not matter.legal_basis)
    if codes:
        raise Invalid(f"以下事项没有法律依据，不能发布：{'、'.join(codes)}。")


def _signed_for(gaps: list[str], words: str) -> str:
    """The publisher's reason why matters may leave unsaid who leads or what the village does, with each of them."""
    if not words.strip():
        raise Invalid(
            f"每个事项都要写明谁牵头、村社做什么、不做什么，以下事项没有写全：{_some(gaps)}。"
            "确实不用写的，请写明理由并本人签署。",
            field="accept_unsaid",
        )
    return "\n".join([written(words, "accept_unsaid", "请写明理由。"), *gaps])


def _some(told: list[str]) -> str:
    return "；".join(told[:MOST_NAMED]) + (f"；共 {len(told)} 项" if len(told) > MOST_NAMED else "")


async def gaps_in(matter_list: MatterList) -> list[str]:
    """What a list leaves unsaid, for whom it may be published by to write or to sign."""
    return unsaid(await Matter.filter(list_id=matter_list.pk))


async def loosened_by(matter_list: MatterList, on: date) -> list[str]:
    """The matters by which a county would ask more than the list above it that holds on a day; none is let through."""
    above = await list_above(matter_list.region.path, on)
    if above is None:
        return []
    stated = {matter.code: matter for matter in await Matter.filter(list_id=above.pk)}
    return loosened(await Matter.filter(list_id=matter_list.pk), stated, await demand_labels())


async def _next_publication(matter_list: MatterList) -> int:
    """The region's next number; its row is locked, so that two at once publish one after the other."""
    await Unit.filter(pk=matter_list.region_id).select_for_update().first()
    last = (
        await MatterList.filter(region_id=matter_list.region_id)
        .exclude(publication=None)
        .order_by("-publication")
        .first()
    )
    return (last.publication or 0) + 1 if last else 1


def _owned(run: Run, words: str) -> str:
    """The publisher's reason for deciding differently from now on, with every case it is about."""
    told = [f"{flip.case.code} {flip.sentence}" for flip in run.flips]
    if not words.strip():
        some = "；".join(told[:5]) + (f"；共 {len(told)} 个" if len(told) > 5 else "")
        raise Invalid(
            f"这一版清单会改变范例的过筛结论：{some}。确实要改的，请写明理由。", field="accept_flips"
        )
    return "\n".join([written(words, "accept_flips", "请写明理由。"), *told])
