"""The demo's matter list: real titles and legal bases, with effort, norms and caps of ours that say so."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("matters.tsv")
MARK = "示范"

# What a village may be asked, by the words of the title; the first that fits.
_ASKED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("普查|信息统计|登记|信息收集|居住证|出租", ("data", "visit", "register", "publicity")),
    ("信息报告员|信息员", ("report", "data", "patrol")),
    ("宣传|教育|科普|普及", ("publicity", "mobilise", "meeting", "data")),
    ("申请|投保|参加社会保险|推荐", ("register", "visit", "publicity", "data")),
    ("走访|帮扶|看护|救助|供养|优待|帮教|矫正", ("call", "visit", "register", "data")),
    ("巡查|监测|保护|安全|防治|防控|防疫|治安", ("patrol", "report", "publicity", "photo", "data")),
)
_USUAL = ("publicity", "call", "report", "data")
_FOUND = ("patrol", "report", "photo", "data")
_PICTURED = ("HJ", "NY", "YJ")
"""Domains of places and crops: nobody is asked to photograph people."""
_EFFORT = {"assist": Decimal("3.00"), "report": Decimal("1.00")}
_MAJOR = ("土地整治", "规划建设", "普查")
_EMERGENCY = ("突发", "应急", "自然灾害", "森林火灾", "疫情", "气象灾害")
_SEASONAL = {"宣传": 6, "普及": 6, "普查": 2, "投保": 4, "献血": 4, "演练": 4}


def demo_matters() -> list[dict[str, Any]]:
    """Details for `matters.put_matter`, one per shipped row."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return [_detailed(row) for row in csv.DictReader(file, delimiter="\t")]


def _detailed(row: dict[str, str]) -> dict[str, Any]:
    shared = {
        name: row[name] for name in ("code", "title", "category", "level", "lead_department", "legal_basis")
    }
    if row["category"] not in _EFFORT:
        return shared
    asked = _asked(row["title"], row["category"])
    if row["code"].split("-")[1] not in _PICTURED:
        asked = tuple(code for code in asked if code != "photo")
    effort = _EFFORT[row["category"]] + (Decimal("2.00") if "visit" in asked else Decimal("0.00"))
    norm = 3 if row["category"] == "report" else 10 if "data" in asked and "visit" in asked else 5
    cap = next((times for word, times in _SEASONAL.items() if word in row["title"]), 12)
    return shared | {
        "scope": f"（{MARK}）{row['title']}，按所列依据由村社协助，责任主体仍是主管部门和镇街。"
        f"工时 {effort} 小时、时限 {norm} 个工作日、每村每年至多 {cap} 次、难度权重，均为{MARK}值。",
        "township_lead": f"{MARK}：镇街有关办线",
        "village_does": f"{MARK}：{_does(asked)}。",
        "village_must_not": f"{MARK}：不代替主管部门作决定，不承担处罚和强制措施，不收取费用。",
        "demands": list(asked),
        "evidence": _evidence(asked),
        "norm_days": norm,
        "effort_hours": effort,
        "yearly_cap": cap,
        "weight": Decimal("1.50") if "visit" in asked else Decimal("1.00"),
        "major": any(word in row["title"] for word in _MAJOR),
        "emergency": any(word in row["title"] for word in _EMERGENCY),
    }


def _asked(title: str, category: str) -> tuple[str, ...]:
    if category == "report":
        return _FOUND
    return next((asked for words, asked in _ASKED if any(word in title for word in words.split("|"))), _USUAL)


def _does(asked: tuple[str, ...]) -> str:
    said = {
        "data": "报送已掌握的数据",
        "visit": "上门告知和核实",
        "register": "受理登记、帮助申报",
        "publicity": "张贴和口头宣传",
        "report": "发现情况及时报告",
        "patrol": "日常巡查",
        "mobilise": "动员群众参加",
        "meeting": "在例会上说明",
        "call": "走访联系有关群众",
        "photo": "必要时拍摄现场照片",
    }
    return "，".join(said[code] for code in asked)


def _evidence(asked: tuple[str, ...]) -> dict[str, Any]:
    if "photo" not in asked:
        return {}
    return {"kinds": ["photo"], "reason": f"{MARK}：隐患现场须留存影像，供主管部门核查"}
