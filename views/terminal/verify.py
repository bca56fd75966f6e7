"""xingcun verify | head: whether the trail is as it was sealed, and what to write down of it and keep elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from models import trail
from models.base.refusals import Invalid
from models.base.sealer import seal_all
from models.base.system_errors import why
from models.trail import DayHead, Faults, Head

UNHELD = (
    "提示：没有给出在别处保管的封签，所以整个改写过的记录、换回的旧备份查不出来。"
    "请定期运行 xingcun head，把封签抄到别处；核验时用 --head 或 --heads 给出来。"
)


class Unkept(Exception):
    """The heads that were given cannot be read, in one sentence."""


def options(verifying: argparse.ArgumentParser, heading: argparse.ArgumentParser) -> None:
    verifying.add_argument(
        "--head", action="append", default=[], metavar="序号:哈希", help="在别处保管的一个封签，可写多次"
    )
    verifying.add_argument("--heads", type=Path, metavar="文件", help="在别处保管的封签，每行一个")
    verifying.add_argument(
        "--export", type=Path, metavar="文件", help="把全部记录写成文件，可用 verify_trail.py 独立核对"
    )
    heading.add_argument("--days", action="store_true", help="每天的日封签各一行")


async def verify(args: argparse.Namespace) -> int:
    """Exit code 0 when every event is as it was sealed, 1 otherwise."""
    kept = list(_kept(args))
    if args.export:
        await _export(args.export)
    async with trail.damage_in_a_sentence():
        for note in await trail.own_check():
            print(f"提示：{note}")
        found = await trail.verify(kept)
        head = await trail.head_now()
    _tell(found, len(kept))
    if head:
        print(f"封签：{head}（请抄到别处保管，下次用 --head 核对）")
    return 1 if found else 0


async def _export(file: Path) -> None:
    await seal_all()
    try:
        with file.open("w", encoding="utf-8", newline="\n") as lines:
            async for line in trail.exported():
                lines.write(f"{line}\n")
    except OSError as error:
        raise Unkept(f"文件“{file}”写不了：{why(error)}。") from None
    print(f"全部记录已写到“{file}”，用 static/verify_trail.py 可以独立核对。")


def _kept(args: argparse.Namespace) -> Iterator[Head]:
    try:
        yield from (trail.head_of(text) for text in args.head)
        if args.heads:
            yield from trail.heads_in(args.heads.read_text("utf-8-sig").splitlines())
    except Invalid as no:
        raise Unkept(no.reason) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Unkept(f"封签文件“{args.heads}”读不了：{why(error)}。") from None


def _tell(found: Faults, kept: int) -> None:
    for fault in found:
        print(fault.what)
    for rule, many in sorted(found.erased.items()):
        print(f"提示：{many} 条记录的个人信息已按规定清除（{rule}）。")
    if found.waiting:
        print(f"提示：{found.waiting} 条记录刚刚写入，还没有编号。")
    if not kept:
        print(UNHELD)
    more = f"（只列出前 {len(found)} 处）" if found.total > len(found) else ""
    held = f"与您保管的 {kept} 个封签相符。" if kept else ""
    print(f"发现 {found.total} 处问题{more}。" if found else f"记录完整，没有改动。{held}")


async def head(args: argparse.Namespace) -> int:
    """What to keep elsewhere, as `verify` reads it: regularly, so that a trail put back or rewritten later is found out."""
    await seal_all()
    if args.days:
        async for day in DayHead.all().order_by("day"):
            print(f"{day.day} {Head(day.seq, day.hash)}")
    elif now := await trail.head_now():
        print(now)
    return 0
