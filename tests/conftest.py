"""Real databases for every test: SQLite, and PostgreSQL from a wheel, each test on a fresh copy."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from argon2 import PasswordHasher
from tortoise.apps import Apps
from tortoise.queryset import QuerySet

from models.accounts import passwords
from models.base.clock import of_this_host, run_by
from models.base.database import close_database, open_database
from tests.at_once import at_once, on_threads  # noqa: F401 - fixtures
from tests.databases import (  # noqa: F401 - fixtures
    Towns,
    live_at,
    named,
    postgres,
    postgres_towns,
    postgres_version,
    run_sql,
    sqlite_template,
    sqlite_towns,
)
from tests.furnished import shelf, stands_still  # noqa: F401 - a fixture
from tests.long import is_long, turn
from tests.nursery import Nursery, a_nursery
from tests.town_clock import ON_BOTH, TRIPPING, USUAL, frozen, moment, not_yet, running_from

ANY_PACE: dict[str, Any] = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
"""How long an example takes is the machine's affair: others work on it."""
hypothesis.settings.register_profile("same", derandomize=True, **ANY_PACE)
hypothesis.settings.register_profile("free", database=None, print_blob=True, **ANY_PACE)
hypothesis.settings.load_profile("same")


@dataclass
class Used:
    """The databases and browsers this run really met, with how many tests met them."""

    databases: Counter[str] = field(default_factory=Counter)
    browsers: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)


USED = pytest.StashKey[Used]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--moment", type=moment, default=USUAL, help="when tests live that do not choose: 2026-11-30T23:59:30"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[USED] = Used()
    clock = run_by(not_yet)
    clock.__enter__()
    config.add_cleanup(lambda: clock.__exit__(None, None, None))
    config.pluginmanager.register(FromWorkers(config.stash[USED]))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What hangs on the calendar is tried wherever calendars trip."""
    if metafunc.definition.get_closest_marker("calendar_bound"):
        metafunc.parametrize("lives_at", TRIPPING.values(), ids=TRIPPING.keys(), indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    if is_long(item):
        item.add_marker("long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long walks first, so that no worker is left alone with one, then each database for itself.

    Days are counted in Python and compared as they are by both databases: PostgreSQL is swept at a few moments.
    """

    def of(item: pytest.Item) -> dict[str, Any]:
        return item.callspec.params if hasattr(item, "callspec") else {}

    spared = {one for one in items if _on_postgres(of(one)) and of(one).get("lives_at", USUAL) not in ON_BOTH}
    config.hook.pytest_deselected(items=list(spared))
    items[:] = sorted(
        (one for one in items if one not in spared),
        key=lambda one: (turn(one), _on_postgres(of(one))),
    )


def _on_postgres(params: dict[str, Any]) -> bool:
    return "postgres" in params.values()


def pytest_collection_finish() -> None:
    """What stands until the end, all the code and all the tests, is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """As a worker, hand what was met to the process that prints the summary."""
    if hasattr(session.config, "workeroutput"):
        used = session.config.stash[USED]
        told = {"databases": dict(used.databases), "browsers": dict(used.browsers)}
        session.config.workeroutput["used"] = told | {"missing": used.missing, "figures": used.figures}


class FromWorkers:
    """Adds up what each worker met."""

    def __init__(self, used: Used) -> None:
        self.used = used

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        told = getattr(node, "workeroutput", {}).get("used", {})
        self.used.databases.update(told.get("databases", {}))
        self.used.browsers.update(told.get("browsers", {}))
        self.used.missing.extend(told.get("missing", ()))
        self.used.figures.extend(told.get("figures", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end which databases and browsers the run used, and what it could not use."""
    used = config.stash[USED]
    terminalreporter.section("databases and browsers")
    for kind, met in (("databases", used.databases), ("browsers", used.browsers)):
        told = ", ".join(f"{name} ({count} tests)" for name, count in sorted(met.items()))
        terminalreporter.line(f"{kind}: {told or 'none'}")
    terminalreporter.line(f"where the time went: {_slowest_files(terminalreporter)}")
    for figure in sorted(used.figures):
        terminalreporter.line(figure)
    for what in sorted(set(used.missing)):
        terminalreporter.line(f"!!! {what}", red=True, bold=True)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says what a test measured; all of it stands at the end of the run, under the tests' names."""

    def say(measured: str) -> None:
        request.config.stash[USED].figures.append(f"{request.node.name}: {measured}")

    return say


def _slowest_files(terminalreporter: pytest.TerminalReporter) -> str:
    """The ten files that took longest, with the seconds all their tests took together."""
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            spent[getattr(report, "nodeid", "").partition("::")[0]] += getattr(report, "duration", 0)
    return ", ".join(f"{path} {seconds:.0f} s" for path, seconds in spent.most_common(10))


def _used_database(request: pytest.FixtureRequest) -> None:
    """Count this test for its database, under the name and version the database gives itself."""
    name = f"SQLite {sqlite3.sqlite_version}"
    if request.param == "postgres":
        name = f"PostgreSQL {request.getfixturevalue('postgres_version')}"
    request.config.stash[USED].databases[name] += 1


@pytest.fixture(scope="session", autouse=True)
def default_clock(request: pytest.FixtureRequest) -> Iterator[Callable[[], datetime]]:
    """When the town of this run lives, also while whatever tests share is made; gives the clock that goes on from there."""
    at: datetime = request.config.getoption("moment")
    running = running_from(at)
    with run_by(frozen(at)):
        yield running


@pytest.fixture(autouse=True)
def lives_at(request: pytest.FixtureRequest, default_clock: Callable[[], datetime]) -> Iterator[None]:
    """The clock of this test stands still at the usual instant or at another one, or goes on for several processes."""
    marked = request.node.get_closest_marker
    if marked("machine_clock"):
        clock = of_this_host
    elif marked("running"):
        clock = default_clock
    elif chosen := marked("moment"):
        clock = frozen(moment(*chosen.args))
    else:
        clock = frozen(getattr(request, "param", request.config.getoption("moment")))
    with run_by(clock):
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hashing that is worth no attacker's while costs a whole town of accounts seconds: here it costs nothing."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_nobody", cheap.hash("nobody"))
        yield


@pytest.fixture(scope="session", autouse=True)
def queries_prepared_once() -> Iterator[None]:
    """Tortoise prepares the queries of every record for each database it opens, half of what a small test costs.

    They are the same for all of one kind; tests of one kind run one after the other.
    """
    prepare, prepared = Apps._build_initial_querysets, set[object]()

    def once(apps: Apps) -> None:
        records = frozenset(record for app in apps.apps.values() for record in app.values())
        kind = (type(apps._connections.get("default")), records)
        if kind not in prepared:
            prepared.clear()
            prepare(apps)
            prepared.add(kind)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Apps, "_build_initial_querysets", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def names_that_postgres_keeps() -> Iterator[None]:
    """PostgreSQL cuts a name after 63 letters, and a column joined under a longer one is lost without a word."""
    make, found = QuerySet._make_query, set[tuple[type, frozenset[str]]]()

    def checked(rows: QuerySet[Any]) -> None:
        make(rows)
        which = (rows.model, frozenset(rows._select_related))
        if rows._select_related and which not in found:
            found.add(which)
            cut = [one.alias for one in rows.query._selects if len(getattr(one, "alias", None) or "") > 63]
            assert not cut, f"select fewer steps at once: {cut}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_make_query", checked)
        yield


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with a_nursery() as begun:
        yield begun


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", "postgres"])
def town_url(
    request: pytest.FixtureRequest, lives_at: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The address of a fresh, migrated town, empty or as it was `furnished`; the environment points to it."""
    _used_database(request)
    towns: Towns = request.getfixturevalue(f"{request.param}_towns")
    mark = request.node.get_closest_marker("furnished")
    if mark is None or mark.kwargs["by"] is None or not stands_still(request.node):
        url = towns.take()
    else:
        url = request.getfixturevalue("shelf").take(mark.kwargs["by"], towns, tmp_path)
    live_at(monkeypatch, url, tmp_path)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database nobody has migrated yet."""
    _used_database(request)
    if request.param == "sqlite":
        url = f"sqlite://{tmp_path}/town.sqlite3"
    else:
        server, name = request.getfixturevalue("postgres"), f"empty_{uuid4().hex}"
        asyncio.run(run_sql(server, f"CREATE DATABASE {name}"))
        url = named(server, name)
    live_at(monkeypatch, url, tmp_path)
    return url


@pytest.fixture
async def town(town_url: str) -> AsyncIterator[str]:
    """An open town on either database."""
    await open_database(migrate=False)
    yield town_url
    await close_database()
