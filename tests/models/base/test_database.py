import asyncio
import re
import shutil
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

import models
from models.base.database import DatabaseUnavailable, open_database
from models.base.settings import settings

START = """
import asyncio, sys
from models.base import database as of
from models.units import Unit
sys.path.append("{folder}")
whole = of.tortoise_config
def first(told):
    config = whole(told)
    config["apps"]["models"]["migrations"] = "first_migrations"
    return config
of.tortoise_config = first
async def main():
    async with of.database():
        print("units", await Unit.all().count())
asyncio.run(main())
"""
FIRST = ("__init__", "0001_initial", "0002_guards")
"""Most of the tables, and what guards them: whoever comes second must wait for either. The rest is many times this."""


def test_four_rival_starters_all_succeed(empty_url, nursery, tmp_path):
    start = START.format(folder=_with_the_first_migrations(tmp_path))
    rivals = [
        nursery.begin("-c", start, log=tmp_path / f"{n}", errors=tmp_path / f"{n}.wrong") for n in range(4)
    ]
    for one in rivals:
        done = one.ended(300)
        assert (done.returncode, done.stdout) == (0, "units 0\n"), done.stderr
    assert nursery.run("-c", start, folder=tmp_path, patience=300).returncode == 0, "and once more"


def _with_the_first_migrations(folder: Path) -> Path:
    package = folder / "first_migrations"
    package.mkdir()
    for name in FIRST:
        shutil.copy(Path("models/migrations", f"{name}.py"), package)
    return folder


@pytest.mark.anyio
@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
async def test_nothing_is_left_to_migrate(town):
    """The records as declared are the records as migrated."""
    detector = MigrationAutodetector(
        Tortoise.apps,
        {
            "models": {
                "models": models.CONCEPTS,
                "migrations": "models.migrations",
                "default_connection": "default",
            }
        },
    )
    assert [write.operations for write in await detector.changes()] == []


@pytest.mark.parametrize("url", ["postgres://u:p@127.0.0.1:1/x", "sqlite:///proc/nowhere/x.sqlite3"])
def test_a_database_that_cannot_be_opened_says_so_in_one_sentence(url, tmp_path, monkeypatch):
    monkeypatch.setenv("XINGCUN_DATABASE", url)
    monkeypatch.setenv("XINGCUN_DATA", str(tmp_path))
    settings.cache_clear()
    with pytest.raises(DatabaseUnavailable, match="数据库打不开"):
        asyncio.run(open_database())


@pytest.mark.anyio
async def test_another_task_than_the_one_that_opened_it_can_use_the_database(town):
    async def ask() -> object:
        return await Tortoise.get_connection("default").execute_query("SELECT 1")

    assert await asyncio.create_task(ask())


@pytest.mark.anyio
@pytest.mark.parametrize("town_url", ["postgres"], indirect=True)
async def test_a_connection_goes_back_to_the_others_without_another_word(town):
    await Tortoise.get_connection("default").execute_query("SELECT 41 + 1")
    watching = await asyncpg.connect(town)
    last = await watching.fetch("SELECT query FROM pg_stat_activity WHERE application_name = 'xingcun'")
    await watching.close()
    assert [row["query"] for row in last] == ["SELECT 41 + 1"]


SESSION = re.compile(
    r"[\"'](SET (?!LOCAL)|LISTEN |CREATE TEMP|DECLARE |PREPARE )|set_config\(|add_listener|pg_advisory_lock"
)
ALONE = {"models/base/database.py"}
"""Takes the lock of migrations on a connection of its own, and closes it."""


def test_nothing_is_set_for_a_session_that_the_next_to_use_it_would_find():
    telling = {
        str(file)
        for floor in ("models", "schema", "views")
        for file in Path(floor).rglob("*.py")
        if SESSION.search(file.read_text("utf-8"))
    }
    assert telling == ALONE


def test_migrations_stand_in_one_line_each_upon_the_one_before() -> None:
    files = sorted(path.stem for path in Path("models/migrations").glob("[0-9]*.py"))
    assert [name[:4] for name in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    for before, name in pairwise(files):
        named = import_module(f"models.migrations.{name}").Migration.dependencies
        assert named == [("models", before)], name
