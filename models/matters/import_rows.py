"""Rows of a table of matters as what they write: each cell through its gate, by the heads that `exporting` writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.base.choices import choice, yes_or_no
from models.base.folding import folded
from models.base.identities import code_of
from models.base.numbers import decimal, whole
from models.base.refusals import Invalid
from models.importing import Column, Row, day
from models.matters.columns import COLUMNS, plain, unguarded
from models.matters.demands import demand_codes
from models.matters.editing import LARGEST, LONGEST_CODE, domain_of, evidence_of, must_fit, written
from models.matters.exporting import demand_labels
from models.matters.records import CATEGORIES, MatterAlias
from models.pinyin import initials

NEEDED = frozenset({"code", "title", "category", "legal_basis"})
ALSO = {"norm_days": ("时限", "办理时限"), "effort_hours": ("估计工时",), "code": ("事项编码",)} | {
    "title": ("事项名称", "事项"),
    "legal_basis": ("依据",),
    "demands": ("要求",),
}
ALIASES, LONGEST_ALIAS = "aliases", 200
TABLE = (
    *(Column(c.name, c.head, ALSO.get(c.name, ()), c.name in NEEDED) for c in COLUMNS),
    Column(ALIASES, "别名"),
)
TEXTS = (
    "level",
    "lead_department",
    "township_lead",
    "scope",
    "village_does",
    "village_must_not",
    "legal_basis",
)
DAYS = ("basis_as_of",)
PLACES = 2
BETWEEN_CODES = re.compile(r"[\s、，,；;]+")
BETWEEN_ALIASES = re.compile("[、，,；;\n]")
CODE = re.compile("[0-9A-Z-]+")
MOST_NAMED, LONGEST_DEMAND = 10, 6
"""Demands that a refusal names, and parts between stops that one label may have."""
Gate = Callable[[str], Any]


@dataclass(frozen=True)
class Entry:
    """One row that is right: a code and the values to write under it."""

    code: str
    values: dict[str, Any]
    aliases: tuple[str, ...] = ()
    """Everyday words that are not kept yet: they lie outside the list, and affect suggestions only."""


@dataclass(frozen=True)
class Reading:
    """What rows are read by: demands by what stands for them, and the aliases that are known already."""

    demands: Mapping[str, str]
    labels: tuple[str, ...]
    said: Container[tuple[str, str]]
    is_text: bool

    @classmethod
    async def of(cls, *, is_text: bool) -> Reading:
        labels = await demand_labels()
        codes = await demand_codes()
        demands = {folded(code): code for code in codes} | {
            folded(label): code for code, label in labels.items()
        }
        said = {
            (str(code), str(words)) for code, words in await MatterAlias.all().values_list("code", "phrase")
        }
        return cls(demands, tuple(labels.values()), said, is_text)

    def entry(self, row: Row) -> Entry | None:
        """The row as what it writes, or None with its faults noted; a column that is not in the table changes nothing."""
        gates = self._gates()
        values: dict[str, Any] = {
            name: row.take(name, self._unguarded(gate), days=name in DAYS)
            for name, gate in gates.items()
            if name in row
        }
        code, aliases = values.pop("code"), values.pop(ALIASES, ())
        if row.faults:
            return None
        if "evidence_kinds" in values:
            evidence = {"kinds": values.pop("evidence_kinds"), "reason": values.pop("evidence_reason")}
            _noting(row, "evidence_reason", lambda: values.update(evidence=_evidence(evidence)))
        if "domain" in values:
            values["domain"] = values["domain"] or domain_of(code)
        values["pinyin"] = initials(values["title"])[:200]
        _noting(row, "", lambda: must_fit(values))
        fresh = tuple(word for word in aliases if (code, word) not in self.said)
        return None if row.faults else Entry(code, values, fresh)

    def _gates(self) -> dict[str, Gate]:
        return {
            "code": _code,
            "title": lambda text: written(text, "title", "没有填名称", longest=200),
            "category": lambda text: choice(text, CATEGORIES),
            **dict.fromkeys((*TEXTS, "domain", "evidence_reason"), plain),
            **dict.fromkeys(DAYS, day),
            **{name: _number(whole, LARGEST[name]) for name in ("norm_days", "yearly_cap")},
            **{name: _number(_decimal, LARGEST[name]) for name in ("effort_hours", "weight")},
            **dict.fromkeys(("major", "emergency"), lambda text: bool(text) and yes_or_no(text)),
            **dict.fromkeys(("form", "evidence_kinds"), _codes),
            "demands": self._demands,
            ALIASES: _aliases,
        }

    def _unguarded(self, gate: Gate) -> Gate:
        """In CSV and the like without the apostrophe that kept a cell from being computed."""
        return (lambda text: gate(unguarded(text))) if self.is_text else gate

    def _demands(self, text: str) -> list[str]:
        """Demands by code or label, set apart as people set words apart, also where a label has a stop of its own."""
        parts, found, strange = [one for one in BETWEEN_CODES.split(text) if one], list[str](), list[str]()
        while parts:
            for length in range(min(LONGEST_DEMAND, len(parts)), 0, -1):
                if code := self.demands.get(folded("".join(parts[:length]))):
                    break
            (found if code else strange).append(code or parts[0])
            parts = parts[length:]
        if strange:
            named = "、".join(self.labels[:MOST_NAMED]) + ("等" if len(self.labels) > MOST_NAMED else "")
            raise Invalid(f"没有这样的要求：{'、'.join(strange)[:60]}，可填：{named}")
        return list(dict.fromkeys(found))


def _code(text: str) -> str:
    code = code_of(text).upper()
    if len(code) > LONGEST_CODE:
        raise Invalid(f"编码有 {len(code)} 个字符，最多 {LONGEST_CODE} 个")
    if not CODE.fullmatch(code):
        raise Invalid(f"编码“{code}”只能用字母、数字和连字符" if code else "没有填编码")
    return code


def _number(gate: Gate, largest: int) -> Gate:
    """A number within bounds that are told; an empty cell says that there is none."""

    def number(text: str) -> Any:
        try:
            found = gate(text) if text else None
        except Invalid as wrong:
            raise Invalid(f"{wrong.reason.rstrip('。')}，应在 0 到 {largest} 之间") from None
        if found is not None and not 0 <= found <= largest:
            raise Invalid(f"“{text}”不行，应在 0 到 {largest} 之间")
        return found

    return number


def _decimal(text: str) -> Decimal:
    number = decimal(text)
    if number != round(number, PLACES):
        raise Invalid(f"“{text}”的小数太长，最多 {PLACES} 位")
    return round(number, PLACES)


def _codes(text: str) -> list[str]:
    return [one for one in BETWEEN_CODES.split(plain(text)) if one]


def _aliases(text: str) -> tuple[str, ...]:
    """Everyday words, set apart as people set words apart."""
    words = [plain(word) for word in BETWEEN_ALIASES.split(text)]
    if any(len(word) > LONGEST_ALIAS for word in words):
        raise Invalid(f"别名太长，最多 {LONGEST_ALIAS} 个字")
    return tuple(dict.fromkeys(word for word in words if word))


def _evidence(told: dict[str, Any]) -> dict[str, Any]:
    return evidence_of(told if told["kinds"] or told["reason"] else {})


def _noting(row: Row, column: str, judge: Callable[[], None]) -> None:
    """Let what is wrong with several cells together be a fault of the row, at the column it names."""
    try:
        judge()
    except Invalid as wrong:
        row.fault(wrong.reason.rstrip("。"), wrong.field if wrong.field and wrong.field in row else column)
