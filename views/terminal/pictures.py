"""`xingcun pictures`: old pictures that still hold what the phone wrote into them, and a copy without it for each."""

from __future__ import annotations

import argparse

from models import files
from models.base.sealer import seal_all

STEP = 100


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="只数一数，不写入")


async def redraw(args: argparse.Namespace) -> int:
    """Exit code 0 when every old picture has a copy, 1 where some are left or cannot be drawn."""
    left = await files.still_to_be_redrawn().count()
    if args.dry_run or not left:
        print(f"还没有重画的旧照片：{left} 张。")
        return 1 if left else 0
    drawn = undrawn = 0
    while await files.still_to_be_redrawn().exists():
        made = await files.redraw_some(STEP)
        drawn, undrawn = drawn + made.drawn, undrawn + made.undrawn
        print(f"已处理 {drawn + undrawn} / {left}", flush=True)
    await seal_all()
    print(f"重画 {drawn} 张，已记入办理经过；原图按原来的指纹留存，不再显示。")
    if undrawn:
        print(f"{undrawn} 张打不开或者不在服务器上，没有重画，仍按原样保存和下载。")
    return 1 if undrawn else 0
