"""The terminal's recount of ledger and dashboard: every stored row and every event behind it, one by one."""

from __future__ import annotations

import argparse

from models import burden, ledger
from models.base.refusals import NotFound
from models.base.viewer import Hat, Viewer
from models.ledger import Wanted, period_of
from models.people.roles import ADMINISTRATORS
from models.policies import upwards
from models.recount import recount_asker, recount_burden, recount_ledger
from models.recount.ledger import Recount
from models.units import Unit
from views.terminal.typed import day


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=day, help="从哪天起，例如 2024-01-01；不写是今年元旦")
    parser.add_argument("--until", type=day, help="到哪天止；不写是今天")
    parser.add_argument("--at", default="", help="单位编码：只重数这个市、县、镇街、村社或部门的；不写是全部")
    parser.add_argument("--replay", action="store_true", help="每条结论都按存下的依据重算一遍")


async def recount(args: argparse.Namespace) -> int:
    """Exit code 0 when reading every row gives the figures that pages show, 1 otherwise."""
    viewer, unit = await _of_the_whole_town(), await _unit(args.at)
    asker = unit.level == "department"
    period = period_of(args.since, args.until)
    wanted = Wanted(period, None if asker else unit, unit if asker else None)
    print(f"{unit.name}，{period.since} 至 {period.until}")
    verdicts = await _of_the_ledger(viewer, wanted, args.replay)
    rest = await (_of_the_asker(wanted) if asker else _of_the_dashboard(viewer, wanted, unit))
    return 0 if verdicts and rest else 1


async def _of_the_ledger(viewer: Viewer, wanted: Wanted, replayed: bool) -> bool:
    """Verdicts by department and reason, and altogether; whether all of it holds."""
    shown = await ledger.total(viewer, wanted)
    again = await recount_ledger(viewer, wanted, replayed=replayed)
    for name, label in ledger.LABELS.items():
        print(f"  {label} {getattr(again.total, name)}")
    await _print_departments(again)
    for fault in again.faults:
        print(fault)
    agree = shown == again.total and not again.faults
    print("逐条重数、办理经过与台账一致。" if agree else f"不一致：台账为 {shown}，重数为 {again.total}。")
    return agree


async def _print_departments(again: Recount) -> None:
    for unit in await Unit.filter(id__in=sorted(again.by_department)).order_by("path"):
        figures = again.of(unit.pk)
        told = [f"{label} {n}" for name, label in ledger.LABELS.items() if (n := getattr(figures, name))]
        print(f"  {unit.name}（{unit.code}）：{'，'.join(told)}")


async def _of_the_dashboard(viewer: Viewer, wanted: Wanted, place: Unit) -> bool:
    """The place's burden again, with its months, what lies below it and its askers; whether all of it holds."""
    again = await recount_burden(viewer, wanted, place)
    for label, number in (
        ("到村任务单", again.assignments),
        ("下派的任务", len(again.tasks)),
        ("预计用时（小时）", again.hours),
        ("办成任务的申请", again.requests),
        ("合并减少的申请", again.merged),
        ("申请要的数据（项次）", again.fields.wanted),
    ):
        print(f"  {label} {number}")
    if again.untold:
        print(
            f"  其中 {again.untold} 个任务下派较早，办理经过没有记派到哪些村，只核对了有没有下派、什么时候下派。"
        )
    return _said(again.faults, "逐条重数、办理经过与减负看板、部门派活一致。")


async def _of_the_asker(wanted: Wanted) -> bool:
    """What one department asked for, as it stands among the askers of its county or city."""
    department = wanted.department
    assert department is not None
    regions = Unit.filter(path__in=upwards(department.path), level__in=("county", "city")).order_by("-path")
    region = (await regions)[0]
    counted, faults = await recount_asker(wanted.period, region, department)
    for name, label in burden.COLUMNS.items():
        print(f"  {label} {counted[name]}")
    return _said(faults, f"逐条重数、办理经过与{region.name}的部门派活一致。")


def _said(faults: list[str], otherwise: str) -> bool:
    for fault in faults:
        print(fault)
    print(f"有 {len(faults)} 处不一致。" if faults else otherwise)
    return not faults


async def _of_the_whole_town() -> Viewer:
    """The terminal reads what the administrator at the top of the tree reads."""
    root = await _unit("")
    hat = Hat(0, ADMINISTRATORS[0], root.pk, root.path, root.level, root.name)
    return Viewer(None, None, "系统", (hat,), via="clock")


async def _unit(code: str) -> Unit:
    """The unit with this code, or the top of the tree."""
    found = await (Unit.filter(code=code) if code else Unit.filter(parent=None)).first()
    if found is None:
        raise NotFound(f"没有编码为 {code} 的单位。" if code else "请先导入单位。")
    return found
