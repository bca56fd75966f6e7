"""A small town with real accounts, served by a process of its own on a free loopback port."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from models import accounts
from models.accounts.passwords import shared_hashes
from models.base.clock import now, run_by
from models.base.viewer import TOWN_CLOCK
from models.people import Post
from tests.builders import Town, a_list, a_town, a_viewer
from tests.nursery import Child, Nursery
from tests.town_clock import running_from

PASSWORD = "xiaoxi-liushui-7"
CAST = {
    "nongye": ("王海燕", "department_officer", "department"),
    "tongchou": ("杨丽君", "coordinator", "township"),
    "fenguan": ("徐伟民", "leader", "township"),
    "zhuyao": ("何志远", "head", "township"),
    "zhifadui": ("高峰", "office", "office"),
    "meizhu": ("吕金木", "secretary", "village"),
    "meizhu2": ("吕秀英", "cadre", "village"),
    "lianxi": ("俞晓峰", "liaison", "village"),
    "cunjian": ("吕永才", "supervisor", "village"),
    "wangge": ("章国平", "grid_worker", "grid"),
    "jijian": ("郑志明", "supervisor", "county"),
    "xianqingdan": ("竺美芳", "list_keeper", "county"),
    "qingdan1": ("沈丽萍", "list_keeper", "county"),
    "qingdan2": ("周建华", "list_keeper", "county"),
}
"""Who signs in with which name: their own name, their role, and where."""
AT_THE_VILLAGE = ("meizhu", "meizhu2", "lianxi", "cunjian", "wangge")
SPOIL = {
    "code": "XZ-HJ-01",
    "title": "环境污染问题发现报告",
    "category": "report",
    "demands": ["patrol", "report"],
    "village_does": "日常巡查中发现污染环境的情况，向镇街报告。",
    "village_must_not": "不承担清运和处置。",
}
"""A matter under which a department may try to have industrial spoil cleared."""
HARD = (
    {
        "code": "XZ-YJ-01",
        "title": "人员转移协助",
        "category": "assist",
        "demands": ["visit"],
        "emergency": True,
    },
    {"code": "XZ-SL-01", "title": "水库清淤协助", "category": "assist", "demands": ["patrol"]}
    | {"effort_hours": Decimal(400)},
    {"code": "XZ-SL-02", "title": "搬迁协助", "category": "assist", "demands": ["patrol"], "major": True},
)
"""What is not for every day: an emergency, too much at once, a matter to be talked over."""
PATIENCE = 120.0
"""Seconds until a server that says nothing is given up: it shares its machine with whatever else runs."""
WORDS = ("serve", "--host", "127.0.0.1", "--port")
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The loopback asks for no certificate; to read every authority for each client costs as much as a page."""
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+(?=/)")


@dataclass
class Served:
    """The site as it runs: where it is, its places, and a token for the API by sign-in name."""

    url: str
    town: Town
    tokens: dict[str, str]
    nursery: Nursery
    process: Child
    log: Path
    held: socket.socket
    """Bound to its port as long as the site is wanted, so that nobody takes it while one process follows another."""

    @contextmanager
    def later(self, span: timedelta) -> Iterator[None]:
        """The same site some time later: its process has ended, and another goes on from there at its address."""
        self.process.end(PATIENCE)
        with run_by(running_from(now() + span)):
            self.process = self.nursery.begin(*WORDS, str(urlsplit(self.url).port), log=self.log)
            _once_it_answers(self)
            yield

    def stop(self) -> str:
        """End the process by its own number; returns what it wrote."""
        self.process.end(PATIENCE)
        self.held.close()
        return self.log.read_text()


async def a_peopled_town() -> tuple[Town, dict[str, str]]:
    """The small town with a list in force and an account and a token for everybody in the cast.

    Its first events wait for the server's sealer: sealing here would keep the lease from it for a while.
    """
    town = await a_town()
    await a_list(town.county, SPOIL, *HARD)
    with shared_hashes():
        return town, {username: await _settle(town, username) for username in CAST}


async def _settle(town: Town, username: str) -> str:
    """Account and token by the commands that make them in life."""
    name, role, place = CAST[username]
    viewer = await a_viewer(role, getattr(town, place), name=name)
    post = await Post.get(pk=viewer.post_id)
    account = await accounts.open_account(TOWN_CLOCK, post, username=username, password=f"first-{PASSWORD}")
    owner = await accounts.viewer_of_account(account)
    await accounts.change_password(owner, account, current=f"first-{PASSWORD}", new=PASSWORD)
    return (await accounts.issue_token(owner, post, label="接口", days=1)).secret


def serve(nursery: Nursery, town: Town, tokens: dict[str, str], folder: Path) -> Served:
    """Start `xingcun serve` upon the database the environment names; returns when it answers."""
    log, held = folder / "served.log", _a_port_of_its_own()
    process = nursery.begin(*WORDS, str(held.getsockname()[1]), log=log)
    served = Served("", town, tokens, nursery, process, log, held)
    try:
        served.url = _once_it_answers(served)
    except BaseException:
        served.stop()
        raise
    return served


def _a_port_of_its_own() -> socket.socket:
    """Bound and never listening, so that a server that reuses addresses may listen there and nobody else is given it."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def _once_it_answers(served: Served) -> str:
    """The address it says it has taken."""
    deadline = time.monotonic() + PATIENCE
    with httpx.Client(trust_env=False, verify=NO_TLS) as client:
        while time.monotonic() < deadline and not served.process.has_ended():
            told = ADDRESS.search(served.log.read_text())
            with suppress(httpx.TransportError):
                if told and client.get(f"{told[0]}/healthz").status_code == 200:
                    return told[0]
            time.sleep(0.05)
    raise AssertionError(f"xingcun serve did not come up:\n{served.log.read_text()}")
