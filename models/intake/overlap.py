"""Requests that ask for much the same: suggested to the reader with the why, merged or refused by a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from models.base.clock import now
from models.base.viewer import Viewer
from models.likeness import ALIKE, SEASON, Asked, Comparison, Shared, profile
from models.requests.records import RequestUnit, WorkRequest

COMPARED = ("pending_review", "admitted", "exception", "rejected")
A_YEAR = timedelta(days=366)
NEWEST = 800
"""How many of a township's requests are compared at most; a busy one has some hundreds within a season."""
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
Places = dict[int, str]
"""Villages by number, with their names; a grid counts as its village."""


@dataclass(frozen=True)
class Overlap:
    """An earlier request like this one, and in what."""

    request: WorkRequest
    likeness: float
    why: tuple[str, ...]


async def overlaps(viewer: Viewer, request: WorkRequest, limit: int = 5) -> list[Overlap]:
    """The requests of the township most like this one, best first; four statements however many there are.

    What is due a season apart is another round of the work, so that the database need not be asked for it.
    """
    season = timedelta(days=SEASON)
    rows = WorkRequest.visible_to(viewer).filter(
        township_id=request.township_id,
        state__in=COMPARED,
        submitted_at__gte=now() - A_YEAR,
        deadline__gte=request.deadline - season,
        deadline__lte=request.deadline + season,
    )
    others = await rows.exclude(id=request.pk).order_by("-submitted_at", "-id").limit(NEWEST).only(*SHOWN)
    numbers = [request.pk, *(one.pk for one in others)]
    places, near = await _places(numbers), await _near(numbers)
    mine = _asked(request, places, near)
    found = [(Shared.by(mine, _asked(one, places, near)), one) for one in others]
    best = sorted(found, key=lambda one: (-one[0].likeness, -one[1].pk))[:limit]
    shown = [(shared, one) for shared, one in best if shared.likeness >= ALIKE]
    named = WorkRequest.filter(id__in=[one.pk for _, one in shown]).select_related("department")
    whole = {one.pk: one for one in await named}
    return [
        Overlap(whole[one.pk], shared.likeness, _why(shared, request, one, places)) for shared, one in shown
    ]


def _asked(request: WorkRequest, places: dict[int, Places], near: dict[int, list[str]]) -> Asked:
    return Asked(
        request.matter_code,
        frozenset(places.get(request.pk, ())),
        request.deadline,
        frozenset(request.elements),
        profile(near.get(request.pk, ())),
        _compared(f"{request.title}\n{request.body}"),
    )


@lru_cache(maxsize=2 * NEWEST)
def _compared(text: str) -> Comparison:
    """A text taken apart once for the many requests of its township that are read beside it."""
    return Comparison.of(text)


def _why(
    shared: Shared, request: WorkRequest, other: WorkRequest, places: dict[int, Places]
) -> tuple[str, ...]:
    """In words of the town what the two have in common, the surest first."""
    ours, theirs = places.get(request.pk, {}), places.get(other.pk, {})
    both = [ours[one] for one in sorted(ours.keys() & theirs.keys())]
    more = f"等 {len(both)} 个村社" if len(both) > 3 else ""
    fields = len(set(request.elements) & set(other.elements))
    told = [
        "同一事项" if shared.matter else "",
        f"都涉及{'、'.join(both[:3])}{more}" if both else "" if ours and theirs else "有一方面向全镇各村",
        f"期限相近（相差 {shared.days} 天）" if shared.time == 1 else "",
        f"都要 {fields} 项相同的数据" if fields else "",
        f"说的事相近（{shared.words:.0%}）" if shared.words >= TOLD else "",
        "读起来像清单上同样的事项" if shared.profile >= TOLD and not shared.matter else "",
    ]
    return tuple(one for one in told if one)


TOLD = 0.3
"""From here on words and profiles are worth telling."""


async def _places(numbers: list[int]) -> dict[int, Places]:
    named = RequestUnit.filter(request_id__in=numbers).values_list(
        "request_id", "unit_id", "unit__name", "unit__level", "unit__parent_id", "unit__parent__name"
    )
    found: dict[int, Places] = defaultdict(dict)
    for request_id, unit_id, name, level, parent_id, parent in await named:
        if level == "grid":
            found[int(request_id)][int(parent_id)] = str(parent)
        else:
            found[int(request_id)][int(unit_id)] = str(name)
    return found


async def _near(numbers: list[int]) -> dict[int, list[str]]:
    """The listed matters each request was near when it was last screened."""
    screened = WorkRequest.filter(id__in=numbers, screenings__kind="automatic").order_by("screenings__id")
    told = await screened.values_list("id", "screenings__nearest")
    return {int(number): list(codes) for number, codes in told}
