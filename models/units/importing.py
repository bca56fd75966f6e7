"""Importing the official tree: all of it or none, in any order of rows, and a second time without effect."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from tortoise.transactions import in_transaction

from models.base.batches import page_by_page, update_page_by_page
from models.base.commands import Secret, command, rule
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer
from models.importing import Column, Import, read_table
from models.units.import_plan import Planned, plan
from models.units.records import LEVELS, Unit

COLUMNS = (
    Column("code", "编码", ("单位编码", "代码", "单位代码", "区划代码", "统计用区划代码"), needed=True),
    Column("name", "名称", ("单位名称", "单位"), needed=True),
    Column("level", "级别", ("层级", "类型", "类别"), needed=True),
    Column("parent_code", "上级编码", ("上级代码", "上级单位编码", "上级"), needed=True),
)


@rule("只有市级管理员可以导入单位。")
def keeps_the_tree(actor: Viewer, root: Unit) -> bool:
    return actor.is_clock or actor.oversees(root.path, *Unit.brought_in_by)


async def import_units(actor: Viewer, name: str, content: bytes, *, dry_run: bool = False) -> Import:
    """Bring in a table of code, name, level, parent_code; raises Invalid with every error by row."""
    standing = await Unit.filter(parent_id=None).order_by("id").first()
    if standing is not None:
        take_units.judge(actor, standing)
    elif not actor.is_clock:
        raise NotAllowed(keeps_the_tree.otherwise)
    table = await read_table(name, content, COLUMNS)
    outcome = Import(notes=table.notes)
    known = {unit.code: unit async for page in page_by_page(Unit.all()) for unit in page}
    planned = await plan(table, known, outcome)
    outcome.must_be_right()
    if dry_run or not (outcome.made or outcome.changed):
        return outcome
    async with in_transaction():
        root = standing or await _root(planned)
        digest = hashlib.sha256(content).hexdigest()
        units = [one.unit for one in planned]
        await take_units(
            actor, root, file=name, digest=digest, made=outcome.made, changed=outcome.changed, units=units
        )
    return outcome


async def _root(planned: Iterable[Planned]) -> Unit:
    """The top of the tree, which the first import of an empty town makes."""
    root = next(one.unit for one in planned if "/" not in one.unit.path.rstrip("/"))
    await root.save()
    return root


@command(said="导入单位", who=keeps_the_tree)
async def take_units(
    actor: Viewer, root: Unit, *, file: str, digest: str, made: int, changed: int, units: Secret[list[Unit]]
) -> None:
    """Write the units of a checked table, parents before children; the trail keeps the file's name and digest."""
    pages = page_by_page(Unit.all().only("id", "code"))
    known = {unit.code: unit.pk async for page in pages for unit in page}
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
    await update_page_by_page(renamed, ["name", "pinyin", "kind"])
