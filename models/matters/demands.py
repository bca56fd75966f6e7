"""The fixed list of demands, kept as data, and the four fields in which a village is never the responsible body."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from models.matters.records import Demand

SHIPPED = Path(__file__).with_name("demands.tsv")


async def settle_demands() -> None:
    """Put the shipped demands into the database where they are missing; what is there stays as it is."""
    known = await demand_codes()
    missing = [demand for demand in shipped_demands() if demand.code not in known]
    if missing:
        await Demand.bulk_create(missing, ignore_conflicts=True)


async def demand_codes() -> set[str]:
    """The codes of all demands in the fixed list."""
    return {demand.code for demand in await Demand.all().only("id", "code")}


def shipped_demands() -> list[Demand]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Demand(
            code=row["code"],
            label=row["label"],
            forbidden=row["forbidden"] == "1",
            clause=row["clause"] or "",
            position=position,
        )
        for position, row in enumerate(rows, 1)
    ]


@dataclass(frozen=True)
class Ban:
    """A field in which no list may make a village the responsible body."""

    code: str
    label: str
    words: re.Pattern[str]
    clause: str


_CENTRAL = (
    "(中共中央办公厅、国务院办公厅《关于规范村级组织工作事务、机制牌子和证明事项的意见》，厅字〔2022〕28号)"
)
_RELIEF = "(中共中央办公厅、国务院办公厅《整治形式主义为基层减负若干规定》，2024-08-06发布，第3条)"
_BODY = f"不得将村级组织作为行政执法、拆迁拆违、招商引资、安全生产等事务的责任主体{_CENTRAL}"
BANS = (
    Ban("enforcement", "行政执法", re.compile("执法|行政处罚|行政强制|查封|罚款"), _BODY),
    Ban("demolition", "拆迁拆违", re.compile("拆迁|拆违|拆除|征迁|腾退"), _BODY),
    Ban("investment", "招商引资", re.compile("招商|引资|协税护税"), _BODY),
    Ban(
        "safety",
        "安全生产责任",
        re.compile(
            "(安全生产|安全监管|生产安全).{0,12}(责任|包保|达标|整治|检查|执行|落实)|(落实|承担|包保).{0,8}(安全生产|生产安全)"
        ),
        _BODY,
    ),
    Ban(
        "pledge",
        "责任状",
        re.compile("责任状(?!况|态)|军令状"),
        f"不得在党中央国务院和省委省政府明确规定外签订“责任状”{_RELIEF}",
    ),
    Ban(
        "veto",
        "一票否决",
        re.compile("一票否决"),
        f"不得在党中央国务院和省委省政府明确规定外规定“一票否决”事项{_RELIEF}",
    ),
)
# Naming a body that enforces is not asking the village to enforce.
_BODIES = re.compile("(综合行政|行政|联合)?执法(部门|机关|机构|单位|局|队伍|大队|中队|队|人员)")


def bans_on(*texts: str) -> list[Ban]:
    """The bans that a matter's own words fall under, even if somebody listed it."""
    return [ban for ban, _ in banned_words("\n".join(texts))]


def banned_words(text: str) -> list[tuple[Ban, str]]:
    """The bans that words fall under, each with the first that betray it."""
    said = _BODIES.sub("", text)
    return [(ban, found[0]) for ban in BANS if (found := ban.words.search(said))]
