"""A project as open data: what everybody may read of it, in the words of `/board/schema.json`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from models.base.viewer import ANONYMOUS
from models.bidding.awards import Award, Milestone, in_their_turn
from models.bidding.filters import bids_counted, objections_told
from models.bidding.offers import Bid, Fact
from models.bidding.records import Criterion, Entrant, Project
from models.bidding.scores import Score
from models.bidding.totals import Total, totals
from models.units import Unit

PLAIN = ("title", "kind", "depth", "state", "purpose", "support", "support_yuan", "conditions", "contact")
DATED = ("opens_at", "closes_at", "published_at", "opened_at", "start_by", "finish_by")
OFFERED = ("strengths", "plan", "schedule", "own_yuan", "asked_yuan", "decided", "decision_note")


async def told(project: Project) -> dict[str, Any]:
    """Everything public about a project on the board; a dozen statements, whatever the number of bids."""
    criteria = await Criterion.filter(project=project).order_by("position")
    entrants = await Entrant.filter(project=project).order_by("id").select_related("unit")
    return {
        "id": project.pk,
        "township": _place(project.township),
        **{name: getattr(project, name) for name in PLAIN},
        **{name: _said(getattr(project, name)) for name in DATED},
        "standstill_days": project.standstill_days,
        "instead_of": project.instead_of_id,
        "outcome_note": project.outcome_note,
        "discussion": project.discussion if project.is_open_book else "",
        "criteria": [{n: getattr(one, n) for n in ("title", "weight", "guidance")} for one in criteria],
        "may_bid": [_place(one.unit) for one in entrants],
        "bids_count": (await bids_counted([project])).get(project.pk),
        "bids": await _bids(project, criteria),
        "awards": await _awards(project),
    }


def _place(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name}


def _said(at: date | datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


async def _bids(project: Project, criteria: list[Criterion]) -> list[dict[str, Any]]:
    """The opened bids, once an award was announced; empty before."""
    rows = Bid.visible_to(ANONYMOUS).filter(project=project, state="opened").order_by("id")
    bids = await rows.select_related("unit")
    numbers = [bid.pk for bid in bids]
    facts = await Fact.visible_to(ANONYMOUS).filter(bid_id__in=numbers).order_by("id") if bids else []
    scores = await Score.visible_to(ANONYMOUS).filter(bid_id__in=numbers).order_by("id") if bids else []
    ranked = {one.bid_id: one for one in await totals(project)} if bids else {}
    return [_bid(bid, criteria, facts, scores, ranked.get(bid.pk)) for bid in bids]


def _bid(
    bid: Bid, criteria: list[Criterion], facts: list[Fact], scores: list[Score], total: Total | None
) -> dict[str, Any]:
    return {
        "village": _place(bid.unit),
        **{name: getattr(bid, name) for name in OFFERED},
        "facts": [
            {
                "name": f.name,
                "value": f.value,
                "source": f.source,
                "as_of": _said(f.as_of),
                "disputed": f.disputed,
            }
            for f in facts
            if f.bid_id == bid.pk
        ],
        "comparison": [
            {
                "criterion": one.title,
                "said": [
                    {"points": s.points, "words": s.words}
                    for s in scores
                    if (s.bid_id, s.criterion_id) == (bid.pk, one.pk)
                ],
            }
            for one in criteria
        ],
        "total": str(total.value) if total else None,
        "rank": total.rank if total else None,
    }


async def _awards(project: Project) -> list[dict[str, Any]]:
    awards = await Award.visible_to(ANONYMOUS).filter(project=project).order_by("id").select_related("unit")
    rows = (
        Milestone.visible_to(ANONYMOUS).filter(award_id__in=[one.pk for one in awards]).order_by("position")
    )
    steps = in_their_turn(await rows) if awards else []
    objections = await objections_told(awards)
    return [
        {
            "village": _place(award.unit),
            "state": award.state,
            "reason": award.reason,
            "is_single": award.is_single,
            "announced_at": _said(award.announced_at),
            "standstill_until": _said(award.standstill_until),
            "fallen_note": award.fallen_note,
            "objections": [{"state": o.state, "answer": o.answer} for o in objections.get(award.pk, [])],
            "milestones": [_step(step) for step in steps if step.award_id == award.pk],
        }
        for award in awards
    ]


def _step(step: Milestone) -> dict[str, Any]:
    plain = {name: getattr(step, name) for name in ("kind", "title", "state", "words", "delay_reason")}
    dated = {name: _said(getattr(step, name)) for name in ("due_on", "reported_at", "accepted_at")}
    return plain | dated | {"is_late": step.is_late}
