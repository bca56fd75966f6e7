"""The tables of states: whole for every command there is, without dead ends, and what the database holds to as well."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from tortoise import Tortoise
from tortoise.fields.relational import ForeignKeyFieldInstance

import models
from models.base.commands import Command
from models.base.guards import Moves, moves_on_postgres, moves_on_sqlite
from models.base.records import Record
from models.base.states import States


def _modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(models.__path__, "models."):
        if ".migrations" not in found.name:
            yield importlib.import_module(found.name)


COMMANDS = {
    one.name: one for module in _modules() for one in vars(module).values() if isinstance(one, Command)
}
RECORDS = {
    one.__name__: one
    for module in _modules()
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Record) and one is not Record
}
STATEFUL = {name: one for name, one in RECORDS.items() if one.states is not None}
CALLED_BY_THE_CLOCK = "return actor.is_clock\n"
NEEDED_BUT_DONE = {
    "Award": {"bid"},
    "Task": {"matter"},
    "Period": {"scheme"},
    "PointEntry": {"scheme"},
    "DataValue": {"element"},
}
"""What a record cannot be without, and which has come to its own end before the record begins."""
ENDS_BY_ITSELF = {("Survey", "open")}
"""What the calendar ends on a day that was fixed when it began."""


def subject_of(command: Command[Any, Any, Any]) -> type[Record]:
    """The record a command is done to, as its function declares it."""
    hints = get_type_hints(command.act, include_extras=True)
    second = list(inspect.signature(command.act).parameters)[1]
    found: type[Record] = hints[second]
    return found


def upwards(record: type[Record]) -> list[type[Record]]:
    """A record, what it is part of, and so on."""
    chain = [record]
    while chain[-1].part_of:
        chain.append(target(chain[-1], chain[-1].part_of))
    return chain


def target(record: type[Record], relation: str) -> type[Record]:
    named = record._meta.fields_map[relation]
    assert isinstance(named, ForeignKeyFieldInstance)
    found = named.model_name
    return RECORDS[str(found).rpartition(".")[2]] if isinstance(found, str) else found


def table(record: type[Record]) -> States:
    assert record.states is not None
    return record.states


def is_the_clocks(command: Command[Any, Any, Any]) -> bool:
    return inspect.getsource(command.who.holds).endswith(CALLED_BY_THE_CLOCK)


def test_the_lists_that_are_walked_here_are_not_empty() -> None:
    assert len(COMMANDS) > 140 and len(STATEFUL) >= 17
    having = {name for name, one in RECORDS.items() if "state" in one._meta.fields_map}
    assert having == set(STATEFUL), "whatever has a state has a table of its moves"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_table_of_its_subject_and_of_all_that_it_is_part_of(name: str) -> None:
    for record in upwards(subject_of(COMMANDS[name])):
        assert record.states is None or name in record.states.verbs, f"{record.__name__} does not know {name}"


@pytest.mark.parametrize("name", sorted({subject_of(one).__name__ for one in COMMANDS.values()}))
def test_what_cannot_be_without_something_that_ends_is_declared_a_part_of_it(name: str) -> None:
    record = RECORDS[name]
    needed = {
        relation
        for relation, field in record._meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance) and not field.null
        if any(one.states for one in upwards(target(record, relation)))
    }
    assert needed - NEEDED_BUT_DONE.get(name, set()) <= {record.part_of}
    loaded = "__".join(one.part_of for one in upwards(record)[:-1])
    known = {path[: len(loaded)] for path in record.judged_with}
    assert not loaded or loaded in known, f"{name} is judged with {loaded}, so it must be loaded with it"


@pytest.mark.parametrize("name", sorted(STATEFUL))
def test_a_table_speaks_of_its_own_states_and_of_commands_that_there_are(name: str) -> None:
    states = table(STATEFUL[name])
    verbs = [*states.verbs.values(), *states.beside.values()]
    spoken = {one for verb in verbs for before, after in verb.leads.items() for one in (before, *after)}
    assert spoken | {*states.born, *states.over} <= set(states.labels)
    assert set(states.labels) <= spoken | set(states.over), "no state that nothing leads to or from"
    assert {*states.verbs, *states.beside} <= set(COMMANDS)
    assert STATEFUL[name]._meta.fields_map["state"].default == states.born[0]


@pytest.mark.parametrize("name", sorted(STATEFUL))
def test_every_state_can_be_reached_and_somebody_can_end_it(name: str) -> None:
    states = table(STATEFUL[name])
    reached, before = set(states.born), -1
    while len(reached) > before:
        before = len(reached)
        reached |= {after for one, after in states.moves if one in reached}
    assert reached == set(states.labels)
    assert not {one for one, _ in states.moves} & set(states.over), "what is over stays over"
    for state in set(states.labels) - set(states.over):
        people = [
            verb
            for verb, told in {**states.verbs, **states.beside}.items()
            if told.leads.get(state) and not is_the_clocks(COMMANDS[verb])
        ]
        assert people or (name, state) in ENDS_BY_ITSELF, f"{name} gets stuck in {state}"


def test_a_verb_that_no_table_has_is_refused_in_every_state() -> None:
    for record in STATEFUL.values():
        assert not any(table(record).allows("tasks.never_heard_of", state) for state in table(record).labels)


@pytest.mark.anyio
async def test_the_triggers_of_the_database_say_what_the_tables_say(town: str) -> None:
    """A table that learns a move needs a migration that makes its triggers anew."""
    connection = Tortoise.get_connection("default")
    on_sqlite = connection.capabilities.dialect == "sqlite"
    held = await connection.execute_query_dict(
        "SELECT sql AS said FROM sqlite_master WHERE type = 'trigger'"
        if on_sqlite
        else "SELECT prosrc AS said FROM pg_proc WHERE proname LIKE '%_moves'"
    )
    said = {str(row["said"]) for row in held}
    for record in STATEFUL.values():
        states = table(record)
        leads: dict[str, tuple[str, ...]] = {}
        for before, after in sorted(states.moves):
            leads[before] = (*leads.get(before, ()), after)
        wanted = Moves(record.Meta.table, states.born, leads)  # type: ignore[attr-defined]
        if on_sqlite:
            assert set(moves_on_sqlite(wanted)[2:]) <= said, record.__name__
        else:
            assert moves_on_postgres(wanted)[0].split("$$")[1] in said, record.__name__
