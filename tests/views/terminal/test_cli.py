"""The terminal as operators meet it: each command in a process of its own, each mistake one sentence."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from models.base.clock import now, run_by, today
from tests.clients.asking import Client, ask_everything, names
from tests.e2e.served import NO_TLS
from tests.nursery import Nursery
from tests.town_clock import python, running_from

pytestmark = pytest.mark.running
INSTALLED = Path(sys.executable).with_name("xingcun")
PATIENCE = 300
"""Seconds until a command that says nothing is given up: it shares its machine with whatever else runs."""
UNITS = "code,name,level,parent_code\n3306,绍兴市,city,\n330624,新昌县,county,3306\n330624005,澄潭街道,township,330624\n330624005201,梅渚村,village,330624005\n"


class Run(Protocol):
    """Runs `xingcun` with these words upon a folder; whatever else the environment says is given by name."""

    def __call__(self, folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="module")
def run(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Run:
    written = tmp_path_factory.mktemp("written")

    def ran(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return nursery.run(
            *words, folder=written, environment=environment(folder, **settings), patience=PATIENCE
        )

    return ran


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINGCUN_")}
    return kept | {"XINGCUN_DATA": str(folder), "PYTHONUTF8": "1"} | settings


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of an operator's mistake; a traceback or success fails."""
    assert done.returncode not in (0, None), done
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1 and "Traceback" not in done.stderr, done.stderr
    assert any("\u4e00" <= sign <= "\u9fff" for sign in lines[0])
    return lines[0]


def migrated(folder: Path, template: Path) -> Path:
    """The folder, in which the tables stand already."""
    shutil.copy(template, folder / "xingcun.sqlite3")
    return folder


@pytest.fixture(scope="module")
def demo(run: Run, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with units and one account, much quicker than the whole demo."""
    folder = migrated(tmp_path_factory.mktemp("town"), sqlite_template)
    (folder / "units.csv").write_text(UNITS, "utf-8")
    assert run(folder, "import", "units", str(folder / "units.csv")).returncode == 0
    yield folder


def test_what_is_installed_says_what_it_can_do(tmp_path: Path) -> None:
    told = subprocess.run([INSTALLED, "--help"], env=environment(tmp_path), capture_output=True, text=True)
    assert told.returncode == 0 and "serve" in told.stdout


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("XINGCUN_DATABASE", "mysql://nowhere/x", "XINGCUN_DATABASE"),
        ("XINGCUN_DATABASE", "postgres://u:p@127.0.0.1:1/nothing", "数据库"),
        ("XINGCUN_LOG_LEVEL", "shouting", "XINGCUN_LOG_LEVEL"),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(
    run: Run, tmp_path: Path, name: str, value: str, said: str
) -> None:
    assert said in one_sentence(run(tmp_path, "migrate", **{name: value}))


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", "utf-8")
    assert str(tmp_path / "file") in one_sentence(run(tmp_path / "file", "migrate"))
    assert "/proc/nothing" in one_sentence(run(Path("/proc/nothing"), "migrate"))


def test_a_port_in_use_is_told_in_one_sentence(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "端口已被占用" in one_sentence(run(tmp_path, "serve", "--port", port))


def test_importing_tries_without_writing_and_repeats_without_changing(
    run: Run, sqlite_template: Path, tmp_path: Path
) -> None:
    migrated(tmp_path, sqlite_template)
    table = tmp_path / "units.csv"
    table.write_text(UNITS, "utf-8")
    tried = run(tmp_path, "import", "units", str(table), "--dry-run")
    assert tried.stdout.startswith("试运行，没有写入。\n新增 4")
    assert run(tmp_path, "import", "units", str(table)).stdout.startswith("新增 4，更改 0，不变 0")
    assert run(tmp_path, "import", "units", str(table)).stdout.startswith("新增 0，更改 0，不变 4")
    table.write_text(UNITS + "330624005202,,village,330624005\n9,无家村,village,77\n", "utf-8")
    refused = run(tmp_path, "import", "units", str(table))
    assert refused.returncode != 0 and "Traceback" not in refused.stderr
    assert "6" in refused.stderr and "7" in refused.stderr, "each wrong row is named"
    assert run(tmp_path, "import", "units", str(tmp_path / "missing.csv")).returncode != 0


def test_a_trial_of_matters_makes_no_list(run: Run, demo: Path) -> None:
    table = demo / "matters.csv"
    table.write_text("code,title,category,legal_basis\nXZ-01,防汛巡查,assist,《防汛条例》第五条\n", "utf-8")
    assert run(demo, "import", "matters", str(table), "--dry-run").stdout.endswith(
        "新增 1，更改 0，不变 0。\n"
    )
    assert lists_in(demo) == 0
    assert run(demo, "import", "matters", str(table)).stdout.startswith("新增 1")
    assert lists_in(demo) == 1


def lists_in(folder: Path) -> int:
    with sqlite3.connect(folder / "xingcun.sqlite3") as connection:
        return int(connection.execute("SELECT count(*) FROM matter_list").fetchone()[0])


def test_accounts_are_listed_for_a_demo_only(run: Run, demo: Path) -> None:
    assert "不是演示数据库" in one_sentence(run(demo, "accounts", "--json"))
    assert "载入空数据库" in one_sentence(run(demo, "demo"))


def test_an_unknown_account_gets_no_token(run: Run, demo: Path) -> None:
    assert "没有找到账号" in one_sentence(run(demo, "token", "--account", "nobody", "--days", "1"))


def test_verifying_finds_and_places_what_was_changed_behind_the_triggers(run: Run, demo: Path) -> None:
    clean = run(demo, "verify")
    assert clean.returncode == 0 and "完整" in clean.stdout
    with sqlite3.connect(demo / "xingcun.sqlite3") as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='event'")
        for (name,) in names.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE event SET details = '{}' WHERE seq = 1")
    found = run(demo, "verify")
    assert found.returncode == 1 and "1" in found.stdout.splitlines()[0]
    cut = subprocess.run(  # noqa: S602
        f"{shlex.join(python('verify'))} | head -1",
        shell=True,
        env=environment(demo),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in cut.stderr


def test_a_clock_behind_is_told_in_one_sentence_and_stepped_over(run: Run, demo: Path) -> None:
    (demo / "renamed.csv").write_text(UNITS.replace("梅渚村", "梅渚新村"), "utf-8")
    bringing = ("import", "units", str(demo / "renamed.csv"))
    with run_by(running_from(now() - timedelta(days=400))):
        assert "xingcun clock" in one_sentence(run(demo, *bringing))
        stepped = run(demo, "clock")
        assert stepped.returncode == 0 and "已越过" in stepped.stdout, stepped.stderr
        assert "更改 1" in run(demo, *bringing).stdout


def test_the_clock_is_run_by_hand(run: Run, demo: Path) -> None:
    assert run(demo, "tick").returncode == 0


def test_the_served_site_says_where_it_is_and_that_it_is_well_and_stops_when_told(
    sqlite_template: Path, tmp_path: Path
) -> None:
    serving = serve(migrated(tmp_path, sqlite_template))
    try:
        assert well(address_of(serving)) == 200
    finally:
        serving.send_signal(signal.SIGTERM)
        _, told = serving.communicate(timeout=PATIENCE)
    assert serving.returncode in (0, -signal.SIGTERM) and "Traceback" not in told


def serve(folder: Path, *words: str) -> subprocess.Popen[str]:
    """On whichever port is free: one that was looked up before might be taken by then."""
    return subprocess.Popen(
        python("serve", "--port", "0", *words),
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def address_of(serving: subprocess.Popen[str]) -> str:
    """What the server prints once its database is ready."""
    assert serving.stdout is not None
    told = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in serving.stdout)
    return next(found[0] for found in told if found)


def well(address: str) -> int:
    with httpx.Client(timeout=PATIENCE, trust_env=False, verify=NO_TLS) as client:
        for _ in range(10 * PATIENCE):
            try:
                return client.get(f"{address}/healthz").status_code
            except httpx.TransportError:
                time.sleep(0.1)
    raise AssertionError("the site never answered")


def _clients_are_answered(run: Run, folder: Path, address: str) -> None:
    def client_of(account: str) -> Client:
        return Client(address, run(folder, "token", "--account", account, "--days", "1").stdout.strip())

    assert ask_everything(client_of, today()) == set(names())


@pytest.mark.parametrize("size", ["S", pytest.param("M", marks=pytest.mark.nightly)])
def test_the_whole_demo_lists_its_accounts_and_gives_tokens_that_work(
    run: Run, tmp_path: Path, size: str
) -> None:
    serving = serve(tmp_path, "--demo", size)
    try:
        address = address_of(serving)
        assert well(address) == 200
        listed = json.loads(run(tmp_path, "accounts", "--json").stdout)
        assert {"username", "password", "role", "unit"} <= set(listed[0])
        token = run(tmp_path, "token", "--account", listed[-1]["username"], "--days", "1").stdout.strip()
        asked = httpx.post(
            f"{address}/graphql",
            json={"query": "{ viewer { name } }"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
            trust_env=False,
        )
        assert asked.json()["data"]["viewer"]["name"] == listed[-1]["name"]
        _clients_are_answered(run, tmp_path, address)
        assert run(tmp_path, "verify").returncode == 0
    finally:
        serving.terminate()
        serving.communicate(timeout=PATIENCE)
