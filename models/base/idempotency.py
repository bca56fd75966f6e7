"""The same request twice counts once: a receipt per key, kept with what the first one brought.

A key belongs to an account in one of its posts, since rights come from posts: who has changed posts since is another
caller, and is told nothing of what the former one did. Receipts from before that was so name the account alone, and
are its own in every post.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Self

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.base.canonical import canonical, plain
from models.base.clock import now
from models.base.columns import column
from models.base.records import Record
from models.base.refusals import Invalid, KeyReused
from models.base.settings import settings
from models.base.viewer import Viewer

LONGEST_KEY = 64


class Receipt(Record):
    """Proof that a request with this key was carried out, and what came of it."""

    owner = column("谁提交的（任职代号）", fields.CharField(max_length=40))
    key = column("提交编号", fields.CharField(max_length=LONGEST_KEY))
    digest = column("内容摘要", fields.CharField(max_length=64))
    outcome = fields.TextField(default="")
    made_at = fields.DatetimeField()

    class Meta:
        table = "receipt"
        unique_together = (("owner", "key"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(owner__in=_owners(viewer))


class Outcome(NamedTuple):
    """What came of a request, and whether that was told again of an earlier one with its key."""

    result: Any
    is_replay: bool
    is_gone: bool = False
    """Whether what came of it then is there no more, in whole or in part: the result is what is left."""


async def first_time(
    key: str,
    actor: Viewer,
    acting: Callable[[], Viewer],
    asked: tuple[str, Record, Mapping[str, Any]],
    carry_out: Callable[[], Awaitable[Any]],
    sent: Any = None,
) -> Outcome:
    """Carry out what is asked (a command's name, subject and details), unless this key already did.

    The same key with other content is refused. `acting` is the actor in the post that may; `sent` what the caller said,
    before anything was looked up by it.
    """
    must_be_a_key(key)
    digest = _digest(*asked)
    async with in_transaction():
        receipt = await _done(key, actor)
        if receipt is None:
            receipt = await _claim(_owner(acting() if len(actor.hats) > 1 else actor), key, digest)
        if receipt.outcome:
            return await _repeat(receipt, digest)
        result = await carry_out()
        receipt.outcome = _told(result, sent)
        await receipt.save(update_fields=["outcome"])
    return Outcome(result, False)


def must_be_a_key(key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid("提交编号缺失或过长，请刷新页面后重新提交。", field="key")


async def told_again(key: str, actor: Viewer, sent: Any) -> Outcome | None:
    """What came of the very words that were sent with this key, though what they name may be gone; None where nothing did.

    Raises KeyReused where the key was used for other words.
    """
    receipt = await _done(key, actor)
    if receipt is None:
        return None
    told = json.loads(receipt.outcome)
    if not hmac.compare_digest(told.get("sent", ""), _keyed(canonical(plain(sent)))):
        raise _reused()
    return await _again(told)


async def is_done(key: str, actor: Viewer) -> bool:
    """Whether a request with this key has been carried out, so that another will only be told again."""
    return await Receipt.visible_to(actor).filter(key=key).exclude(outcome="").exists()


async def _done(key: str, actor: Viewer) -> Receipt | None:
    """What was done with this key in any post of the same person: rules choose one of them anew each time."""
    return await Receipt.visible_to(actor).filter(key=key).exclude(outcome="").first()


async def _claim(owner: str, key: str, digest: str) -> Receipt:
    """Insert the receipt, or wait for and fetch the one that a rival request inserted."""
    await Receipt.bulk_create(
        [Receipt(owner=owner, key=key, digest=digest, made_at=now())], ignore_conflicts=True
    )
    return await Receipt.select_for_update().get(owner=owner, key=key)


async def _repeat(receipt: Receipt, digest: str) -> Outcome:
    if not hmac.compare_digest(receipt.digest, digest):
        raise _reused()
    return await _again(json.loads(receipt.outcome))


def _reused() -> KeyReused:
    return KeyReused("这个提交编号已经用于另一份内容，请刷新页面后重新提交。", field="key")


async def _again(told: Mapping[str, Any]) -> Outcome:
    """What came of it, as far as it is still there."""
    rows = [row for ref in told["rows"] if (row := await Record.by_ref(ref)) is not None]
    result = rows if told["many"] else (rows[0] if rows else None)
    return Outcome(result, True, len(rows) < len(told["rows"]))


def _told(result: object, sent: Any) -> str:
    many = isinstance(result, list)
    rows = result if isinstance(result, list) else [result]
    words = {} if sent is None else {"sent": _keyed(canonical(plain(sent)))}
    return json.dumps({"many": many, "rows": [row.ref for row in rows if isinstance(row, Record)], **words})


def _digest(name: str, subject: Record, details: Mapping[str, Any]) -> str:
    """Keyed, because details may hold a password."""
    return _keyed(canonical([name, subject.ref, plain(details)]))


def _keyed(content: str) -> str:
    return hmac.new(settings().secret, content.encode(), hashlib.sha256).hexdigest()


def _owners(viewer: Viewer) -> list[str]:
    """As which these callers may own receipts, also those from before a post was named."""
    return sorted({name for one in viewer.one_by_one() for name in (_owner(one), _account(one))})


def _owner(viewer: Viewer) -> str:
    """The account in the first of its posts, by which callers are narrowed to one before they own anything."""
    return f"{_account(viewer)}:{viewer.post_id}" if viewer.post_id else _account(viewer)


def _account(viewer: Viewer) -> str:
    return f"account:{viewer.account_id}" if viewer.account_id else f"person:{viewer.person_id or viewer.via}"
