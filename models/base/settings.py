"""Deployment settings, read once from the environment; policies of the town are rows, not settings."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from models.base.numbers import whole
from models.base.system_errors import why

T = TypeVar("T")


SHOULD_BE_POINTS = "应为 0（不限）或 10000 以上的整数"


class SettingsError(Exception):
    """A setting that cannot be used, in one clear sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployment says, read from the environment once."""

    database: str
    """A Tortoise URL: sqlite://PATH, or postgres://USER:PASSWORD@HOST:PORT/NAME."""
    data: Path
    secret: bytes
    explorer: bool
    trusted_proxies: tuple[str, ...]
    """Networks of reverse proxies whose X-Forwarded-* headers are believed."""
    pool: int
    """PostgreSQL connections of one process."""
    log_level: str
    address: str = ""
    """Where people open the site, as reminders tell it."""
    tick: int = 60
    """Seconds between two looks at the calendar while serving; 0 leaves it to `xingcun tick`."""
    ranker: str = "words"
    """How suggestions are found: by words alone, or by a language model as well (smart)."""
    seal_key: bytes = field(default=b"", repr=False)
    """32 bytes under which bids are sealed: in neither the database nor what is backed up."""
    apart_days: int = 7
    """How long two people of whom one made the other's post, account or password give no word on each other's work."""
    idle_hours: int = 72
    """How long a session may rest before the password is asked for again."""
    budget: int = 600_000
    """Points that one person may spend in a minute, and that person's programs again; 0 sets no limit.

    Strangers of one place share a tenth of it.
    """
    address_budget: int = 1_200_000
    """The same for all who share one address."""
    statement_seconds: int = 20
    """How long one statement of a page may take on PostgreSQL."""
    remind_via: str = "print"
    remind_url: str = field(default="", repr=False)
    remind_key: str = field(default="", repr=False)
    uploads_a_day: int = 300
    """Files one person may send in a day, and how much room they may take on the disk."""
    upload_megabytes_a_day: int = 500

    @property
    def on_sqlite(self) -> bool:
        return self.database.startswith("sqlite:")

    @property
    def sqlite_file(self) -> Path:
        return Path(self.database.removeprefix("sqlite://").partition("?")[0])

    @property
    def files(self) -> Path:
        return self.data / "files"


@cache
def settings() -> Settings:
    return read_settings(os.environ)


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from an environment; raises SettingsError with a sentence that names the variable."""
    data = _folder("XINGCUN_DATA", env.get("XINGCUN_DATA") or "var")
    return Settings(
        database=_database(env.get("XINGCUN_DATABASE") or f"sqlite://{data / 'xingcun.sqlite3'}"),
        data=data,
        secret=_secret(Path(env.get("XINGCUN_SECRET_FILE") or data / "secret")),
        explorer=_read(env, "XINGCUN_EXPLORER", "1", _yes_or_no, "应为 1 或 0"),
        trusted_proxies=_read(
            env, "XINGCUN_TRUSTED_PROXIES", "127.0.0.1/32,::1/128", _networks, "应为逗号分隔的网段"
        ),
        pool=_read(env, "XINGCUN_POOL", "10", _size, "应为 1 至 200 的整数"),
        log_level=_read(env, "XINGCUN_LOG_LEVEL", "info", _log_level, "应为 debug、info、warning 或 error"),
        address=_read(env, "XINGCUN_ADDRESS", "", _site, "应为 http:// 或 https:// 开头的网址"),
        tick=_read(env, "XINGCUN_TICK", "60", _seconds, "应为 0 至 3600 的整数"),
        ranker=_read(env, "XINGCUN_RANKER", "words", _ranker, "应为 words 或 smart"),
        seal_key=_seal_key(Path(env.get("XINGCUN_SEAL_KEY_FILE") or data / "seal-key")),
        apart_days=_read(env, "XINGCUN_APART_DAYS", "7", _days, "应为 1 至 90 的整数"),
        idle_hours=_read(env, "XINGCUN_IDLE_HOURS", "72", _hours, "应为 1 至 336 的整数"),
        budget=_read(env, "XINGCUN_BUDGET", "600000", _points, SHOULD_BE_POINTS),
        address_budget=_read(env, "XINGCUN_ADDRESS_BUDGET", "1200000", _points, SHOULD_BE_POINTS),
        statement_seconds=_read(env, "XINGCUN_STATEMENT_SECONDS", "20", _wait, "应为 1 至 600 的整数"),
        remind_via=_read(env, "XINGCUN_REMIND_VIA", "print", _way, f"应为 {'、'.join(WAYS)} 之一"),
        remind_url=_remind_url(env),
        remind_key=_remind_key(env),
        uploads_a_day=_read(env, "XINGCUN_UPLOADS_A_DAY", "300", _many, "应为 1 至 100000 的整数"),
        upload_megabytes_a_day=_read(env, "XINGCUN_UPLOAD_MB_A_DAY", "500", _many, "应为 1 至 100000 的整数"),
    )


def _read(env: Mapping[str, str], name: str, default: str, read: Callable[[str], T], should: str) -> T:
    text = env.get(name) or default
    try:
        return read(text)
    except ValueError:
        raise SettingsError(f"环境变量 {name} 的值“{text}”无效：{should}。") from None


def _yes_or_no(text: str) -> bool:
    return _must(text.lower() in {"1", "true", "0", "false"}, text.lower() in {"1", "true"})


def _must(holds: bool, value: T) -> T:
    if not holds:
        raise ValueError
    return value


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ip_network(part.strip())) for part in text.split(",") if part.strip())


def _size(text: str) -> int:
    return _must(1 <= whole(text) <= 200, whole(text))


def _many(text: str) -> int:
    return _must(1 <= whole(text) <= 100_000, whole(text))


def _log_level(text: str) -> str:
    return _must(text in {"debug", "info", "warning", "error"}, text)


def _ranker(text: str) -> str:
    return _must(text in {"words", "smart"}, text)


def _site(text: str) -> str:
    parts = urlsplit(text)
    return _must(not text or (parts.scheme in {"http", "https"} and bool(parts.hostname)), text)


def _seconds(text: str) -> int:
    return _must(0 <= whole(text) <= 3600, whole(text))


def _wait(text: str) -> int:
    return _must(1 <= whole(text) <= 600, whole(text))


def _days(text: str) -> int:
    return _must(1 <= whole(text) <= 90, whole(text))


def _hours(text: str) -> int:
    return _must(1 <= whole(text) <= 336, whole(text))


def _points(text: str) -> int:
    return _must(whole(text) == 0 or whole(text) >= 10_000, whole(text))


WAYS = {"print": False, "sms": True, "dingtalk": True, "wecom": False}
"""How reminders leave, and whether a key signs what is sent: the channels themselves stand above, in `reminders`."""


def _way(text: str) -> str:
    return _must(text in WAYS, text)


def _remind_url(env: Mapping[str, str]) -> str:
    """Over TLS, or on this very machine; the value is never repeated, since a robot's address is its password."""
    url, via = env.get("XINGCUN_REMIND_URL", "").strip(), env.get("XINGCUN_REMIND_VIA") or "print"
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1"})
    if via != "print" and not (safe and parts.hostname):
        raise SettingsError(
            "环境变量 XINGCUN_REMIND_URL 无效：应为 https:// 开头的网址（短信网关或机器人）。"
        )
    return url


def _remind_key(env: Mapping[str, str]) -> str:
    key, via = env.get("XINGCUN_REMIND_KEY", "").strip(), env.get("XINGCUN_REMIND_VIA") or "print"
    if WAYS.get(via) and len(key) < 16:
        raise SettingsError(
            f"环境变量 XINGCUN_REMIND_KEY 缺失或太短：XINGCUN_REMIND_VIA={via} 需要至少 16 个字符的密钥。"
        )
    return key


def _folder(name: str, text: str) -> Path:
    folder = Path(text).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"环境变量 {name} 指定的文件夹“{folder}”无法使用：{why(error)}。") from None
    if not os.access(folder, os.W_OK):
        raise SettingsError(f"环境变量 {name} 指定的文件夹“{folder}”不可写。")
    return folder


def _database(url: str) -> str:
    scheme = urlsplit(url).scheme
    if scheme not in {"sqlite", "postgres", "postgresql", "asyncpg"}:
        raise SettingsError("环境变量 XINGCUN_DATABASE 无效：应以 sqlite:// 或 postgres:// 开头。")
    if scheme == "sqlite" and url.removeprefix("sqlite://").partition("?")[0] in {"", ":memory:"}:
        raise SettingsError("环境变量 XINGCUN_DATABASE 无效：SQLite 需要写明文件路径。")
    return url


def _secret(file: Path) -> bytes:
    """The key for signatures, made on first use and readable by the owner alone."""
    key = _key(file, "XINGCUN_SECRET_FILE")
    if len(key) < 32:
        raise SettingsError(f"密钥文件“{file}”太短：至少需要 32 个字符。")
    return key.encode()


def _seal_key(file: Path) -> bytes:
    """The key of sealed bids, made on first use: 64 hexadecimal digits."""
    try:
        return _must(len(key := bytes.fromhex(_key(file, "XINGCUN_SEAL_KEY_FILE"))) == 32, key)
    except ValueError:
        raise SettingsError(
            f"竞榜书的密钥文件“{file}”无效：应为 64 位十六进制数字，请从保管的副本恢复。"
        ) from None


def _key(file: Path, variable: str) -> str:
    try:
        if not file.exists():
            _make_secret(file)
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"环境变量 {variable} 指定的文件“{file}”无法读写：{why(error)}。") from None


def _make_secret(file: Path) -> None:
    """Write the key beside its place and link it there, so that no rival starter reads half a file."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    made = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(made, "w") as opened:
        opened.write(secrets.token_hex(32))
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
