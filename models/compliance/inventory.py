"""Every table and column, as the records declare them, with their meaning in words where it is known."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

from tortoise import Tortoise

from models.base.commands import Command
from models.base.labels import ALIKE, label_of
from models.base.records import Record

CONCEPTS = {
    "base": "办理经过和系统",
    "units": "单位",
    "people": "人员",
    "policies": "规则数值",
    "workdays": "工作日历",
    "accounts": "账号",
    "matters": "事项清单",
    "registry": "数据底册",
    "files": "附件",
    "requests": "下派申请",
    "intake": "下派申请的修改",
    "screening": "过筛",
    "tasks": "任务",
    "concerns": "民情",
    "complaints": "减负投诉建议",
    "burden": "负担",
    "bidding": "揭榜",
    "meetings": "议事",
    "notices": "公示",
    "surveys": "群众评价",
    "schemes": "评价办法和周期",
    "points": "工分和表扬",
    "evaluation": "评价",
    "rankings": "榜",
    "inbox": "消息",
    "reminders": "提醒",
}
READ_BY = "本辖区有任职的人，按职务"
NOT_SAID = "（见代号）"


@dataclass(frozen=True)
class Column:
    """One column: what it means, and what is done about its value."""

    name: str
    meaning: str
    personal: bool
    """Kept apart in the trail, from where it can be erased under a rule of law."""
    secret: bool
    """Never written to the trail."""

    @property
    def handled(self) -> str:
        if self.secret:
            return "不写入办理经过"
        return "在办理经过里单独存放，可依法删除" if self.personal else ""

    @property
    def is_digest(self) -> bool:
        """Nobody reads what cannot be turned back."""
        return self.secret and self.name.endswith("_hash")


@dataclass(frozen=True)
class Held:
    """One table with its columns."""

    concept: str
    name: str
    meaning: str
    read_by: str
    columns: tuple[Column, ...]

    @property
    def personal(self) -> list[Column]:
        return [one for one in self.columns if one.personal]

    @property
    def secret(self) -> list[Column]:
        return [one for one in self.columns if one.secret]


@cache
def held() -> dict[str, list[Held]]:
    """The tables of each concept, in the order of the words of the town; it never changes while serving."""
    found: dict[str, list[Held]] = {}
    for record in sorted(_records(), key=lambda one: _place(_concept(one))):
        found.setdefault(_called(_concept(record)), []).append(_held(record))
    return found


def _records() -> Iterator[type[Record]]:
    for record in Tortoise.apps["models"].values() if Tortoise.apps else ():
        if issubclass(record, Record):
            yield record


def _concept(one: type[Record] | Callable[..., Any]) -> str:
    return one.__module__.split(".")[1]


def _called(concept: str) -> str:
    return CONCEPTS.get(concept, concept)


def _place(concept: str) -> int:
    return list(CONCEPTS).index(concept) if concept in CONCEPTS else len(CONCEPTS)


def _held(record: type[Record]) -> Held:
    name = str(record._meta.db_table)
    meaning, read_by = _tables().get(name, (record.called, ""))
    columns = tuple(_column(record, name, column) for column in record._meta.fields_db_projection)
    return Held(_called(_concept(record)), name, meaning, read_by or READ_BY, columns)


def _column(record: type[Record], table: str, column: str) -> Column:
    meaning = label_of(record, column) or NOT_SAID
    field = column.removesuffix("_id")
    personal = bool({column, field} & record.personal) or f"{table}.{column}" in PERSONAL_BESIDE
    return Column(column, meaning, personal, column in record.kept_out)


def in_words(command: Command[Any, Any, Any], name: str) -> str:
    """A detail of a command, called like the column of what it is done to or makes, else as most of its room, or of all."""
    own = (_label_of_detail(record, name) for record in _own_records(command))
    alike = (told.get(one, "") for told in (DETAILS, ALIKE) for one in (name, f"{name}_id"))
    room = [record for record in _records() if _concept(record) == _concept(command.act)]
    said = next(filter(None, (*own, *alike, _as_most(name, room), _as_most(name, _records()))), "")
    return f"{said}（{name}）" if said else name


DETAILS = {"note": "意见或说明"}
"""What commands are told under a name that hardly any column has, or that means something else there."""


def _own_records(command: Command[Any, Any, Any]) -> list[type[Record]]:
    """What a command is done to and what it gives back, in this order."""
    hints = get_type_hints(command.act)
    given = hints.pop("return")
    subject = list(hints.values())[1]
    found = (one for hint in (subject, given) for one in (hint, *get_args(hint)))
    return [one for one in found if isinstance(one, type) and issubclass(one, Record)]


def _label_of_detail(record: type[Record], name: str) -> str:
    kept = record._meta.fields_db_projection
    return next((label_of(record, one) for one in (name, f"{name}_id") if one in kept), "")


def _as_most(name: str, records: Iterable[type[Record]]) -> str:
    said = Counter(filter(None, (_label_of_detail(record, name) for record in records)))
    return said.most_common(1)[0][0] if said else ""


PERSONAL_BESIDE = {
    "event_personal.payload",
    "reminder.person_id",
    "inbox_message.person_id",
    "inbox_silence.person_id",
    "account.username",
}
"""Personal without going to the trail by a command of their own."""


@cache
def _tables() -> dict[str, tuple[str, str]]:
    return {name: (meaning, read_by) for name, meaning, read_by in _rows("tables.tsv")}


def _rows(file: str) -> Iterator[list[str]]:
    with (Path(__file__).parent / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
