"""`xingcun clock`: what the clock and the trail say, and how to go on where the trail stands after the clock."""

from __future__ import annotations

import argparse
from datetime import datetime

from models import clock_steps
from models.base.clock import TOWN_ZONE, now
from models.base.refusals import NotFound
from models.base.sealer import seal_all
from models.base.viewer import TOWN_CLOCK
from models.units import Unit

USUAL_REASON = "服务器时钟已经核对，最后一条记录的时间超前。"


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    parser.add_argument("--reason", default=USUAL_REASON, help="为什么越过，记入办理经过")


async def step_over(args: argparse.Namespace) -> int:
    """Exit code 0 when the clock is as it should be afterwards, 1 where that is still to be done."""
    last, lag = await clock_steps.last_entry(), await clock_steps.behind()
    print(f"服务器时钟：{_said(now())}")
    print(f"最后一条记录：{_said(last) if last else '还没有记录'}")
    if not lag:
        print("时钟正常，不用处理。")
        return 0
    print(f"时钟比最后一条记录慢 {_length(lag.total_seconds())}，现在什么都办不了。")
    if args.dry_run:
        print("时钟不对就先校准；时钟是对的，去掉 --dry-run 再运行一次。")
        return 1
    root = await Unit.filter(parent=None).order_by("id").first()
    if root is None:
        raise NotFound("请先导入单位。")
    await clock_steps.step_over(TOWN_CLOCK, root, reason=args.reason)
    await seal_all()
    print("已越过，从现在起照常办理；这一步已记入办理经过。")
    return 0


def _said(at: datetime) -> str:
    return at.astimezone(TOWN_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _length(seconds: float) -> str:
    days, rest = divmod(int(seconds), 86_400)
    hours, rest = divmod(rest, 3_600)
    parts = [(days, "天"), (hours, "小时"), (rest // 60, "分"), (rest % 60, "秒")]
    return "".join(f"{number} {unit} " for number, unit in parts if number).strip()
