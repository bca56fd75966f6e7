"""`xingcun account`: opening, resetting, unlocking and ending accounts on the host, for whom nobody stands above."""

from __future__ import annotations

import argparse
from typing import Any

from models import accounts
from models.accounts import Account
from models.accounts.passwords import first_password
from models.base.identities import code_of, name_of
from models.base.refusals import Invalid, NotFound
from models.base.sealer import seal_all
from models.base.text import narrowed
from models.base.viewer import TOWN_CLOCK
from models.people import Post, in_force
from models.people.roles import ROLES


def add_to(commands: Any) -> None:
    said = "开通、重置、解锁或停用一个账号（上面没有人管理的，在这台服务器上办理）"
    sub = commands.add_parser("account", help=said, description=said)
    verbs = sub.add_subparsers(required=True, metavar="做什么")
    opening = verbs.add_parser("open", help="为在任的人开通账号，显示一次性密码")
    opening.add_argument("--name", required=True, help="姓名")
    opening.add_argument("--unit", required=True, help="任职单位的编码")
    opening.add_argument("--account", default="", help="用户名，不填就用姓名的拼音")
    opening.set_defaults(act=open_account)
    for name, act, told in (
        ("reset", reset, "重置密码，显示一次性密码；登录和令牌全部失效"),
        ("unlock", unlock, "解锁，可以马上再试密码"),
        ("end", end, "停用账号"),
    ):
        verb = verbs.add_parser(name, help=told)
        verb.add_argument("--account", required=True, help="用户名")
        verb.set_defaults(act=act)
        if act is end:
            verb.add_argument("--reason", required=True, help="原因")


async def open_account(args: argparse.Namespace) -> int:
    here = Post.filter(in_force(), person__name=name_of(args.name), unit__code=code_of(args.unit).upper())
    posts = await here.prefetch_related(*Post.judged_with).order_by("id")
    if len({post.person_id for post in posts}) > 1:
        named = "、".join(f"{post.person.phone or '没有电话'}（{ROLES[post.role]}）" for post in posts)
        raise Invalid(f"这个单位有同名的人：{named}。请在页面上开通。")
    if not posts:
        raise NotFound(f"单位 {args.unit} 没有在任的“{args.name}”，请先导入人员。")
    password = first_password()
    made = await accounts.open_account(TOWN_CLOCK, posts[0], username=args.account, password=password)
    return await _told(made, password)


async def reset(args: argparse.Namespace) -> int:
    password = first_password()
    return await _told(
        await accounts.reset_password(TOWN_CLOCK, await _account(args), password=password), password
    )


async def unlock(args: argparse.Namespace) -> int:
    return await _told(await accounts.unlock(TOWN_CLOCK, await _account(args)))


async def end(args: argparse.Namespace) -> int:
    return await _told(await accounts.end_account(TOWN_CLOCK, await _account(args), reason=args.reason))


async def _account(args: argparse.Namespace) -> Account:
    named = Account.filter(username=narrowed(args.account).lower())
    account = await named.prefetch_related(*Account.judged_with).first()
    if account is None:
        raise NotFound(f"没有找到账号“{args.account}”。")
    return account


async def _told(account: Account, password: str = "") -> int:
    await seal_all()
    print(f"账号：{account.username}")
    if password:
        print(f"一次性密码（只显示这一次，首次登录后须修改）：{password}")
    return 0
