"""Importing the official tree: all of it or none, and a second time without effect."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tortoise.transactions import in_transaction

from models.base.commands import Secret, command, rule
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer
from models.importing import Import, Row, read_table
from models.pinyin import initials
from models.units.keeping import BELOW, CODE
from models.units.records import LEVELS, Unit, shown_name

COLUMNS = ("code", "name", "level", "parent_code")
OFFICIAL = {
    "street": "township",
    "town": "township",
    "township": "township",
    "village": "village",
    "community": "village",
    "village_like": "village",
}
"""Official kinds that are levels of ours; every other kind is a level by its own name."""
Rows = Sequence[tuple[int, Row]]


@rule("只有市级管理员可以导入单位。")
def keeps_the_tree(actor: Viewer, root: Unit) -> bool:
    return actor.is_clock or actor.oversees(root.path, "city_admin")


async def import_units(actor: Viewer, name: str, content: bytes, *, dry_run: bool = False) -> Import:
    """Bring in a table of code, name, level, parent_code; raises Invalid with every error by row."""
    rows = read_table(name, content, COLUMNS)
    known = {unit.code: unit for unit in await Unit.all()}
    standing = next((unit for unit in known.values() if unit.parent_id is None), None)
    if standing is not None:
        take_units.judge(actor, standing)
    outcome = Import()
    planned = _plan(rows, known, outcome)
    outcome.must_be_right()
    if dry_run or not (outcome.made or outcome.changed):
        return outcome
    async with in_transaction():
        root = await _root(actor, known, planned)
        digest = hashlib.sha256(content).hexdigest()
        await take_units(
            actor, root, file=name, digest=digest, made=outcome.made, changed=outcome.changed, units=planned
        )
    return outcome


async def _root(actor: Viewer, known: dict[str, Unit], planned: list[Unit]) -> Unit:
    """The top of the tree; the first import of an empty town makes it."""
    standing = next((unit for unit in known.values() if unit.parent_id is None), None)
    if standing is not None:
        return standing
    if not actor.is_clock:
        raise NotAllowed(keeps_the_tree.otherwise)
    root = next(unit for unit in planned if "/" not in unit.path.rstrip("/"))
    await root.save()
    return root


@command(who=keeps_the_tree)
async def take_units(
    actor: Viewer, root: Unit, *, file: str, digest: str, made: int, changed: int, units: Secret[list[Unit]]
) -> None:
    """Write the units of a checked table, parents before children; the trail keeps the file's name and digest."""
    known = {unit.code: unit.pk for unit in await Unit.all().only("id", "code")}
    for level in LEVELS:
        new = [unit for unit in units if unit.level == level and unit.code not in known]
        for unit in new:
            unit.parent_id = known[unit.ancestor_codes()[-1]]
        await Unit.bulk_create(new, batch_size=500)
        if new:
            known |= {
                str(code): int(pk) for code, pk in await Unit.filter(level=level).values_list("code", "id")
            }
    renamed = [unit for unit in units if unit.pk]
    if renamed:
        await Unit.bulk_update(renamed, fields=["name", "pinyin", "kind"], batch_size=200)


def _plan(rows: Rows, known: dict[str, Unit], outcome: Import) -> list[Unit]:
    """The units a table would make or change, with its errors noted by row."""
    seen: dict[str, Unit] = dict(known)
    lines: set[str] = set()
    planned = []
    for line, row in rows:
        code = row["code"].upper()
        if code in lines:
            outcome.fault(line, f"编码 {code} 重复")
            continue
        lines.add(code)
        unit = _read(line, row, seen, outcome)
        if unit is None:
            continue
        before = known.get(code)
        seen[code] = unit
        if before is None:
            outcome.made += 1
        elif (before.name, before.kind) == (unit.name, unit.kind):
            outcome.same += 1
            continue
        else:
            outcome.changed += 1
            unit.pk = before.pk
        planned.append(unit)
    return planned


def _read(line: int, row: Row, seen: dict[str, Unit], outcome: Import) -> Unit | None:
    """One row as a unit, or None with its error noted."""
    code, kind, parent_code = row["code"].upper(), row["level"], row["parent_code"].upper()
    level, name = OFFICIAL.get(kind, kind), shown_name(row["name"])
    parent = seen.get(parent_code)
    wrong = _wrong(code, name, level, kind, parent_code, parent) or _second_top(
        code, level, parent_code, seen
    )
    if wrong:
        outcome.fault(line, wrong)
        return None
    path = f"{parent.path if parent else ''}{code}/"
    standing = seen.get(code)
    if standing is not None and standing.path != path:
        outcome.fault(line, f"{name}已在别的单位下面，导入不能移动单位")
        return None
    if standing is not None and standing.level != level:
        outcome.fault(line, f"{name}已是{LEVELS[standing.level]}，导入不能改变级别")
        return None
    return Unit(code=code, name=name, level=level, kind=kind, path=path, pinyin=initials(name)[:80])


def _second_top(code: str, level: str, parent_code: str, seen: dict[str, Unit]) -> str:
    """There is one tree: one city, below nothing of ours."""
    others = (unit for unit in seen.values() if unit.level == "city" and unit.code != code)
    if level == "city" and (parent_code in seen or any(others)):
        return "只能有一个市，而且没有上级"
    return ""


def _wrong(code: str, name: str, level: str, kind: str, parent_code: str, parent: Unit | None) -> str:
    if not CODE.fullmatch(code):
        return f"编码“{code}”只能用数字、大写字母和连字符"
    if not name or len(name) > 80:
        return "名称为空或超过 80 个字"
    if level not in LEVELS:
        return f"级别“{kind}”无效"
    if level == "city":
        return ""
    if parent is None:
        return f"上级编码“{parent_code}”不存在（上级要排在前面）"
    if level not in BELOW[parent.level]:
        return f"{LEVELS[parent.level]}下面不能设{LEVELS[level]}"
    return ""
