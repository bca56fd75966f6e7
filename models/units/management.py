"""Adding and renaming units: each change within the unit above, each remembered."""

from __future__ import annotations

import re

from models.base.commands import command, rule
from models.base.identities import Code, Name
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.pinyin import initials
from models.units.records import LEVELS, Unit, shown_name

BELOW = {
    "city": {"county", "department"},
    "county": {"township", "department"},
    "township": {"village", "department"},
    "village": {"grid"},
    "grid": set(),
    "department": set(),
}
"""Which levels may stand directly below which."""
CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,31}")


@rule("只有上级管理员，或本镇街的统筹员和主要领导，可以管理这里的单位。")
def keeps_units_here(actor: Viewer, unit: Unit) -> bool:
    return actor.is_clock or actor.oversees(unit.path, *Unit.kept_by)


@rule("这个单位已经撤销。")
def still_there(unit: Unit) -> bool:
    return unit.ended_on is None


@command(said="新设单位", who=keeps_units_here, when=still_there)
async def add(
    actor: Viewer, parent: Unit, *, name: Name[str], level: str, code: Code[str] = "", kind: str = ""
) -> Unit:
    """Add a unit directly below another; departments, offices and grids get a code of our own."""
    if level not in BELOW[parent.level]:
        raise Invalid(f"{LEVELS[parent.level]}下面不能设{LEVELS.get(level, level)}。", field="level")
    called = shown_name(name)
    if not called or len(called) > 80:
        raise Invalid("请填写单位名称（不超过 80 个字）。", field="name")
    if len(kind) > 20:
        raise Invalid("单位类别太长，最多 20 个字。", field="kind")
    number = code.strip().upper() or await _own_code(parent, level)
    if not CODE.fullmatch(number):
        raise Invalid("单位编码只能用数字、大写字母和连字符。", field="code")
    if await Unit.filter(code=number).exists():
        raise Invalid(f"编码 {number} 已被使用。", field="code")
    return await Unit.create(
        code=number,
        name=called,
        level=level,
        kind=kind,
        parent=parent,
        path=f"{parent.path}{number}/",
        pinyin=initials(called)[:80],
    )


@command(said="单位改名", who=keeps_units_here, when=still_there)
async def rename(actor: Viewer, unit: Unit, *, name: Name[str]) -> Unit:
    """Give a unit another name; what happened before stays under the old one in the trail."""
    called = shown_name(name)
    if not called or len(called) > 80:
        raise Invalid("请填写单位名称（不超过 80 个字）。", field="name")
    unit.name, unit.pinyin = called, initials(called)[:80]
    await unit.save(update_fields=["name", "pinyin"])
    return unit


async def _own_code(parent: Unit, level: str) -> str:
    """The next free code below a unit: B for departments and offices, G for grids."""
    letter = "G" if level == "grid" else "B"
    taken = await Unit.filter(parent=parent, code__startswith=f"{parent.code}-{letter}").values_list(
        "code", flat=True
    )
    numbers = [
        int(str(code).rpartition(letter)[2]) for code in taken if str(code).rpartition(letter)[2].isdigit()
    ]
    return f"{parent.code}-{letter}{max(numbers, default=0) + 1:02d}"
