"""The screening itself: a pure function from stored inputs to a verdict, so that any verdict can be recomputed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from models.matters.demands import bans_on
from models.matters.records import CATEGORIES, DEMANDABLE, Matter

VERDICTS = {
    "pending_review": "待复核",
    "admitted": "已过筛",
    "forbidden": "驳回：禁止下派",
    "not_listed": "驳回：清单外",
    "too_often": "驳回：次数已满",
    "answered": "以数作答",
    "rejected": "驳回：复核不符",
    "exception": "例外准入",
}
PASSED = frozenset({"pending_review", "answered"})
"""What the automatic screening says of a request it does not refuse."""
DATA_DEMANDS = frozenset({"data"})
"""Demands that values on file can meet without disturbing anybody."""


class Inputs(TypedDict):
    """Everything a verdict rests on, as stored with it."""

    on: str
    list_number: int | None
    list_region: NotRequired[str]
    """Whose list it is; verdicts older than the counties' own lists did not say."""
    named: str
    """The matter code the requester named, empty for none."""
    matter: dict[str, Any] | None
    """The matter as the list in force states it."""
    demands: list[dict[str, Any]]
    township: str
    whole: bool
    """Whether the choice of villages is left to the township."""
    villages: int
    """How many villages are concerned."""
    counts: list[dict[str, Any]]
    """Requests admitted this year under the matter, for each village concerned that has any."""
    elements: list[dict[str, Any]]
    """Wanted elements with how many of the villages hold a fresh value."""
    nearest: list[dict[str, Any]]
    prohibitions: list[dict[str, Any]]


@dataclass(frozen=True)
class Decision:
    """What the screening says, and why, in codes for programs and a sentence for people."""

    verdict: str
    reasons: tuple[str, ...]
    sentence: str
    clause: str = ""
    route: str = ""
    nearest: tuple[str, ...] = field(default=())


def snapshot_of(matter: Matter) -> dict[str, Any]:
    """What the verdict looks at, as the list stated it."""
    return {
        name: getattr(matter, name)
        for name in ("code", "title", "category", "demands", "legal_basis", "yearly_cap", "village_does")
    }


def decide(inputs: Inputs) -> Decision:
    """Forbidden, not listed, too often, answered from data, or for a person to read: in this order."""
    return (
        _forbidden_demand(inputs)
        or _forbidden_matter(inputs)
        or _not_listed(inputs)
        or _not_demandable(inputs)
        or _too_often(inputs)
        or _answered(inputs)
        or Decision(
            "pending_review",
            ("for_reading",),
            f"自动过筛通过，等待{inputs['township']}复核文字与事项是否相符。",
            nearest=_codes(inputs),
        )
    )


def _forbidden_demand(inputs: Inputs) -> Decision | None:
    banned = [demand for demand in inputs["demands"] if demand["forbidden"]]
    if not banned:
        return None
    return _reject(
        inputs,
        "forbidden",
        [f"forbidden_demand:{demand['code']}" for demand in banned],
        f"不得要求村社：{'、'.join(demand['label'] for demand in banned)}。",
        clause="；".join(dict.fromkeys(demand["clause"] for demand in banned)),
    )


def _forbidden_matter(inputs: Inputs) -> Decision | None:
    matter = inputs["matter"]
    if matter is None:
        return None
    if matter["category"] == "negative":
        reason, sentence = f"negative_matter:{matter['code']}", f"“{matter['title']}”在负面清单上。"
        return _reject(inputs, "forbidden", [reason], sentence, clause=matter["legal_basis"])
    bans = bans_on(matter["title"], matter["village_does"])
    if not bans:
        return None
    return _reject(
        inputs,
        "forbidden",
        [f"banned_field:{ban.code}" for ban in bans],
        f"“{matter['title']}”属于{'、'.join(ban.label for ban in bans)}，即使列入清单也不得下派给村社。",
        clause="；".join(dict.fromkeys(ban.clause for ban in bans)),
    )


def _not_listed(inputs: Inputs) -> Decision | None:
    if inputs["list_number"] is None:
        return _reject(
            inputs, "not_listed", ["no_list_in_force"], "现在没有生效的事项清单，任何事项都不能下派。"
        )
    if not inputs["named"]:
        return _reject(
            inputs, "not_listed", ["no_matter_named"], "没有指明清单上的事项：清单外的工作不得下派给村社。"
        )
    if inputs["matter"] is None:
        sentence = f"{inputs.get('list_region', '')}现行清单（第 {inputs['list_number']} 版）里没有编码为“{inputs['named']}”的事项。"
        return _reject(inputs, "not_listed", [f"not_in_force:{inputs['named']}"], sentence)
    return None


def _not_demandable(inputs: Inputs) -> Decision | None:
    matter = inputs["matter"] or {}
    if matter["category"] not in DEMANDABLE:
        kind = CATEGORIES[matter["category"]]
        sentence = f"“{matter['title']}”是村社自己的事务（{kind}），上级不得下派。"
        return _reject(
            inputs,
            "not_listed",
            [f"not_demandable:{matter['category']}"],
            sentence,
            clause=matter["legal_basis"],
        )
    extra = [demand for demand in inputs["demands"] if demand["code"] not in matter["demands"]]
    if not extra:
        return None
    return _reject(
        inputs,
        "not_listed",
        [f"demand_not_listed:{demand['code']}" for demand in extra],
        f"清单没有规定“{matter['title']}”可以要求村社：{'、'.join(demand['label'] for demand in extra)}。",
        route="请去掉清单没有规定的要求后重新提交。",
    )


def _too_often(inputs: Inputs) -> Decision | None:
    """A named village at its cap refuses; a request to the whole township only if every village is."""
    matter = inputs["matter"] or {}
    cap = matter["yearly_cap"]
    if cap is None:
        return None
    full = [village for village in inputs["counts"] if village["times"] >= cap]
    if not full or (inputs["whole"] and len(full) < inputs["villages"]):
        return None
    return _reject(
        inputs,
        "too_often",
        [f"cap_reached:{village['code']}" for village in full],
        f"“{matter['title']}”每村每年至多 {cap} 次，今年已满的有：{_some([village['name'] for village in full])}。",
        route="请在明年提出，或只选择今年还有次数的村社；已办理的结果可以直接使用。",
    )


def _answered(inputs: Inputs) -> Decision | None:
    wanted = inputs["elements"]
    only_data = {demand["code"] for demand in inputs["demands"]} <= DATA_DEMANDS
    if not wanted or not only_data or any(element["held"] < inputs["villages"] for element in wanted):
        return None
    return Decision(
        "answered",
        tuple(f"held:{element['code']}" for element in wanted),
        f"所要的数据在数据底册里都有且未过期：{'、'.join(element['name'] for element in wanted)}，不再打扰村社。",
        route="请直接使用数据底册中的数据。",
    )


def _reject(
    inputs: Inputs, verdict: str, reasons: list[str], sentence: str, *, clause: str = "", route: str = ""
) -> Decision:
    return Decision(verdict, tuple(reasons), sentence, clause, route or _route(inputs), _codes(inputs))


def _route(inputs: Inputs) -> str:
    """Where work goes that a village must not be given."""
    return (
        f"可请{inputs['township']}有关办线直接办理，或以购买服务方式实施；"
        "确需村社协助的，请对照相近事项重新提出，或向清单管理员提议增列。"
    )


def _codes(inputs: Inputs) -> tuple[str, ...]:
    return tuple(near["code"] for near in inputs["nearest"])


def _some(names: list[str]) -> str:
    return "、".join(names[:5]) + (f"等 {len(names)} 个" if len(names) > 5 else "")
