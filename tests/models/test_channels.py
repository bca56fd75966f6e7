"""The adapters against a real server on the loopback: signed as documented, and no answer is taken for a yes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import inspect
import logging
import re
import ssl
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from models.base.clock import now, of_this_host
from models.base.settings import WAYS, SettingsError, read_settings
from models.reminders.channels import (
    POSTING,
    DingTalkRobot,
    NotSent,
    Posting,
    Printing,
    SmsGateway,
    WeComRobot,
    a_client,
    open_channel,
)
from tests.gateway import Gateway, a_gateway
from tests.sources import ROOT

pytestmark = pytest.mark.anyio
PHONE, TEXT, KEY, SECRET = "13900001234", "【兴村治社】您有：1 件新任务。", "k1", "SEC0123456789abcdef"
ALL = (SmsGateway, DingTalkRobot, WeComRobot)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with a_gateway() as made:
        yield made


async def send(kind: type[Posting], url: str, patience: float = 120) -> None:
    async with a_client() as client:
        await kind(client, url, SECRET, patience).send(PHONE, TEXT, KEY)


async def test_the_sms_gateway_can_check_who_speaks_and_what_was_said(gateway: Gateway) -> None:
    await send(SmsGateway, gateway.url)
    (got,) = gateway.got
    assert got.body == {"to": PHONE, "text": TEXT, "key": KEY}
    at = got.headers["x-xingcun-time"]
    assert int(at) == int(now().timestamp())
    right = hmac.new(SECRET.encode(), at.encode() + b"." + got.raw, hashlib.sha256).hexdigest()
    assert got.headers["x-xingcun-signature"] == f"sha256={right}"


async def test_the_dingtalk_robot_is_signed_in_its_address_and_calls_one_person(gateway: Gateway) -> None:
    await send(DingTalkRobot, gateway.url)
    (got,) = gateway.got
    asked = {name: value for name, (value,) in parse_qs(urlsplit(got.target).query).items()}
    assert asked["access_token"] == "s3cr3t"
    assert int(asked["timestamp"]) == int(now().timestamp() * 1000)
    words = f"{asked['timestamp']}\n{SECRET}".encode()
    assert asked["sign"] == base64.b64encode(hmac.digest(SECRET.encode(), words, "sha256")).decode()
    assert "sign=" in got.target and "+" not in got.target.split("sign=")[1]
    assert got.body == {
        "msgtype": "text",
        "text": {"content": TEXT},
        "at": {"atMobiles": [PHONE], "isAtAll": False},
    }


async def test_the_wecom_robot_calls_one_person(gateway: Gateway) -> None:
    await send(WeComRobot, gateway.url)
    (got,) = gateway.got
    assert got.body == {"msgtype": "text", "text": {"content": TEXT, "mentioned_mobile_list": [PHONE]}}
    assert got.target.endswith("access_token=s3cr3t")


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, '{"ok": true, "errcode": 0}'),
        (302, '{"ok": true, "errcode": 0}'),
        (200, ""),
        (200, "<html>登录</html>"),
        (200, "[]"),
        (200, "null"),
        (200, '{"ok": false, "errcode": 310000, "errmsg": "sign not match"}'),
        (200, '{"ok": "true", "errcode": "0"}'),
        (200, '{"ok": 1, "errcode": false}'),
        (200, "{}"),
        (200, "\ud83d".encode("utf-8", "replace").decode() + '{"ok": tr'),
    ],
)
async def test_only_a_clear_yes_counts_as_sent(
    gateway: Gateway, kind: type[Posting], status: int, body: str
) -> None:
    gateway.refuses(1, status, body)
    with pytest.raises(NotSent) as told:
        await send(kind, gateway.url)
    assert "s3cr3t" not in str(told.value) and PHONE not in str(told.value) and SECRET not in str(told.value)
    await send(kind, gateway.url)


@pytest.mark.parametrize("kind", ALL)
async def test_a_gateway_that_does_not_answer_holds_nobody_up(gateway: Gateway, kind: type[Posting]) -> None:
    gateway.refuses(1, 200, '{"ok": true, "errcode": 0}', seconds=600)
    began = time.monotonic()
    with pytest.raises(NotSent, match="时限"):
        await send(kind, gateway.url, patience=0.3)
    assert time.monotonic() - began < 120


async def test_nobody_there_is_told_without_the_address() -> None:
    with pytest.raises(NotSent, match="连接不上") as told:
        await send(DingTalkRobot, "http://127.0.0.1:9/send?access_token=s3cr3t")
    assert "s3cr3t" not in str(told.value)


async def test_logs_never_hold_the_address_of_a_robot(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await send(DingTalkRobot, gateway.url)
    assert "s3cr3t" not in caplog.text and PHONE not in caplog.text


async def test_printing_hides_the_middle_of_the_number(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await Printing().send(PHONE, TEXT, KEY)
    assert TEXT in caplog.text and "139****1234" in caplog.text and PHONE not in caplog.text


async def test_the_certificate_of_the_other_side_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's certificate is refused; one's own authority is named by SSL_CERT_FILE, as everywhere."""
    certificate = _self_signed(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    async with a_gateway(tls) as gateway:
        with pytest.raises(NotSent, match="连接不上"):
            await send(SmsGateway, gateway.url)
        assert gateway.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await send(SmsGateway, gateway.url)
        assert len(gateway.got) == 1


def _self_signed(folder: Path) -> Path:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")]),
    )
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    start = of_this_host() - timedelta(days=1)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=3)
    )
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate = folder / "both.pem"
    certificate.write_bytes(key.private_bytes(*plain) + signed.public_bytes(Encoding.PEM))
    return certificate


@pytest.mark.parametrize(
    ("via", "kind"), [("sms", SmsGateway), ("dingtalk", DingTalkRobot), ("wecom", WeComRobot)]
)
async def test_the_deployment_chooses_the_channel(tmp_path: Path, via: str, kind: type[Posting]) -> None:
    said = {"XINGCUN_REMIND_VIA": via, "XINGCUN_REMIND_URL": "https://gateway.test/x"}
    chosen = read_settings({"XINGCUN_DATA": str(tmp_path), "XINGCUN_REMIND_KEY": SECRET} | said)
    assert SECRET not in repr(chosen) and "gateway.test" not in repr(chosen)
    async with open_channel(chosen) as channel:
        assert type(channel) is kind
    async with open_channel(read_settings({"XINGCUN_DATA": str(tmp_path)})) as channel:
        assert type(channel) is Printing


@pytest.mark.parametrize("way", ["print", *POSTING])
def test_every_channel_can_be_chosen_and_says_what_it_is_called(way: str) -> None:
    secret = {"XINGCUN_REMIND_URL": "https://gate.example/send", "XINGCUN_REMIND_KEY": "k" * 32}
    assert read_settings({"XINGCUN_REMIND_VIA": way, **secret}).remind_via == way
    called = Printing.called if way == "print" else POSTING[way].called
    assert re.search("[\u4e00-\u9fff]", called)


def test_settings_and_readme_know_every_channel_and_which_of_them_needs_a_key() -> None:
    """A new channel that signs would else sign with nothing, and nobody could find it."""
    assert {"print", *POSTING} == set(WAYS)
    signing = {way for way, kind in POSTING.items() if "self.secret" in inspect.getsource(kind)}
    assert signing == {way for way, needs_key in WAYS.items() if needs_key}
    (told,) = [
        one for one in (ROOT / "README.md").read_text("utf-8").splitlines() if "`XINGCUN_REMIND_VIA`" in one
    ]
    assert all(f"`{way}`" in told for way in WAYS)
    for way in sorted(signing):
        with pytest.raises(SettingsError, match=way):
            read_settings({"XINGCUN_REMIND_VIA": way, "XINGCUN_REMIND_URL": "https://gate.example/send"})
