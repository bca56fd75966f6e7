"""Tests own their clock: no day and no hour of this machine can make one fail, and none asks before it has begun."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest

from models.base.clock import is_set, now, of_this_host, today
from tests.sources import ROOT, WRITTEN
from tests.town_clock import TRIPPING, USUAL, AskedTooEarly, moment, not_yet, python

FILES = [*WRITTEN, *sorted((ROOT / "tests").rglob("*.py"))]
MACHINES = re.compile(
    r"(datetime|date)\.(now|utcnow|today)$|(time\.)(time|time_ns|localtime|gmtime|ctime|strftime)$"
)
IN_SQL = re.compile(r"\bnow\(\)|\bcurrent_(date|time|timestamp)\b|clock_timestamp|'now'", re.IGNORECASE)
REAL = {
    "models/base/clock.py": "where every other file asks",
    "models/base/database_clock.py": "late is late by the database's clock, which several servers share",
    "tests/town_clock.py": "how far tests are from it",
    "tests/conftest.py": "for the marker machine_clock",
    "tests/test_town_clock.py": "to be held against",
    "models/base/sealer.py": "leases last a span of real time",
    "models/base/ticking.py": "leases last a span of real time",
    "tests/models/base/test_sealer.py": "leases last a span of real time",
    "tests/models/base/test_ticking.py": "leases last a span of real time",
    "tests/models/bidding/test_database_clock.py": "the database's clock, played early and late",
    "tests/outages/test_disk_full.py": "rows that only fill a disk",
    "tests/models/test_channels.py": "a certificate that OpenSSL finds valid",
}
"""Who may ask this machine what time it is, and why."""


def asked(source: str) -> list[str]:
    """Where a file asks the machine or its database what time it is; spans (`time.monotonic`) are no moments."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and MACHINES.search(ast.unparse(node)):
            found.append(ast.unparse(node))
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [one.name for one in node.names if MACHINES.search(f"time.{one.name}")]
        if isinstance(node, ast.alias | ast.FunctionDef) and node.name == "of_this_host":
            found.append(node.name)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and IN_SQL.search(node.value):
            found += [node.value] if re.search(r"SELECT|WHERE|VALUES|SET", node.value) else []
    return found


def test_nobody_else_asks_this_machine_what_time_it_is() -> None:
    found = {str(path.relative_to(ROOT)): asked(path.read_text("utf-8")) for path in FILES}
    assert {path: asks for path, asks in found.items() if asks and path not in REAL} == {}
    assert [path for path in REAL if not found[path]] == []


def test_the_check_of_clocks_can_fail() -> None:
    assert asked("at = datetime.now(UTC)") == ["datetime.now"]
    assert asked("day = datetime.date.today()") == ["datetime.date.today"]
    assert asked("from time import time, monotonic") == ["time"]
    assert asked("from models.base.clock import of_this_host") == ["of_this_host"]
    assert asked("rows = await run('SELECT now() AS at')") == ["SELECT now() AS at"]
    assert asked("began = time.monotonic(); at = now()") == []


def asked_at_import(source: str) -> Iterator[str]:
    """Calls of the town's clock that run while a file is read: in its body, its classes, defaults, decorators."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and re.search(
            r"(^|\bclock\.)(now|today|begun_at)$", ast.unparse(node.func)
        ):
            yield ast.unparse(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def test_no_day_is_fixed_while_a_file_is_read() -> None:
    found = {str(path.relative_to(ROOT)): list(asked_at_import(path.read_text("utf-8"))) for path in FILES}
    assert {path: asks for path, asks in found.items() if asks} == {}


def test_the_check_of_imports_can_fail() -> None:
    assert list(asked_at_import("PERIOD = Period(today() - DAY)")) == ["today()"]
    assert list(asked_at_import("def due(on=clock.today()): ...")) == ["clock.today()"]
    assert list(asked_at_import("def due():\n    return today()\nlater = lambda: now()")) == []


def test_while_tests_are_collected_the_clock_says_nothing() -> None:
    with pytest.raises(AskedTooEarly):
        not_yet()


def test_a_test_lives_at_the_usual_moment(request: pytest.FixtureRequest) -> None:
    assert now() == request.config.getoption("moment") and is_set()
    assert abs(of_this_host() - now()) > timedelta(0)


@pytest.mark.moment("2026-11-30T23:59:30")
def test_a_test_may_choose_its_moment() -> None:
    assert str(today()) == "2026-11-30" and now().isoformat() == "2026-11-30T15:59:30+00:00"


@pytest.mark.running
def test_a_running_clock_goes_on_from_there(request: pytest.FixtureRequest) -> None:
    began = now()
    assert timedelta(0) <= began - request.config.getoption("moment") < timedelta(hours=2)
    assert now() > began


@pytest.mark.machine_clock
def test_this_machines_clock_can_be_what_is_tested() -> None:
    assert not is_set() and abs(now() - of_this_host()) < timedelta(minutes=1)


@pytest.mark.calendar_bound
def test_what_hangs_on_the_calendar_is_tried_wherever_calendars_trip() -> None:
    assert now() in TRIPPING.values()


def test_calendars_trip_at_fourteen_moments_and_more() -> None:
    assert len(set(TRIPPING.values())) == len(TRIPPING) >= 14 and USUAL in TRIPPING.values()
    assert moment("2026-05-14T00:01:00+00:00") == TRIPPING["a minute after midnight in UTC"]


def test_a_process_of_its_own_lives_at_the_moment_of_its_test() -> None:
    asks = "from models.base.clock import now, is_set; print(is_set(), now().isoformat())"
    told = subprocess.run(python("-c", asks), capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "True"
    assert timedelta(0) <= moment(told[1]) - now() < timedelta(minutes=5)
