"""`xingcun pictures`: old pictures that still hold what the phone wrote into them, and a copy without it for each."""

from __future__ import annotations

import argparse

from models import files
from models.base.sealer import seal_all
from models.files import Counted

STEP = 100


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="只数一数，不写入")


async def redraw(args: argparse.Namespace) -> int:
    """Exit code 0 when every old picture has a copy, 1 where some are left or cannot be drawn."""
    left = await files.still_to_be_redrawn().count()
    if args.dry_run or not left:
        print(f"还没有重画的旧照片：{left} 张。")
        return 1 if left else 0
    made = Counted(0, 0, 0, 0)
    while (some := await files.redraw_some(STEP, made.reached)).reached > made.reached:
        made = made.and_then(some)
        print(f"已处理 {sum(made[:3])} / {left}", flush=True)
    await seal_all()
    print(f"重画 {made.drawn} 张，已记入办理经过；原图按原来的指纹留存，不再显示。")
    if made.undrawn:
        print(f"{made.undrawn} 张打不开，没有重画，仍按原样保存和下载。")
    if made.missing:
        print(
            f"{made.missing} 张现在不在服务器上，或者与登记时的指纹不一致，没有重画；把原来的文件放回以后，系统会接着重画。"
        )
    return 1 if made.undrawn or made.missing else 0
