"""The terminal's recount of the ledger: every stored screening, one by one."""

from __future__ import annotations

import argparse
from datetime import date

from models import ledger
from models.base.refusals import NotFound
from models.base.viewer import Hat, Viewer
from models.ledger import Wanted, period_of
from models.units import Unit


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=date.fromisoformat, help="从哪天起，例如 2024-01-01；不写是今年元旦")
    parser.add_argument("--until", type=date.fromisoformat, help="到哪天止；不写是今天")
    parser.add_argument("--replay", action="store_true", help="每条结论都按存下的依据重算一遍")


async def recount(args: argparse.Namespace) -> int:
    """Exit code 0 when reading every screening gives the figures that pages show, 1 otherwise."""
    viewer, wanted = await _of_the_whole_town(), Wanted(period_of(args.since, args.until))
    shown, again = (
        await ledger.total(viewer, wanted),
        await ledger.recount(viewer, wanted, replayed=args.replay),
    )
    print(f"{wanted.period.since} 至 {wanted.period.until}")
    for name, label in ledger.LABELS.items():
        print(f"  {label} {getattr(again.total, name)}")
    for fault in again.faults:
        print(fault)
    agree = shown == again.total and not again.faults
    print("逐条重数与台账一致。" if agree else f"不一致：台账为 {shown}，重数为 {again.total}。")
    return 0 if agree else 1


async def _of_the_whole_town() -> Viewer:
    """The terminal reads what the administrator at the top of the tree reads."""
    root = await Unit.filter(parent=None).first()
    if root is None:
        raise NotFound("请先导入单位。")
    hat = Hat(0, "city_admin", root.pk, root.path, root.level, root.name)
    return Viewer(None, None, "系统", (hat,), via="clock")
