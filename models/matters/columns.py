"""The columns of the matter table as it travels: their order, their names, and how each value is written in a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models.base.text import kept
from models.exporting import LOOKS_LIKE_A_FORMULA, Cell
from models.matters.records import CATEGORIES, Matter

YES = "是"


@dataclass(frozen=True)
class Column:
    """One property of a matter: its name in programs, its head in a table, and how wide it is there."""

    name: str
    head: str
    width: int = 16


COLUMNS = (
    Column("code", "编码", 14),
    Column("title", "名称", 36),
    Column("category", "类别", 14),
    Column("domain", "领域", 8),
    Column("level", "层级", 8),
    Column("lead_department", "牵头部门"),
    Column("township_lead", "镇街牵头"),
    Column("scope", "说明", 40),
    Column("village_does", "村社做什么", 40),
    Column("village_must_not", "村社不做什么", 40),
    Column("legal_basis", "法律依据", 40),
    Column("basis_as_of", "依据文本日期", 12),
    Column("demands", "可以要求的", 30),
    Column("evidence_kinds", "佐证种类"),
    Column("evidence_reason", "佐证理由", 30),
    Column("form", "数据项"),
    Column("norm_days", "时限（工作日）", 10),
    Column("effort_hours", "估计工时（小时）", 10),
    Column("yearly_cap", "每村每年上限", 10),
    Column("weight", "难度权重", 10),
    Column("major", "重大", 6),
    Column("emergency", "应急", 6),
)
HEADS: Mapping[str, str] = {column.name: column.head for column in COLUMNS}


def plain(text: str) -> str:
    """A text as every table and both databases keep it: one kind of line break, no sign that no letter is."""
    return kept(text)


def cells_of(matter: Matter, labels: Mapping[str, str]) -> dict[str, Cell]:
    """What stands in each column for one matter; demands are written by their labels."""
    evidence = matter.evidence or {}
    special: dict[str, Cell] = {
        "category": CATEGORIES[matter.category],
        "demands": " ".join(labels.get(code, code) for code in matter.demands),
        "evidence_kinds": " ".join(evidence.get("kinds", [])),
        "evidence_reason": plain(str(evidence.get("reason", ""))),
        "form": " ".join(matter.form),
    }
    return {c.name: special.get(c.name, _cell(getattr(matter, c.name, None))) for c in COLUMNS}


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, Decimal):
        return shortest(value)
    if isinstance(value, date):
        return value.isoformat()
    return plain(value) if isinstance(value, str) else value


def shortest(number: Decimal) -> Decimal:
    """3.00 is 3, and 2.50 is 2.5, whatever a database adds."""
    return Decimal(format(number.normalize(), "f"))


def guarded(text: str) -> str:
    """For CSV: an apostrophe before what a spreadsheet would compute. `unguarded` takes exactly this one away."""
    return f"'{text}" if _is_computed(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_computed(text) else text


def _is_computed(text: str) -> bool:
    """Apostrophes in front are looked through, so that a text that had one of its own comes back with it."""
    return text.lstrip("'").lstrip().startswith(LOOKS_LIKE_A_FORMULA)
