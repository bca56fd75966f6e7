"""On the way to the present, records are worked out when a step asks for them, and are what they would have been."""

from __future__ import annotations

from typing import Any

import pytest
from tortoise import fields
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.base.migrating import AppsWhenAsked, StateWhenAsked


def _table(name: str, **columns: fields.Field[Any]) -> ops.CreateModel:
    number = fields.BigIntField(generated=True, primary_key=True)
    return ops.CreateModel(
        name=name, fields=[("id", number), *columns.items()], options={"table": name.lower()}
    )


def _steps() -> list[Any]:
    leads: Any = fields.ForeignKeyField("models.Village", related_name="tasks")
    answers: Any = fields.ForeignKeyField("models.Task", related_name="answers")
    return [
        _table("Village"),
        _table("Task", village=leads),
        ops.AddField("Village", "code", fields.CharField(max_length=9, default="")),
        _table("Answer", words=fields.TextField()),
        ops.AddField("Answer", "task", answers),
        ops.RenameField("Village", "code", "number"),
        _table("Passing"),
        ops.AddField("Passing", "count", fields.IntField(default=0)),
        ops.DeleteModel("Passing"),
    ]


def _known(state: State) -> dict[str, Any]:
    return {
        name: (
            list(record._meta.fields_map),
            {one: record._meta.fields_map[one].related_model.__name__ for one in record._meta.fetch_fields},
        )
        for name, record in sorted(state.apps.apps["models"].items())
    }


def _when_asked() -> StateWhenAsked:
    return StateWhenAsked({}, AppsWhenAsked())


def test_after_every_step_the_records_are_those_that_are_worked_out_at_once() -> None:
    for last in range(1, len(_steps()) + 1):
        at_once, when_asked = State(models={}, apps=StateApps()), _when_asked()
        for one, same in zip(_steps()[:last], _steps()[:last], strict=True):
            one.state_forward("models", at_once)
            same.state_forward("models", when_asked)
        assert _known(when_asked) == _known(at_once), f"after {last} steps"
        when_asked.validate_relations_initialized()


def test_what_stood_before_a_step_stays_as_it_was() -> None:
    state = _when_asked()
    first, second, column = _steps()[:3]
    first.state_forward("models", state)
    second.state_forward("models", state)
    before = state.clone()
    column.state_forward("models", state)
    assert "code" not in before.apps.get_model("models.Village")._meta.fields_map
    assert "code" in state.apps.get_model("models.Village")._meta.fields_map
    assert before.apps.get_model("models.Task")._meta.fields_map["village"].related_model is (  # type: ignore[attr-defined]
        before.apps.get_model("models.Village")
    )


def test_nothing_is_worked_out_for_a_step_that_looks_at_no_record() -> None:
    state = _when_asked()
    for one in _steps()[:5]:
        one.state_forward("models", state)
    state.clone()
    state.validate_relations_initialized()
    assert state.apps._known == {} and state.apps.waiting is not None


def test_a_record_that_leads_nowhere_is_told() -> None:
    state = _when_asked()
    _steps()[1].state_forward("models", state)
    with pytest.raises(RuntimeError, match=r"Task leads to models\.Village"):
        state.validate_relations_initialized()
