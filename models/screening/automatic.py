"""Gathering what a screening rests on, for all townships of one submission at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tortoise.expressions import Q, Subquery

from models.base.canonical import canonical
from models.base.clock import TOWN_ZONE, today
from models.base.viewer import subtree
from models.likeness import Warned, prohibitions_near
from models.matters import Catalogue, Demand, Matter, MatterList, Suggestion, catalogue_of, lists_in_force
from models.matters.decision import PASSED, Decision, Inputs, decide, snapshot_of
from models.registry import Element, held
from models.requests.records import RequestUnit, WorkRequest
from models.screening.records import Screening
from models.units import Unit

Stated = dict[MatterList | None, Matter | None]
"""What each list that holds at a place says of the matter named; where none holds, nothing says nothing."""


@dataclass(frozen=True)
class Case:
    """One township of a submission, with the villages it concerns."""

    township: Unit
    villages: Sequence[Unit]
    named: Sequence[Unit]
    whole: bool
    """The requester left the choice of villages to the township."""


@dataclass(frozen=True)
class Screened:
    """A case with its verdict and everything the verdict rests on."""

    case: Case
    inputs: Inputs
    decision: Decision
    matter_list: MatterList | None
    matter: Matter | None

    def row(self, request_id: int, at: datetime) -> Screening:
        """The row that keeps this verdict for a request."""
        return Screening(
            request_id=request_id,
            kind="automatic",
            verdict=self.decision.verdict,
            reasons=list(self.decision.reasons),
            sentence=self.decision.sentence,
            clause=self.decision.clause,
            route=self.decision.route,
            nearest=list(self.decision.nearest),
            matter_list_id=self.matter_list.pk if self.matter_list else None,
            matter_id=self.matter.pk if self.matter else None,
            inputs=canonical(self.inputs),
            at=at,
        )


async def screen(
    cases: Sequence[Case],
    *,
    named: str,
    demands: Sequence[Demand],
    elements: Sequence[Element],
    text: str,
    sender: str = "",
) -> list[Screened]:
    """Judge every case of a submission; the number of statements does not depend on how many there are."""
    held_at = await lists_in_force([case.township.path for case in cases])
    lists_there = {one for lists in held_at.values() for one in lists}
    catalogues = {one.pk: await catalogue_of(one) for one in lists_there}
    villages = [village for case in cases for village in case.villages]
    on_file = await held([e.code for e in elements], villages, today()) if elements else {}
    capped = any(m and m.yearly_cap is not None for m in (c.matters.get(named) for c in catalogues.values()))
    counts = await admitted_this_year(named, cases) if capped else Counter()
    asked = {
        "on": today().isoformat(),
        "named": named,
        "demands": [_plain_demand(demand) for demand in demands],
    }
    said = {
        lists: _advice([catalogues[one.pk] for one in lists], text, sender) for lists in set(held_at.values())
    }
    screened = []
    for case in cases:
        lists = held_at[case.township.path]
        shared = {**asked, **said[lists], **_of_case(case, counts, elements, on_file)}
        stated: Stated = {one: catalogues[one.pk].matters.get(named) for one in lists} or {None: None}
        screened.append(_strictest([_by(one, matter, case, shared) for one, matter in stated.items()]))
    return screened


async def screen_today(township: Unit, village: Unit, named: str, demands: Sequence[Demand]) -> Screened:
    """What the lists that hold today say of work that was asked of a village before; how often it was does not count."""
    lists = (await lists_in_force([village.path]))[village.path]
    rows = {one.list_id: one for one in await Matter.filter(list_id__in=[m.pk for m in lists], code=named)}
    case = Case(township, [village], [village], whole=False)
    shared = {
        "on": today().isoformat(),
        "named": named,
        "demands": [_plain_demand(demand) for demand in demands],
        "nearest": [],
        "prohibitions": [],
        **_of_case(case, Counter(), [], ()),
    }
    stated: Stated = {one: rows.get(one.pk) for one in lists} or {None: None}
    return _strictest([_by(one, matter, case, shared) for one, matter in stated.items()])


def _by(
    matter_list: MatterList | None, matter: Matter | None, case: Case, shared: dict[str, Any]
) -> Screened:
    """What one list that holds at the place says."""
    counts = shared["counts"] if matter and matter.yearly_cap is not None else []
    stated = {
        "list_number": matter_list.number if matter_list else None,
        "list_region": matter_list.region.name if matter_list else "",
        "matter": snapshot_of(matter) if matter else None,
    }
    inputs: Inputs = {**shared, **stated, "counts": counts}  # type: ignore[typeddict-item]
    return Screened(case, inputs, decide(inputs), matter_list, matter)


def _strictest(screened: Sequence[Screened]) -> Screened:
    """A request must stand before every list of its place: the first that forbids it speaks, or the first that refuses."""
    refused = [one for one in screened if one.decision.verdict not in PASSED]
    forbidden = [one for one in refused if one.decision.verdict == "forbidden"]
    return (forbidden or refused or screened)[0]


def _of_case(
    case: Case, counts: Counter[int], elements: Iterable[Element], on_file: Collection[tuple[str, int]]
) -> dict[str, Any]:
    return {
        "township": case.township.name,
        "whole": case.whole,
        "villages": len(case.villages),
        "counts": [
            {"code": village.code, "name": village.name, "times": counts[village.pk]}
            for village in case.villages
            if counts[village.pk]
        ],
        "elements": [
            {
                "code": element.code,
                "name": element.name,
                "held": sum((element.code, village.pk) in on_file for village in case.villages),
            }
            for element in elements
        ],
    }


def _plain_demand(demand: Demand) -> dict[str, Any]:
    return {name: getattr(demand, name) for name in ("code", "label", "forbidden", "clause")}


def _advice(catalogues: Sequence[Catalogue], text: str, sender: str) -> dict[str, Any]:
    """What the ranker says of the ruling list and of every ban: shown to people, never looked at by the verdict."""
    near = catalogues[0].suggest(text, sender=sender) if catalogues else []
    banned = [_told(s) for catalogue in catalogues for s in catalogue.prohibitions(text)]
    banned += [_warned(one) for one in prohibitions_near(text)]
    nearest = sorted(banned, key=lambda one: -float(one["score"]))[:1]
    return {"nearest": [_told(s) for s in near], "prohibitions": nearest}


def _warned(warned: Warned) -> dict[str, Any]:
    """A general ban, told like a matter of the list."""
    ban = warned.prohibition
    told = {"code": ban.code, "title": ban.title, "basis": ban.basis}
    return told | {"score": str(warned.score), "why": list(warned.why)}


def _told(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "code": suggestion.matter.code,
        "title": suggestion.matter.title,
        "score": str(suggestion.score),
        "why": list(suggestion.why),
    }


async def admitted_this_year(matter_code: str, cases: Sequence[Case], on: date | None = None) -> Counter[int]:
    """How many requests admitted this calendar year under the matter concern each village."""
    since = datetime((on or today()).year, 1, 1, tzinfo=TOWN_ZONE).astimezone(UTC)
    townships = Q(*(subtree("township__path", case.township.path) for case in cases), join_type="OR")
    if len(cases) > 20:
        townships = Q()
    codes = Screening.filter(verdict="admitted", matter__code=matter_code, at__gte=since)
    admitted = WorkRequest.filter(
        townships, matter_code=matter_code, state="admitted", id__in=Subquery(codes.values("request_id"))
    )
    by_request = {int(row[0]): int(row[1]) for row in await admitted.values_list("id", "township_id")}
    counts: Counter[int] = Counter()
    named = RequestUnit.filter(request_id__in=Subquery(admitted.values("id")))
    choosing = {int(request): 0 for request in by_request}
    places = await named.values_list("request_id", "unit_id", "unit__level", "unit__parent_id")
    # A grid is its village's: several of them in one request are still one time.
    for request_id, village in {(r, above if level == "grid" else unit) for r, unit, level, above in places}:
        counts[int(str(village))] += 1
        choosing.pop(int(str(request_id)), None)
    whole: Counter[int] = Counter(by_request[request] for request in choosing)
    for case in cases:
        for village in case.villages:
            counts[village.pk] += whole[case.township.pk]
    return counts
