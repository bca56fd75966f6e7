"""Days and moments as they enter: by the town's clock, within the calendar, and no farther than a detail can mean."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import models
from models.base.clock import TOWN_ZONE, clock_at, end_of, is_end_of_day, town_day
from models.base.commands import Command
from models.base.days import (
    FIRST,
    LAST,
    Reach,
    day_of,
    day_written,
    moment_of,
    moment_written,
    must_be_within_reach,
    reach_of,
    settled,
)
from models.base.optional_details import kind_of
from models.base.refusals import Invalid
from models.base.viewer import ANONYMOUS
from models.units import Unit

ROOT = Path(models.__file__).parent.parent


def _commands() -> dict[str, Command[Any, Any, Any]]:
    """Every command of the product, by its name."""
    found = {}
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if ".migrations" not in module.name:
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, Command):
                    found[one.name] = one
    return found


COMMANDS = _commands()
DATED = {
    f"{name}({detail})": (command, detail)
    for name, command in COMMANDS.items()
    for detail, hint in command.details.items()
    if (kind_of(hint).item if kind_of(hint).is_many else kind_of(hint).type) in (date, datetime)
}
"""Every detail of any command that is a day or a moment, or several."""


def _as_given(where: str, day: date) -> Any:
    command, detail = DATED[where]
    kind = kind_of(command.details[detail])
    is_moment = datetime in (kind.type, kind.item)
    one = datetime(day.year, day.month, day.day, 12, tzinfo=TOWN_ZONE) if is_moment else day
    return [one] if kind.is_many else one


def test_there_are_as_many_as_one_thinks() -> None:
    assert len(COMMANDS) >= 147 and len(DATED) >= 38


@pytest.mark.parametrize("where", DATED)
def test_every_day_of_a_command_says_how_far_it_may_lie(where: str) -> None:
    command, detail = DATED[where]
    assert isinstance(reach_of(command.details[detail]), Reach), "say Planned, Foreseen, Happened or Reckoned"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "day", [date(1, 1, 1), date(1989, 12, 31), date(2101, 1, 1), date(9999, 12, 31)], ids=str
)
async def test_no_command_takes_a_day_that_no_calendar_holds(day: date) -> None:
    """Asked before anything else is: nobody needs to be known, and nothing is looked up."""
    for where, (command, detail) in DATED.items():
        with pytest.raises(Invalid, match="1990 年到 2100 年") as no:
            await command.once("key", ANONYMOUS, Unit(), **{detail: _as_given(where, day)})
        assert no.value.field == detail, where


@pytest.mark.parametrize("where", DATED)
def test_no_command_takes_a_day_beyond_its_reach(where: str) -> None:
    command, detail = DATED[where]
    reach = reach_of(command.details[detail])
    assert reach is not None
    first, last = reach.days()
    for day in (first, last):
        must_be_within_reach({detail: _as_given(where, day)}, command.details)
    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(Invalid) as no:
            must_be_within_reach({detail: _as_given(where, day)}, command.details)
        assert no.value.field == detail


def test_a_moment_without_an_offset_is_by_the_towns_clock() -> None:
    six = datetime(2026, 12, 20, 10, tzinfo=UTC)
    for said in (
        "2026-12-20T18:00:00",
        "2026-12-20 18:00",
        "2026-12-20T10:00:00Z",
        "2026-12-20T18:00:00+08:00",
        "2026-12-20T05:00:00-05:00",
    ):
        assert moment_of(said) == six, said
    assert settled({"at": datetime(2026, 12, 20, 18), "n": 1})["at"] == six
    assert settled({"at": datetime(2026, 12, 20, 18, tzinfo=TOWN_ZONE)})["at"].tzinfo is UTC
    for said in (
        "2026年12月20日18：00",
        "2026/12/20 18:00",
        "２０２６-12-20 18:00:00.0",
        "2026-12-20T10:00+0000",
    ):
        assert moment_of(said) == six, said
    assert moment_of("2026-12-19 24:00") == moment_of("2026-12-20 0:00")
    for wrong in ("2026-12-20", "18:00", "", "2026-02-30T10:00", "2026-12-20 24:01", "2026-12-20 18:00 北京"):
        with pytest.raises(Invalid):
            moment_of(wrong)


def test_a_day_is_read_as_people_write_it_and_all_of_it() -> None:
    for said in (
        "2026-1-3",
        "2026/1/3",
        "2026.01.03",
        "2026年1月3日",
        "2026 年 1 月 3 号",
        "20260103",
        "２０２６/１/３",
    ):
        assert day_of(said) == day_written(said) == date(2026, 1, 3), said
    for wrong in (
        "2026-01-310",
        "2026-W05-6",
        "46053",
        "26-1-3",
        "2026-1/3",
        "2026-02-30",
        "1月3日",
        "",
        "2026-1-3 周六",
    ):
        with pytest.raises(Invalid):
            day_of(wrong)


def test_no_moment_at_the_edge_of_the_calendar_breaks_a_reader() -> None:
    for edge in ("9999-12-31T23:59:59Z", "0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31 24:00"):
        with pytest.raises(Invalid):
            moment_of(edge)
    assert moment_written("9999-12-31T23:59:59Z").year == 9999 and day_written("0001-01-01").year == 1


def test_a_day_means_its_end_in_town() -> None:
    for day in (FIRST, date(2026, 2, 28), date(2028, 2, 29), LAST):
        assert town_day(end_of(day)) == day and is_end_of_day(end_of(day))
        assert end_of(day) - end_of(day - timedelta(days=1)) == timedelta(days=1)
    assert end_of(date(2026, 3, 5)) == datetime(2026, 3, 5, 15, 59, 59, 999_999, tzinfo=UTC)
    assert not is_end_of_day(datetime(2026, 3, 5, 12, tzinfo=UTC))


def test_reach_goes_with_the_towns_day() -> None:
    with clock_at(datetime(2026, 3, 5, 16, 30, tzinfo=UTC)):
        assert Reach(0, 1).days() == (date(2026, 3, 6), date(2026, 3, 7))
        assert Reach(None, None).days() == (FIRST, LAST)
    with pytest.raises(ValueError, match="1990 年到 2100 年"):
        day_of("2101-01-01")


def _days_made_of_moments() -> list[str]:
    """Places in the product that cut the day off a moment themselves, in whatever zone it happens to be."""
    found = []
    for path in sorted((ROOT / "models").rglob("*.py")):
        if path.parent.name in ("demo", "migrations") or path.name == "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) and not node.args else None
            if isinstance(called, ast.Attribute) and called.attr == "date":
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def test_only_the_clock_says_which_day_a_moment_falls_on() -> None:
    assert _days_made_of_moments() == []


WRITTEN_HERE = {
    "models/workdays.py": "calendars it keeps",
    "models/recount/burden.py": "the trail",
    "models/recount/dispatches.py": "the trail",
    "models/matters/basis.py": "what a database without days says of its own columns",
    "models/points/credit_rules.py": "the trail",
    "models/base/facts.py": "the trail",
    "models/screening/replay.py": "the trail",
    "models/base/versions.py": "the trail",
    "models/complaints/statistics.py": "months it has matched by a pattern",
    "schema/base/readers.py": "its own columns",
    "schema/tasks/values.py": "its own columns",
    "models/accounts/recognition.py": "its own columns",
}
"""Who reads days and moments that the product itself has written, or that are asked elsewhere."""


def test_what_people_type_is_read_in_one_place() -> None:
    """An import, a page's address, the terminal: all read days by `day_of` and moments by `moment_of`."""
    readers = {
        str(path.relative_to(ROOT))
        for door in ("models", "views", "schema")
        for path in sorted((ROOT / door).rglob("*.py"))
        if path.parent.name not in ("demo", "migrations") and path.name != "days.py"
        if "fromisoformat" in path.read_text("utf-8") or "strptime" in path.read_text("utf-8")
    }
    assert readers == set(WRITTEN_HERE)


@pytest.mark.parametrize("typed", ["2026-03-05t12:00z", "2026-03-05 20:00 +08", "2026-03-05T20:00+0800"])
def test_an_offset_is_read_however_it_is_written(typed: str) -> None:
    assert moment_written(typed) == moment_written("2026-03-05 20:00")
