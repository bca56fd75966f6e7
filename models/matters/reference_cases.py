"""Golden cases: structured requests with the verdict they must get, run against every list before publication.

The shipped ones speak of the shipped list: a list takes over those about matters it holds under the same code and
title, and those about no matter that it holds. From then on they are the town's own, and every later list answers to them.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.aggregates import digest
from models.base.columns import column
from models.base.commands import command, rule
from models.base.derived_figures import WorkedOut
from models.base.identities import Code
from models.base.optional_details import ABSENT, Given, given, or_kept
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.viewer import NOTHING, Viewer
from models.matters.decision import VERDICTS, Decision, Inputs, decide, snapshot_of
from models.matters.demands import demand_codes
from models.matters.editing import LONGEST_CODE, keeps_lists_here, written
from models.matters.records import Demand, Matter, MatterList
from models.units import Unit

SHIPPED = Path(__file__).with_name("reference_cases.tsv")
EXPECTED = ("forbidden", "not_listed", "too_often", "answered", "pending_review")
"""The verdicts that the list alone decides, in the order in which it does."""
MOST_USED = 999


class GoldenCase(Record):
    """One structured request and the verdict every list must give it, unless a keeper says why not."""

    code = fields.CharField(max_length=40, unique=True)
    about = column("说明", fields.CharField(max_length=200))
    named = column("写明的事项", fields.CharField(max_length=40, default=""))
    demands: list[str] = column("要求", fields.JSONField(default=list))
    used = column("用到的次数", fields.IntField(default=0))
    """How often each village was asked this year already."""
    held = column("当时已有的数据", fields.BooleanField(default=False))
    """Whether every wanted element is on file and fresh."""
    elements: list[str] = column("数据", fields.JSONField(default=list))
    verdict = column("结论", fields.CharField(max_length=16))
    reasons: list[str] = column("理由代码", fields.JSONField(default=list))

    called = "范例"

    class Meta:
        table = "golden_case"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)


async def _every_case(lists: Sequence[MatterList]) -> dict[int, str]:
    """The cases by which any list is judged: whoever publishes owns to what flips among those they were shown."""
    cases = [case.columns() for case in await GoldenCase.all().order_by("code")]
    return dict.fromkeys([one.pk for one in lists], digest(cases))


MatterList.works_out = {"golden": WorkedOut(_every_case)}


@dataclass(frozen=True)
class Flip:
    """A case that a list decides otherwise than it must."""

    case: GoldenCase
    decision: Decision

    @property
    def sentence(self) -> str:
        return (
            f"{self.case.about}：应为“{VERDICTS[self.case.verdict]}”，现为“{VERDICTS[self.decision.verdict]}”"
        )


@dataclass(frozen=True)
class Run:
    """All cases against one list: how many agree, which flip, and how many name a matter no list ever had."""

    agreed: int
    flips: tuple[Flip, ...]
    foreign: int


async def golden_run(matter_list: MatterList) -> Run:
    """Decide every golden case by a list as if it were in force."""
    matters = {matter.code: matter for matter in await Matter.filter(list_id=matter_list.pk)}
    demands = {demand.code: demand for demand in await Demand.all()}
    cases = await GoldenCase.all().order_by("code")
    decided = [Flip(case, decided_by(case, matter_list.number, matters, demands)) for case in cases]
    differing = [one for one in decided if one.decision.verdict != one.case.verdict]
    known = {one.case.named for one in differing} - set(matters)
    held = Matter.filter(code__in=known, list__state="published")
    once = {str(code) for code in await held.values_list("code", flat=True)} if known else set()
    flips = tuple(one for one in differing if one.case.named in {"", *matters, *once})
    return Run(len(cases) - len(differing), flips, len(differing) - len(flips))


def decided_by(
    case: GoldenCase, number: int, matters: dict[str, Matter], demands: dict[str, Demand]
) -> Decision:
    """What the screening says to one case where these matters are the list in force."""
    matter = matters.get(case.named)
    asked = [demands[code] for code in case.demands if code in demands]
    inputs: Inputs = {
        "on": "",
        "list_number": number,
        "named": case.named,
        "matter": snapshot_of(matter) if matter else None,
        "demands": [
            {name: getattr(demand, name) for name in ("code", "label", "forbidden", "clause")}
            for demand in asked
        ],
        "township": "镇街",
        "whole": False,
        "villages": 1,
        "counts": [{"code": "village", "name": "村社", "times": case.used}] if case.used else [],
        "elements": [{"code": one, "name": one, "held": int(case.held)} for one in case.elements],
        "nearest": [],
        "prohibitions": [],
    }
    return decide(inputs)


async def accept(run: Run) -> None:
    """Let the cases that flip expect from now on what the list says: their change has been owned to."""
    for flip in run.flips:
        flip.case.verdict, flip.case.reasons = flip.decision.verdict, list(flip.decision.reasons)
        await flip.case.save(update_fields=["verdict", "reasons"])


@dataclass(frozen=True)
class ShippedCase:
    """One row of the shipped file, with the title of the matter it is about."""

    values: dict[str, Any]
    title: str


@lru_cache(maxsize=1)
def shipped_cases() -> tuple[ShippedCase, ...]:
    """The cases that come with the program, made for the list that comes with it."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return tuple(_shipped(row) for row in csv.DictReader(file, delimiter="\t"))


def _shipped(row: dict[str, str]) -> ShippedCase:
    values: dict[str, Any] = {name: row[name] for name in ("code", "about", "named", "verdict")}
    values |= {name: row[name].split() for name in ("demands", "elements", "reasons")}
    values |= {"used": int(row["used"] or 0), "held": row["held"] == "1"}
    return ShippedCase(values, row["title"])


async def adopt_shipped(matter_list: MatterList) -> None:
    """Take over the shipped cases that speak of this list's matters; what a keeper has changed stays changed."""
    rows = await Matter.filter(list_id=matter_list.pk).values_list("code", "title")
    titles = {str(code): str(title) for code, title in rows}
    known = {case.code for case in await GoldenCase.all().only("id", "code")}
    fitting = [one.values for one in shipped_cases() if titles.get(one.values["named"], "") == one.title]
    missing = [GoldenCase(**values) for values in fitting if values["code"] not in known]
    if missing:
        await GoldenCase.bulk_create(missing, batch_size=50, ignore_conflicts=True)


@rule("范例对各县市区都有效，由市级维护。")
def keeps_the_cases(region: Unit) -> bool:
    """A county with nothing above it keeps its own."""
    return region.level == "city" or region.parent_id is None


async def _the_case(region: Unit, *, code: str, **_: Any) -> GoldenCase | None:
    return await GoldenCase.get_or_none(code=code.strip())


@command(said="写入范例", who=keeps_lists_here, when=keeps_the_cases, edits=_the_case)
async def put_golden_case(
    actor: Viewer,
    region: Unit,
    *,
    code: Code[str],
    about: str,
    verdict: str,
    reason: str,
    named: Given[Code[str]] = ABSENT,
    demands: Given[list[str]] = ABSENT,
    used: Given[int] = ABSENT,
    elements: Given[list[str]] = ABSENT,
    held: Given[bool] = ABSENT,
) -> GoldenCase:
    """Write down a request and the verdict it must get; of a case that stands, what is not given stays as it is."""
    written(reason, "reason", "请写明为什么要这样定。")
    if verdict not in EXPECTED:
        raise Invalid("结论应为清单自己能定的一种。", field="verdict")
    if not 0 <= or_kept(used, 0) <= MOST_USED:
        raise Invalid(f"次数应在 0 到 {MOST_USED} 之间。", field="used")
    if strange := set(or_kept(demands, [])) - await demand_codes():
        raise Invalid(f"没有这样的要求：{'、'.join(sorted(strange))}。", field="demands")
    values: dict[str, Any] = {
        "about": written(about, "about", "请写明这是什么样的申请。", longest=200),
        "verdict": verdict,
        "reasons": [],
        **given(demands=demands, used=used, elements=elements, held=held),
    }
    if named is not ABSENT:
        values["named"] = or_kept(named, "").upper()
        if len(values["named"]) > LONGEST_CODE:
            raise Invalid(f"事项编码不超过 {LONGEST_CODE} 个字符。", field="named")
    case, _ = await GoldenCase.update_or_create(
        code=written(code, "code", "请写明范例的编号。", longest=40), defaults=values
    )
    return case


@command(said="删去范例", who=keeps_lists_here, when=keeps_the_cases, edits=_the_case)
async def drop_golden_case(actor: Viewer, region: Unit, *, code: Code[str], reason: str) -> None:
    """Give up a case, saying why; a shipped one comes back with the next proposal of a list it speaks of."""
    written(reason, "reason", "请写明为什么要删去。")
    if not await GoldenCase.filter(code=code.strip()).delete():
        raise Invalid(f"没有编号为“{code}”的范例。", field="code")
