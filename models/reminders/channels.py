"""The ways a reminder leaves the application: all behind one Channel, chosen by the deployment."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, Protocol

import httpx

from models.base.clock import now
from models.base.settings import Settings, settings

log = logging.getLogger("xingcun.reminders")
for _chatty in ("httpx", "httpcore"):
    # They log whole addresses, and the address of a robot is its password.
    logging.getLogger(_chatty).setLevel(logging.WARNING)

PATIENCE = 10.0
"""Seconds a message may take in all, however slowly the other side answers."""


class NotSent(Exception):
    """The message did not leave, with the reason in words that hold neither addresses nor numbers."""


class Channel(Protocol):
    at_once: int
    """How many messages one round may send: robots close for minutes when they hear too many."""

    async def send(self, to: str, text: str, key: str) -> None:
        """Deliver the text to a phone number; the key stays the same when the same message is tried again."""
        ...


class Printing:
    """Prints what would be sent: for the demo, and for whoever has no gateway yet."""

    called = "只写进服务日志（演示方式，不会送达）"
    at_once = 2000

    async def send(self, to: str, text: str, key: str) -> None:
        log.info("→ %s %s", f"{to[:3]}****{to[-4:]}", text)


class Posting:
    """What the real channels share: a signed POST over verified TLS, within the time there is."""

    called: str
    """As desks read it."""
    at_once = 400
    sent: tuple[str, bool | int] = ("ok", True)
    """The member of the answer, and its value, that says the message was taken."""

    def __init__(self, client: httpx.AsyncClient, url: str, key: str, patience: float = PATIENCE) -> None:
        self.client, self.url, self.secret, self.patience = client, url, key, patience

    async def send(self, to: str, text: str, key: str) -> None:
        body = json.dumps(self.body(to, text, key), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", **self.headers(body)}
        try:
            async with asyncio.timeout(self.patience):
                answer = await self.client.post(self.address(), content=body, headers=headers)
        except TimeoutError:
            raise NotSent("对方没有在时限内应答") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotSent(f"连接不上对方（{type(error).__name__}）") from None
        self._check(answer)

    def _check(self, answer: httpx.Response) -> None:
        if not answer.is_success:
            raise NotSent(f"对方应答 {answer.status_code}")
        try:
            told = answer.json()
        except ValueError:
            raise NotSent("对方的应答读不懂") from None
        name, right = self.sent
        found = told.get(name) if isinstance(told, dict) else None
        if type(found) is not type(right) or found != right:
            raise NotSent("对方没有接受这条消息")

    def body(self, to: str, text: str, key: str) -> dict[str, Any]:
        return {"to": to, "text": text, "key": key}

    def headers(self, body: bytes) -> dict[str, str]:
        return {}

    def address(self) -> str:
        return self.url


class SmsGateway(Posting):
    """A gateway that takes {to, text, key} and answers {"ok": true}; it may drop a key it has seen."""

    called = "短信网关"

    def headers(self, body: bytes) -> dict[str, str]:
        """The body and the second it was sent, signed: HMAC-SHA256 over "seconds.body"."""
        at = str(int(now().timestamp()))
        signature = hmac.new(self.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Xingcun-Time": at, "X-Xingcun-Signature": f"sha256={signature}"}


class DingTalkRobot(Posting):
    """A group's custom robot of DingTalk in signing mode (加签), which calls the person by number."""

    called = "钉钉机器人"
    at_once = 15
    sent = ("errcode", 0)

    def body(self, to: str, text: str, key: str) -> dict[str, Any]:
        at = {"atMobiles": [to], "isAtAll": False}
        return {"msgtype": "text", "text": {"content": text}, "at": at}

    def address(self) -> str:
        """As DingTalk prescribes: base64 of HMAC-SHA256 over "milliseconds, newline, secret"."""
        at = str(int(now().timestamp() * 1000))
        digest = hmac.new(self.secret.encode(), f"{at}\n{self.secret}".encode(), hashlib.sha256).digest()
        signed = {"timestamp": at, "sign": base64.b64encode(digest).decode()}
        return str(httpx.URL(self.url).copy_merge_params(signed))


class WeComRobot(Posting):
    """A group's robot of WeCom; the key in its address is all it asks for."""

    called = "企业微信机器人"
    at_once = 15
    sent = ("errcode", 0)

    def body(self, to: str, text: str, key: str) -> dict[str, Any]:
        return {"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": [to]}}


POSTING: dict[str, type[Posting]] = {"sms": SmsGateway, "dingtalk": DingTalkRobot, "wecom": WeComRobot}


def way_out() -> str:
    """How this deployment's reminders leave, in the words of its desks."""
    way = settings().remind_via
    return Printing.called if way == "print" else POSTING[way].called


@asynccontextmanager
async def open_channel(of: Settings | None = None) -> AsyncIterator[Channel]:
    """The channel this deployment has chosen, with one connection pool for the round."""
    chosen = of or settings()
    if chosen.remind_via == "print":
        yield Printing()
        return
    async with a_client() as client:
        yield POSTING[chosen.remind_via](client, chosen.remind_url, chosen.remind_key)


def a_client() -> httpx.AsyncClient:
    """A pool of connections over TLS that is verified by what this machine or `SSL_CERT_FILE` trusts."""
    return httpx.AsyncClient(timeout=PATIENCE, verify=_trusting(*map(os.environ.get, TRUSTED)))


TRUSTED = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@lru_cache(maxsize=1)
def _trusting(*_named: str | None) -> ssl.SSLContext:
    """Read once for all rounds: to read every authority anew takes as long as a page."""
    return httpx.create_ssl_context()
