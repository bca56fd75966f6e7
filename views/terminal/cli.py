"""The terminal door: xingcun serve | migrate | demo | accounts | account | token | import | verify | head | recount | check-points | pictures | tick."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvicorn

from models import demo, matters, people
from models import recount as recounting
from models.accounts import Account, issue_token
from models.base.database import DatabaseUnavailable, database
from models.base.outages import outage_of
from models.base.refusals import NotFound, Refusal
from models.base.sealer import seal_all
from models.base.settings import SettingsError, settings
from models.base.system_errors import why
from models.base.text import narrowed
from models.base.ticking import tick_alone
from models.base.viewer import TOWN_CLOCK
from models.importing import Import
from models.matters import MatterList, settle_demands
from models.people import Post, in_force
from models.units import Unit, import_units
from views.base.logs import log_plainly
from views.terminal import account, clock, pictures, rank, recount, verify
from views.terminal.parser_texts import speak_chinese
from views.terminal.typed import number
from views.terminal.workers import served_by, several

Task = Callable[[argparse.Namespace], Awaitable[int]]


class Unusable(Exception):
    """What was asked cannot be done, in one clear sentence."""


def main() -> None:
    """Run one command; what a person can mend is told in one sentence, without a traceback."""
    try:
        sys.exit(_run(_arguments().parse_args()))
    except (Unusable, rank.Unreadable, verify.Unkept, SettingsError, DatabaseUnavailable) as wrong:
        sys.exit(f"错误：{wrong}")
    except Refusal as refusal:
        sys.exit(f"没有成功：{refusal.reason}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has enough; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if (outage := outage_of(error)) is None:
            raise
        sys.exit(f"错误：{outage.sentence}")


def _run(args: argparse.Namespace) -> int:
    log_plainly(settings().log_level)
    logging.getLogger("tortoise").setLevel(logging.WARNING)
    if alone := getattr(args, "alone", None):
        return int(alone(args))
    if args.act is serve:
        served: int = serve(args)
        return served
    return asyncio.run(_with_database(args))


async def _with_database(args: argparse.Namespace) -> int:
    async with database():
        act: Task = args.act
        return await act(args)


def _arguments() -> argparse.ArgumentParser:
    speak_chinese()
    parser = argparse.ArgumentParser(prog="xingcun", description="兴村治社")
    commands = parser.add_subparsers(required=True, metavar="命令")

    def add(name: str, act: object, said: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=said, description=said)
        sub.set_defaults(act=act)
        return sub

    serving = add("serve", serve, "启动服务")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=number, default=8000, help="0 表示任选一个空闲端口")
    serving.add_argument("--workers", type=several, default=1, help="进程数，一般不超过处理器核数")
    serving.add_argument("--demo", choices=("S", "M"), help="数据库是空的时候，先载入演示数据")
    add("migrate", migrate, "把数据库升级到当前版本")
    playing = add("demo", load_demo, "向空数据库载入演示数据")
    playing.add_argument("--size", choices=("S", "M"), default="S")
    playing.add_argument("--if-empty", action="store_true", help="已有数据时不做任何事")
    add("accounts", show_accounts, "列出演示账号（仅演示数据库）").add_argument("--json", action="store_true")
    token = add("token", make_token, "为一个账号签发接口令牌，只显示一次")
    token.add_argument("--account", required=True)
    token.add_argument("--days", type=number, required=True)
    bringing = add("import", bring_in, "导入单位、人员或事项（CSV、TSV、XLSX）")
    bringing.add_argument("what", choices=("units", "people", "matters"))
    bringing.add_argument("file", type=Path)
    bringing.add_argument("--dry-run", action="store_true")
    verify.options(
        add("verify", verify.verify, "核验全部记录没有被改动"),
        add("head", verify.head, "打印现在的封签，请抄到别处保管"),
    )
    recount.options(add("recount", recount.recount, "逐条重数过筛台账，并与页面上的数核对"))
    add("check-points", check_points, "从办理经过重新记一遍工分，与台账和统计核对")
    add("tick", run_due, "执行到时的工作")
    clock.add_to(add("clock", clock.step_over, "核对时钟；记录的时间超前时，越过它继续办理"))
    pictures.add_to(add("pictures", pictures.redraw, "重画旧照片，去掉拍摄地点等信息（平时由系统逐步处理）"))
    account.add_to(commands)
    rank.add_to(commands)
    return parser


def serve(args: argparse.Namespace) -> int:
    """Serve until stopped; the port is taken here, so that a taken one (or which one, if any will do) is told in a sentence."""
    # The whole application is a second of imports that no other command needs.
    from views.application import build
    from views.base.wire import BoundedHead

    listener = _listen(args.host, args.port)
    args.port = listener.getsockname()[1]
    config = uvicorn.Config(
        build(),
        loop="uvloop",
        http=BoundedHead,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )

    return served_by(
        args.workers, lambda: asyncio.run(_greet(args)), lambda: uvicorn.Server(config).run([listener])
    )


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise Unusable(f"不能在 {host}:{port} 上启动：{why(error)}。请换一个端口（--port）。") from error
    return listener


async def _greet(args: argparse.Namespace) -> None:
    """Open the database once before serving, so that what is wrong with it is told in a sentence."""
    async with database():
        if args.demo and await demo.is_empty():
            await _load(args.demo)
        accounts = await demo.demo_accounts()
    print(f"\n兴村治社：http://{args.host}:{args.port}/\n", flush=True)
    if accounts:
        print(f"演示账号（密码都是 {demo.DEMO_PASSWORD}）：")
        _print_accounts(accounts)


def _print_accounts(rows: list[dict[str, str]]) -> None:
    for row in rows:
        print(f"  {row['username']:<11} {row['unit']} {row['role_name']} {row['name']}")
    print(flush=True)


async def migrate(_: argparse.Namespace) -> int:
    print("数据库已是当前版本。")
    return 0


async def load_demo(args: argparse.Namespace) -> int:
    if not await demo.is_empty():
        if args.if_empty:
            return 0
        raise Unusable("数据库里已有数据，演示数据只能载入空数据库。")
    await _load(args.size)
    return 0


async def _load(size: str) -> None:
    print(f"正在载入演示数据（{size}）……", flush=True)
    await demo.load(size, _progress)
    print("\r演示数据已载入。" + " " * 30)


def _progress(what: str, done: int, of: int) -> None:
    if sys.stdout.isatty():
        print(f"\r  {what} {done}/{of}    ", end="", flush=True)


async def show_accounts(args: argparse.Namespace) -> int:
    rows = await demo.demo_accounts()
    if not rows:
        raise Unusable("这不是演示数据库，没有可列出的账号。")
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _print_accounts(rows)
    return 0


async def make_token(args: argparse.Namespace) -> int:
    account = await Account.get_or_none(username=narrowed(args.account).lower(), ended_at=None)
    post = (
        await Post.filter(in_force(), person_id=account.person_id).order_by("id").first() if account else None
    )
    if post is None:
        raise NotFound(f"没有找到账号“{args.account}”，或此人现在没有任职。")
    token = await issue_token(TOWN_CLOCK, post, label="命令行签发", days=args.days)
    await seal_all()
    print(token.secret)
    return 0


async def bring_in(args: argparse.Namespace) -> int:
    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise Unusable(f"文件“{args.file}”读不了：{why(error)}。") from error
    outcome = await IMPORTS[args.what](args.file.name, content, args.dry_run)
    await seal_all()
    if args.dry_run:
        print("试运行，没有写入。")
    print(*outcome.told(), sep="\n")
    return 0


async def _bring_units(name: str, content: bytes, dry_run: bool) -> Import:
    return await import_units(TOWN_CLOCK, name, content, dry_run=dry_run)


async def _bring_people(name: str, content: bytes, dry_run: bool) -> Import:
    return await people.import_people(TOWN_CLOCK, await _root(), name, content, dry_run=dry_run)


async def _bring_matters(name: str, content: bytes, dry_run: bool) -> Import:
    """Into the newest draft; the terminal makes one where there is none."""
    await settle_demands()
    draft = await MatterList.filter(state="draft").order_by("-id").prefetch_related("region").first()
    if draft is None:
        title = "导入的事项清单"
        draft = (
            MatterList(title=title)
            if dry_run
            else await matters.draft_list(TOWN_CLOCK, await _root(), title=title)
        )
    return await matters.import_matters(TOWN_CLOCK, draft, name, content, dry_run=dry_run)


IMPORTS = {"units": _bring_units, "people": _bring_people, "matters": _bring_matters}


async def _root() -> Unit:
    root = await Unit.filter(parent=None).first()
    if root is None:
        raise Unusable("请先导入单位。")
    return root


async def check_points(_: argparse.Namespace) -> int:
    """Exit code 0 when the ledger of points and the tallies of open periods are what the trail gives, 1 otherwise."""
    found = await recounting.check_points()
    for one in found:
        print(one)
    print("工分与办理经过一致。" if not found else f"发现 {len(found)} 处不符。")
    return 1 if found else 0


async def run_due(_: argparse.Namespace) -> int:
    if not await tick_alone():
        print("另一个服务正在执行到时的工作，这一次不用再做。")
    await seal_all()
    return 0
