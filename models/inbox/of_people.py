"""What commands upon people, accounts and places say: to the person whose post or account it is."""

from __future__ import annotations

from models.accounts import Account
from models.base.events import Event
from models.inbox.addressing import To, oneself
from models.inbox.declarations import SEEN_AT_ONCE, Declared, Draft, Silent, drafts, row_of, said
from models.inbox.of_requests import RULES_OF_THE_PLACE
from models.people import Post


async def _appointed(event: Event) -> list[Draft]:
    """Of a handing over too, which appoints the successor."""
    post = await row_of(event, Post, "unit")
    if post is None:
        return []
    return drafts(oneself(post), "post", post, _named(post), f"从 {post.from_on} 起任职。")


async def _ended(event: Event) -> list[Draft]:
    post = await row_of(event, Post, "unit")
    if post is None:
        return []
    return drafts(oneself(post), "post", post, _named(post), f"任职到 {post.until_on} 为止。")


async def _handed_over(event: Event) -> list[Draft]:
    post = await Post.get_or_none(pk=event.subject_id).select_related("unit")
    if post is None:
        return []
    words = f"已经交接，您的任职到 {post.until_on} 为止。"
    return drafts(oneself(post), "post", post, _named(post), words)


async def _looked_at(event: Event) -> list[Draft]:
    """Whoever is looked at is told by whom and why."""
    post = await Post.get_or_none(pk=event.subject_id).select_related("unit")
    if post is None:
        return []
    words = f"{event.actor_label.partition(' ')[0]}查看了您看到的页面，原因：{said(event, 'reason')}"
    return drafts(oneself(post), "looked_at", post, _named(post), words)


def _named(post: Post) -> str:
    return f"{post.unit.name}{post.role_label}"


async def _reset(event: Event) -> list[Draft]:
    return await _of_the_account(event, "密码已由管理员重置。")


async def _unlocked(event: Event) -> list[Draft]:
    return await _of_the_account(event, "已由管理员解锁，可以重新登录。")


async def _of_the_account(event: Event, words: str) -> list[Draft]:
    account = await row_of(event, Account)
    if account is None:
        return []
    return drafts([To(account.person_id)], "account", account, "您的账号", words)


BEFORE_THE_FIRST_SIGN_IN = Silent("本人还没有账号，开通时领首次登录条。")
DECLARED: dict[str, Declared] = {
    "people.enrol": BEFORE_THE_FIRST_SIGN_IN,
    "people.appoint": _appointed,
    "people.end_post": _ended,
    "people.hand_over": _handed_over,
    "people.look_as": _looked_at,
    "people.take_people": BEFORE_THE_FIRST_SIGN_IN,
    "accounts.open_account": BEFORE_THE_FIRST_SIGN_IN,
    "accounts.reset_password": _reset,
    "accounts.unlock": _unlocked,
    "accounts.end_account": Silent("账号停用后本人看不到消息，由管理的人当面告知。"),
    "accounts.change_password": SEEN_AT_ONCE,
    "accounts.revoke_session": SEEN_AT_ONCE,
    "accounts.issue_token": SEEN_AT_ONCE,
    "accounts.revoke_token": SEEN_AT_ONCE,
    "inbox.choose_outside": SEEN_AT_ONCE,
    "units.add": RULES_OF_THE_PLACE,
    "units.rename": RULES_OF_THE_PLACE,
    "units.take_units": RULES_OF_THE_PLACE,
    "clock_steps.step_over": Silent("服务器上的管理员亲手办理，办理经过里看得到。"),
    "files.redraw": Silent("照片看上去没有变，附上时的原件也还在。"),
    "policies.set_policy": RULES_OF_THE_PLACE,
    "workdays.set_year": RULES_OF_THE_PLACE,
}
