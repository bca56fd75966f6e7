"""What a column is called is said once, at the column: whoever shows, compares or lists it reads it there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tortoise import Tortoise

from models.base.labels import ALIKE, label_of, told_of
from models.base.records import Record
from models.files.uploads import Upload
from models.people import Person
from models.requests import WorkRequest
from models.tasks import EmergencyResponse, Task, TaskSource, TaskVersion
from models.workdays import WorkCalendar
from tests.sources import ROOT

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)]
"""Records say the same on either database."""
DOORS = [path for layer in ("models", "schema", "views") for path in sorted((ROOT / layer).rglob("*.py"))]
HOME = ROOT / "models/base/labels.py"


def records() -> Iterator[type[Record]]:
    for one in Tortoise.apps["models"].values() if Tortoise.apps else ():
        if issubclass(one, Record):
            yield one


async def test_every_column_child_and_figure_is_called_something(town: str) -> None:
    silent = [
        f"{record.__name__}.{part}"
        for record in records()
        for part in [*record._meta.fields_db_projection, *record.made_of, *record.works_out]
        if not label_of(record, part)
    ]
    assert silent == [], 'say it at the column (`column("…", …)`, `link(…, said="…")`) or in `parts_called`'


async def test_what_is_said_for_many_is_meant_by_many_and_no_column_repeats_it(town: str) -> None:
    meant: Counter[str] = Counter()
    for record in records():
        for column in record._meta.fields_db_projection:
            own = getattr(record._meta.fields_map[column], "said", "") or getattr(
                record._meta.fields_map.get(column.removesuffix("_id")), "said", ""
            )
            assert own != ALIKE.get(column, None), f"{record.__name__}.{column} need not say it again"
            meant[column] += not own
    assert [name for name in ALIKE if meant[name] < 3] == ["sought"][: meant["sought"] < 3]


async def test_what_follows_is_a_column_and_what_is_called_is_a_part(town: str) -> None:
    for record in records():
        assert record.follows <= set(record._meta.fields_db_projection), record.__name__
        parts = {*record.made_of, *record.works_out, *record._meta.fetch_fields}
        assert set(record.parts_called) <= parts, record.__name__


async def test_who_is_told_of_a_change_hears_each_thing_by_the_name_it_has_there(town: str) -> None:
    told = told_of(WorkRequest)
    assert told["title"] == "工作名称" and told_of(Task)["title"] == "名称" and told["contact"]
    assert not {"id", "round", "amended_at", "notice_days", "sought"} & set(told)
    assert label_of(Person, "name") == "姓名" and label_of(WorkRequest, "department_id") == "部门"


def repeated(source: str, called: dict[str, set[str]]) -> list[str]:
    """Dictionaries that say of two columns and more what these say themselves."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            pairs = [
                (key.value, word.value)
                for key, word in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(word, ast.Constant)
            ]
            again = [name for name, word in pairs if word in called.get(str(name), ())]
            found += again if len(again) > 1 else []
    return found


def calls() -> dict[str, set[str]]:
    called: dict[str, set[str]] = {}
    for record in records():
        for column in record._meta.fields_db_projection:
            called.setdefault(column, set()).add(label_of(record, column))
    return called


async def test_no_dictionary_of_labels_repeats_what_columns_say_themselves(town: str) -> None:
    called = calls()
    where: dict[Path, list[str]] = {
        path: again
        for path in DOORS
        if path != HOME and "migrations" not in path.parts
        for again in [repeated(path.read_text("utf-8"), called)]
        if again
    }
    assert where == {}


async def test_the_check_of_dictionaries_can_fail(town: str) -> None:
    source = 'CALLED = {"title": "工作名称", "document_number": "文号"}\nOTHER = {"title": "工作名称", "x": "文号"}'
    assert repeated(source, calls()) == ["title", "document_number"]


async def test_a_column_whose_name_means_other_things_elsewhere_is_called_as_its_pages_call_it(
    town: str,
) -> None:
    called = {
        (Upload, "named"): "是否已经用上",
        (TaskSource, "stands_for"): "生效的下派申请",
        (EmergencyResponse, "level"): "响应级别",
        (TaskVersion, "number"): "第几版",
        (WorkCalendar, "number"): "第几版",
        (WorkRequest, "deadline"): "希望何时办完",
    }
    assert {where: label_of(*where) for where in called} == called
