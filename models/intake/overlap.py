"""Requests that ask for much the same: suggested to the reader with the why, merged or refused by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from models.base.clock import now
from models.base.viewer import Viewer
from models.intake.requests import RequestUnit, WorkRequest
from models.likeness import Comparison

COMPARED = ("pending_review", "admitted", "exception", "rejected")
A_YEAR = timedelta(days=366)
NEWEST = 800
"""How far back a township's requests are compared; a busy one has some hundreds a year."""
CLOSELY, ALIKE, NEAR_DAYS = 8, 0.3, 30
SHOWN = (
    "id",
    "title",
    "body",
    "matter_code",
    "deadline",
    "elements",
    "state",
    "department_id",
    "submitted_at",
)


@dataclass(frozen=True)
class Overlap:
    """An earlier request like this one, and in what."""

    request: WorkRequest
    likeness: float
    why: tuple[str, ...]


async def overlaps(viewer: Viewer, request: WorkRequest, limit: int = 5) -> list[Overlap]:
    """The requests of the township most like this one, best first; three statements however many there are."""
    rows = WorkRequest.visible_to(viewer).filter(
        township_id=request.township_id, state__in=COMPARED, submitted_at__gte=now() - A_YEAR
    )
    others = await rows.exclude(id=request.pk).order_by("-id").limit(NEWEST).only(*SHOWN)
    said = _said(request)
    scored = sorted(((_likeness(request, said, one), one) for one in others), key=lambda s: -s[0])[:CLOSELY]
    places = await _places([request.pk, *(one.pk for _, one in scored)])
    found = [
        Overlap(one, score, why)
        for score, one in scored
        if (why := _why(request, said, one, places)) and score >= ALIKE
    ]
    shown = {o.request.pk for o in found[:limit]}
    named = WorkRequest.filter(id__in=shown).select_related("department")
    whole = {one.pk: one for one in await named}
    return [Overlap(whole[o.request.pk], o.likeness, o.why) for o in found[:limit]]


def _likeness(request: WorkRequest, said: Comparison, other: WorkRequest) -> float:
    same_matter = 0.2 if request.matter_code and request.matter_code == other.matter_code else 0.0
    return min(1.0, said.likeness(_said(other)) + same_matter)


def _said(request: WorkRequest) -> Comparison:
    return Comparison.of(f"{request.title}\n{request.body}")


def _why(
    request: WorkRequest, said: Comparison, other: WorkRequest, places: dict[int, dict[int, str]]
) -> tuple[str, ...]:
    alike = said.likeness(_said(other))
    shared = places.get(request.pk, {}).keys() & places.get(other.pk, {}).keys()
    fields = [code for code in request.elements if code in other.elements]
    told = [
        "同一事项" if request.matter_code and request.matter_code == other.matter_code else "",
        f"说的事相近（{alike:.0%}）" if alike >= ALIKE else "",
        f"都涉及{'、'.join(sorted(places[request.pk][one] for one in shared)[:3])}" if shared else "",
        f"都要 {len(fields)} 项相同的数据" if fields else "",
        "期限相近" if abs((request.deadline - other.deadline).days) <= NEAR_DAYS else "",
    ]
    return tuple(one for one in told if one)


async def _places(numbers: list[int]) -> dict[int, dict[int, str]]:
    named = RequestUnit.filter(request_id__in=numbers).values_list("request_id", "unit_id", "unit__name")
    found: dict[int, dict[int, str]] = {}
    for request_id, unit_id, name in await named:
        found.setdefault(int(request_id), {})[int(unit_id)] = str(name)
    return found
