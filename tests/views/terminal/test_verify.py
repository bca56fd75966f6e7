"""xingcun verify and head, as operators meet them: heads kept elsewhere, and files that are damaged."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from models.base.database import database
from models.base.sealer import seal_all
from models.base.settings import settings
from tests.builders import a_town, a_viewer
from tests.databases import live_at
from tests.models.base.test_commands import call_it
from views.terminal import cli

PAGE = 4096


class Told(NamedTuple):
    """What a command said, and how it ended: the number, or the sentence."""

    out: str
    end: object


@pytest.fixture(scope="module")
def sealed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with two sealed events in it."""
    file = tmp_path_factory.mktemp("sealed") / "xingcun.sqlite3"
    shutil.copy(sqlite_template, file)
    with pytest.MonkeyPatch.context() as patch:
        live_at(patch, f"sqlite://{file}", file.parent)
        asyncio.run(_two_events())
    return file


async def _two_events() -> None:
    async with database(migrate=False):
        place = await a_town()
        for name in ("甲", "乙"):
            await call_it(await a_viewer("coordinator", place.township), place.township, name=name)
        await seal_all()


@pytest.fixture
def run(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Told]]:
    """A command of the terminal upon a copy of that file, in this process: eight interpreters would take their time."""
    shutil.copy(sealed, tmp_path / "xingcun.sqlite3")
    live_at(monkeypatch, f"sqlite://{tmp_path}/xingcun.sqlite3", tmp_path)

    def run(*words: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["xingcun", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Told(capsys.readouterr().out, ended.value.code)

    yield run
    settings.cache_clear()


def test_a_head_that_was_written_down_is_held_against_the_trail(
    run: Callable[..., Told], tmp_path: Path
) -> None:
    head, days = run("head").out.strip(), run("head", "--days").out
    seq, _, digest = head.partition(":")
    assert (seq, len(digest)) == ("2", 64) and head in days
    kept = tmp_path / "kept.txt"
    kept.write_text(f"# 抄自首页\n\n{days}{head}\n", "utf-8")
    good = run("verify", "--heads", str(kept), "--head", head)
    assert good.end == 0 and "与您保管的 3 个封签相符" in good.out and f"封签：{head}" in good.out
    other = run("verify", "--head", f"1:{'0' * 64}", "--head", f"7:{'0' * 64}")
    assert other.end == 1
    assert all(said in other.out for said in ("被整个改写过", "换回了旧备份", "发现 2 处问题"))


def test_without_a_head_it_is_said_in_one_line_what_would_not_be_found_and_how_to_keep_heads(
    run: Callable[..., Told],
) -> None:
    line = [one for one in run("verify").out.splitlines() if "查不出来" in one]
    assert len(line) == 1 and all(word in line[0] for word in ("改写", "旧备份", "xingcun head", "--heads"))
    assert "查不出来" not in run("verify", "--head", run("head").out.strip()).out


def test_heads_that_are_none_are_told_in_one_sentence(run: Callable[..., Told], tmp_path: Path) -> None:
    assert "不是封签" in str(run("verify", "--head", "12").end)
    assert "读不了" in str(run("verify", "--heads", str(tmp_path / "nowhere")).end)
    bad = tmp_path / "bad.txt"
    bad.write_text("好的\n", "utf-8")
    assert "第 1 行" in str(run("verify", "--heads", str(bad)).end)


def _pages(file: Path, table: str) -> list[int]:
    with sqlite3.connect(file) as connection:
        return [
            row[0]
            for row in connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE tbl_name = ? AND rootpage > 0", (table,)
            )
        ]


def _cut(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2 + 100)


def _overwritten(file: Path) -> None:
    pages = _pages(file, "event")
    with file.open("r+b") as opened:
        for page in pages:
            opened.seek((page - 1) * PAGE)
            opened.write(b"\xa5" * PAGE)


def _no_database(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(b"x" * 100)


def _index_lost(file: Path) -> None:
    """What only the database's own check finds: an index that leads to nothing."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'unit') "
            "WHERE type = 'index' AND tbl_name = 'bid' AND sql IS NOT NULL"
        )


@pytest.mark.parametrize("damage", [_cut, _overwritten, _no_database, _index_lost])
def test_a_damaged_file_ends_in_one_sentence(
    run: Callable[..., Told], tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(tmp_path / "xingcun.sqlite3")
    told = str(run("verify").end)
    assert told.startswith("错误：数据库") and "\n" not in told


def test_the_trail_is_written_to_a_file_for_whoever_checks_it_elsewhere(
    run: Callable[..., Told], tmp_path: Path
) -> None:
    said = run("verify", "--export", str(tmp_path / "trail.jsonl"))
    assert said.end == 0 and "独立核对" in said.out
    assert (tmp_path / "trail.jsonl").read_text("utf-8").count('"hash"') == 2
    said = run("verify", "--export", str(tmp_path / "nowhere" / "trail.jsonl"))
    assert "不存在" in str(said.end)
