"""The terminal's recount of ledger and dashboard: every stored row and every event behind it, one by one."""

from __future__ import annotations

import argparse
from datetime import date

from models import burden, ledger
from models.base.refusals import NotFound
from models.base.viewer import Hat, Viewer
from models.ledger import Wanted, period_of
from models.units import Unit


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=date.fromisoformat, help="从哪天起，例如 2024-01-01；不写是今年元旦")
    parser.add_argument("--until", type=date.fromisoformat, help="到哪天止；不写是今天")
    parser.add_argument("--replay", action="store_true", help="每条结论都按存下的依据重算一遍")


async def recount(args: argparse.Namespace) -> int:
    """Exit code 0 when reading every row gives the figures that pages show, 1 otherwise."""
    viewer, wanted = await _of_the_whole_town(), Wanted(period_of(args.since, args.until))
    shown, again = (
        await ledger.total(viewer, wanted),
        await ledger.recount(viewer, wanted, replayed=args.replay),
    )
    print(f"{wanted.period.since} 至 {wanted.period.until}")
    for name, label in ledger.LABELS.items():
        print(f"  {label} {getattr(again.total, name)}")
    agree = shown == again.total and not again.faults
    for fault in again.faults:
        print(fault)
    print("逐条重数与台账一致。" if agree else f"不一致：台账为 {shown}，重数为 {again.total}。")
    whole = await _of_the_dashboard(viewer, wanted)
    return 0 if agree and whole else 1


async def _of_the_dashboard(viewer: Viewer, wanted: Wanted) -> bool:
    """The whole town's burden again, with its months, counties and askers; whether all of it holds."""
    again = await burden.recount_burden(viewer, wanted, await _top())
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
    for fault in again.faults:
        print(fault)
    print(
        "逐条重数、办理经过与减负看板、部门派活一致。"
        if not again.faults
        else f"有 {len(again.faults)} 处不一致。"
    )
    return not again.faults


async def _of_the_whole_town() -> Viewer:
    """The terminal reads what the administrator at the top of the tree reads."""
    root = await _top()
    hat = Hat(0, "city_admin", root.pk, root.path, root.level, root.name)
    return Viewer(None, None, "系统", (hat,), via="clock")


async def _top() -> Unit:
    root = await Unit.filter(parent=None).first()
    if root is None:
        raise NotFound("请先导入单位。")
    return root
