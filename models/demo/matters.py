"""The demo's matter list: real titles and legal bases; duties, effort, norms, caps and weights are ours.

That they are examples (示范) stands once, in the list's title. Of the file beside this one the columns that say where
a row was found and what its editors doubted are not read.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.base.clock import today

SHIPPED = Path(__file__).with_name("matters.tsv")
READ = ("code", "title", "category", "level", "lead_department", "legal_basis")

NATIONAL_TEXTS, LOCAL_TEXTS = date(2026, 6, 3), date(2021, 12, 31)
"""The days as of which the texts of the nation, and of the province and the city, were to hand."""

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
_EMERGENCY = ("突发", "应急", "自然灾害", "火灾", "疫情", "气象灾害", "防汛", "台风")
_SEASONAL = {"宣传": 6, "普及": 6, "普查": 2, "投保": 4, "献血": 4, "演练": 4}


_OWN = {
    "own": ("由村社按自治章程和议事规则自行组织。", "不作为上级下派的任务，不接受指标、考核和排名。"),
    "publish": ("按规定的内容和时间公开，接受村（居）民查询。", "不以公开为名另报材料，不公开个人隐私。"),
    "decide": ("按议事程序提出、讨论、表决，公开结果。", "不由上级或少数人代替决定。"),
    "negative": ("什么都不用做，可以拒绝。", "不办理这类要求，也不因拒绝受到影响。"),
}
"""What a village does and must not do in matters that nobody may hand down to it."""


def demo_matters() -> list[dict[str, Any]]:
    """Details for `matters.put_matter`, one per shipped row."""
    return [_detailed(row) for row in _rows()]


def demo_aliases() -> dict[str, str]:
    """Everyday words by the code of their matter, side by side as the table's column has them."""
    return {row["code"]: row["aliases"] for row in _rows()}


def _rows() -> list[dict[str, str]]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def demo_table() -> bytes:
    """The list as a keeper would bring it: a table with the columns that the import reads."""
    aliases, matters = demo_aliases(), demo_matters()
    columns = list(dict.fromkeys(name for details in matters for name in details if name != "evidence"))
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow((*columns, "evidence_kinds", "evidence_reason", "aliases"))
    for details in matters:
        evidence = details.get("evidence") or {"kinds": [], "reason": ""}
        cells = [_cell(details.get(name)) for name in columns]
        table.writerow((*cells, " ".join(evidence["kinds"]), evidence["reason"], aliases[details["code"]]))
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return " ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _detailed(row: dict[str, str]) -> dict[str, Any]:
    local = "2021年底" in row["note_internal"]
    shared: dict[str, Any] = {name: row[name] for name in READ}
    shared["basis_as_of"] = min(today(), LOCAL_TEXTS if local else NATIONAL_TEXTS)
    if row["category"] not in _EFFORT:
        does, must_not = _OWN[row["category"]]
        return shared | {"village_does": does, "village_must_not": must_not}
    asked = _asked(row["title"], row["category"])
    if row["code"].split("-")[1] not in _PICTURED:
        asked = tuple(code for code in asked if code != "photo")
    effort = _EFFORT[row["category"]] + (Decimal("2.00") if "visit" in asked else Decimal("0.00"))
    norm = 3 if row["category"] == "report" else 10 if "data" in asked and "visit" in asked else 5
    cap = next((times for word, times in _SEASONAL.items() if word in row["title"]), 12)
    return shared | {
        "township_lead": "镇街有关办线",
        "village_does": f"{_does(asked)}。",
        "village_must_not": "不代替主管部门作决定，不承担处罚和强制措施，不收取费用。",
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
    return {"kinds": ["photo"], "reason": "隐患现场须留存影像，供主管部门核查"}
