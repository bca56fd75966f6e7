"""The same request twice counts once: a receipt per key, kept with what the first one brought."""

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
        return cls.filter(owner=_owner(viewer))


class Outcome(NamedTuple):
    """What came of a request, and whether that was told again of an earlier one with its key."""

    result: Any
    is_replay: bool


async def first_time(
    key: str,
    actor: Viewer,
    asked: tuple[str, Record, Mapping[str, Any]],
    carry_out: Callable[[], Awaitable[Any]],
) -> Outcome:
    """Carry out what is asked (a command's name, subject and details) unless this key already did; the same key with other content is refused."""
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid("提交编号缺失或过长，请刷新页面后重新提交。", field="key")
    digest = _digest(*asked)
    async with in_transaction():
        receipt = await _claim(_owner(actor), key, digest)
        if receipt.outcome:
            return Outcome(await _repeat(receipt, digest), True)
        result = await carry_out()
        receipt.outcome = _told(result)
        await receipt.save(update_fields=["outcome"])
    return Outcome(result, False)


async def is_done(key: str, actor: Viewer) -> bool:
    """Whether a request with this key has been carried out, so that another will only be told again."""
    return await Receipt.visible_to(actor).filter(key=key).exclude(outcome="").exists()


async def _claim(owner: str, key: str, digest: str) -> Receipt:
    """Insert the receipt, or wait for and fetch the one that a rival request inserted."""
    await Receipt.bulk_create(
        [Receipt(owner=owner, key=key, digest=digest, made_at=now())], ignore_conflicts=True
    )
    return await Receipt.select_for_update().get(owner=owner, key=key)


async def _repeat(receipt: Receipt, digest: str) -> Any:
    if not hmac.compare_digest(receipt.digest, digest):
        raise KeyReused("这个提交编号已经用于另一份内容，请刷新页面后重新提交。", field="key")
    told = json.loads(receipt.outcome)
    rows = [await Record.by_ref(ref) for ref in told["rows"]]
    return rows if told["many"] else (rows[0] if rows else None)


def _told(result: object) -> str:
    many = isinstance(result, list)
    rows = result if isinstance(result, list) else [result]
    return json.dumps({"many": many, "rows": [row.ref for row in rows if isinstance(row, Record)]})


def _digest(name: str, subject: Record, details: Mapping[str, Any]) -> str:
    """Keyed, because details may hold a password."""
    content = canonical([name, subject.ref, plain(details)])
    return hmac.new(settings().secret, content.encode(), hashlib.sha256).hexdigest()


def _owner(viewer: Viewer) -> str:
    return f"account:{viewer.account_id}" if viewer.account_id else f"person:{viewer.person_id or viewer.via}"
