"""Importing matters into a draft: all of the table or none of it, and again without effect.

A table may be headed by the names of the columns or by their Chinese heads, and say categories and demands by code
or by label: what `exporting` writes comes back as it was. Matters that the table does not name stay as they are.
A column of aliases (别名) adds everyday words, which no version carries; columns that the list has not are not read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from models.base.commands import Secret, command
from models.base.days import day_of
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.importing import Import, Row, read_table
from models.matters.columns import HEADS, NAMES, plain, unguarded
from models.matters.demands import demand_codes
from models.matters.exporting import demand_labels
from models.matters.keeping import domain_of, evidence_of, keeps_the_list, must_fit
from models.matters.records import CATEGORIES, Matter, MatterAlias, MatterList
from models.pinyin import initials

NEEDED = ("code", "title", "category", "legal_basis")
TEXTS = ("level", "lead_department", "township_lead", "scope", "village_does", "village_must_not")
NUMBERS = ("norm_days", "yearly_cap")
DECIMALS = ("effort_hours", "weight")
FLAGS = ("major", "emergency")
EVIDENCE = {"evidence_kinds", "evidence_reason"}
ALIASES, ALIASES_HEAD, LONGEST_ALIAS = "aliases", "别名", 200
BETWEEN_WORDS = re.compile("[、，,；;\n]")
CATEGORY_CODES = {label: code for code, label in CATEGORIES.items()}


@dataclass(frozen=True)
class Entry:
    """One row that is right: a code and the values to write under it."""

    code: str
    values: dict[str, Any]
    aliases: tuple[str, ...] = ()
    """Everyday words that are not kept yet: they lie outside the list, and affect suggestions only."""


async def import_matters(
    actor: Viewer,
    matter_list: MatterList,
    name: str,
    content: bytes,
    *,
    dry_run: bool = False,
    seen: str = "",
) -> Import:
    """Bring a table of code, title, category, legal_basis and more into a draft; raises Invalid with errors by row.

    `seen` is the version of the list that the table was made from, where the door knows it.
    """
    take_matters.judge(actor, matter_list)
    outcome = Import()
    demands = {code: code for code in await demand_codes()}
    demands |= {label: code for code, label in (await demand_labels()).items()}
    known = {matter.code: matter for matter in await Matter.filter(list_id=matter_list.pk)}
    said = {(str(code), str(words)) for code, words in await MatterAlias.all().values_list("code", "phrase")}
    entries, lines = [], dict[str, int]()
    for line, row in _rows(name, content):
        entry = _entry(line, row, demands, said, outcome)
        if entry is None or _is_again(entry, line, lines, outcome):
            continue
        if _differs(entry, known.get(entry.code), outcome):
            entries.append(entry)
    outcome.must_be_right()
    if entries and not dry_run:
        digest = hashlib.sha256(content).hexdigest()
        await take_matters.as_seen(
            seen,
            actor,
            matter_list,
            file=name,
            digest=digest,
            made=outcome.made,
            changed=outcome.changed,
            entries=entries,
        )
    return outcome


@command(who=keeps_the_list)
async def take_matters(
    actor: Viewer,
    matter_list: MatterList,
    *,
    file: str,
    digest: str,
    made: int,
    changed: int,
    entries: Secret[list[Entry]],
) -> None:
    """Write the matters of a checked table; the trail keeps the file's name and digest."""
    known = {matter.code: matter for matter in await Matter.filter(list_id=matter_list.pk)}
    new = [
        Matter(list_id=matter_list.pk, code=e.code, **{"domain": domain_of(e.code)} | e.values)
        for e in entries
        if e.code not in known
    ]
    await Matter.bulk_create(new, batch_size=100)
    for entry in entries:
        if entry.code in known:
            await known[entry.code].update_from_dict(entry.values).save()
    words = [MatterAlias(code=entry.code, phrase=one) for entry in entries for one in entry.aliases]
    await MatterAlias.bulk_create(words, batch_size=200, ignore_conflicts=True)


def _rows(name: str, content: bytes) -> list[tuple[int, Row]]:
    """The table's rows by the columns' names; CSV and TSV without the apostrophes that kept cells from computing."""
    table = read_table(name, content, ())
    as_text = Path(name).suffix.lower() != ".xlsx"
    rows = [(line, _named(row, as_text)) for line, row in table]
    missing = [f"{HEADS[name]}（{name}）" for name in NEEDED if rows and name not in rows[0][1]]
    if missing:
        raise Invalid(f"表格缺少列：{'、'.join(missing)}。", field="file")
    if rows and len(EVIDENCE & set(rows[0][1])) == 1:
        raise Invalid("“佐证种类”和“佐证理由”两列要么都有，要么都没有。", field="file")
    return rows if rows else read_table(name, content, NEEDED)


def _named(row: Row, as_text: bool) -> Row:
    names = {**NAMES, ALIASES_HEAD: ALIASES}
    return {names.get(head, head): plain(unguarded(cell) if as_text else cell) for head, cell in row.items()}


def _entry(
    line: int, row: Row, demands: Mapping[str, str], said: Container[tuple[str, str]], outcome: Import
) -> Entry | None:
    try:
        entry = _read(row, demands)
        return replace(entry, aliases=_aliases(row, entry.code, said))
    except Invalid as wrong:
        outcome.fault(line, wrong.reason)
        return None


def _read(row: Row, demands: Mapping[str, str]) -> Entry:
    code = row["code"].upper()
    if not code or len(code) > 40 or not code.replace("-", "").isalnum() or not code.isascii():
        raise Invalid(f"编码“{code}”只能用字母、数字和连字符")
    if not row["title"] or len(row["title"]) > 200:
        raise Invalid("名称为空或超过 200 个字")
    category = CATEGORY_CODES.get(row["category"], row["category"])
    if category not in CATEGORIES:
        raise Invalid(f"类别“{row['category']}”无效，应为 {'、'.join(CATEGORIES.values())}")
    asked = row.get("demands", "").split()
    if strange := [demand for demand in asked if demand not in demands]:
        raise Invalid(f"没有这样的要求：{'、'.join(strange)}")
    values = {
        "title": row["title"],
        "category": category,
        "legal_basis": row["legal_basis"],
        "pinyin": initials(row["title"])[:200],
        **{name: row[name] for name in TEXTS if name in row},
        **({"basis_as_of": _day(row["basis_as_of"])} if "basis_as_of" in row else {}),
        **{name: _number(row[name], int) for name in NUMBERS if name in row},
        **{name: _number(row[name], Decimal) for name in DECIMALS if name in row},
        **{name: row[name] in {"1", "是", "true"} for name in FLAGS if name in row},
        **({"demands": [demands[one] for one in asked]} if "demands" in row else {}),
        **({"form": row["form"].split()} if "form" in row else {}),
        **({"domain": row["domain"] or domain_of(code)} if "domain" in row else {}),
        **({"evidence": _evidence(row)} if "evidence_kinds" in row else {}),
    }
    must_fit(values)
    return Entry(code, values)


def _aliases(row: Row, code: str, said: Container[tuple[str, str]]) -> tuple[str, ...]:
    """Everyday words, set apart as people set words apart; those that are known are not news."""
    words = [word.strip() for word in BETWEEN_WORDS.split(row.get(ALIASES, ""))]
    if any(len(word) > LONGEST_ALIAS for word in words):
        raise Invalid(f"别名太长，最多 {LONGEST_ALIAS} 个字")
    return tuple(dict.fromkeys(word for word in words if word and (code, word) not in said))


def _evidence(row: Row) -> dict[str, Any]:
    kinds, reason = row["evidence_kinds"].split(), row["evidence_reason"]
    return evidence_of({"kinds": kinds, "reason": reason} if kinds or reason else {})


def _day(text: str) -> date | None:
    try:
        return day_of(text[:10]) if text else None
    except ValueError:
        raise Invalid(f"“{text}”不是日期，应像 2026-06-03") from None


def _number(text: str, kind: type[int] | type[Decimal]) -> int | Decimal | None:
    try:
        number = kind(text) if text else None
        return round(number, 2) if isinstance(number, Decimal) else number
    except (ValueError, InvalidOperation):
        raise Invalid(f"“{text}”不是数字") from None


def _differs(entry: Entry, known: Matter | None, outcome: Import) -> bool:
    if known is None:
        outcome.made += 1
    elif not entry.aliases and all(getattr(known, n) == value for n, value in entry.values.items()):
        outcome.same += 1
        return False
    else:
        outcome.changed += 1
    return True


def _is_again(entry: Entry, line: int, lines: dict[str, int], outcome: Import) -> bool:
    first = lines.setdefault(entry.code, line)
    if first != line:
        outcome.fault(line, f"编码 {entry.code} 与第 {first} 行重复")
    return first != line
