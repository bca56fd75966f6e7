"""Migrations make neighbouring tables together, in the order in which they are written."""

from __future__ import annotations

import pytest
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from models.migrations._neighbours import Together, together


def _table(name: str, **columns: fields.Field[int]) -> ops.CreateModel:
    number = fields.BigIntField(generated=True, primary_key=True)
    return ops.CreateModel(
        name=name, fields=[("id", number), *columns.items()], options={"table": name.lower()}
    )


def test_neighbouring_tables_become_one_step_and_everything_else_keeps_its_place() -> None:
    first, second, third = _table("First"), _table("Second"), _table("Third")
    between = ops.RunSQL("SELECT 1")
    made = together([first, second, between, third])
    assert [type(one) for one in made] == [Together, ops.RunSQL, Together]
    assert isinstance(made[0], Together) and made[0].steps == [first, second]
    assert made[0].describe() == "Create model First; Create model Second"


def test_tables_made_together_know_each_other_as_those_made_one_after_the_other_do() -> None:
    told = []
    for joined in (together, list):
        leads = fields.ForeignKeyField("models.Village", related_name="tasks")
        state = State(models={}, apps=StateApps())
        for one in joined([_table("Village"), _table("Task", village=leads)]):  # type: ignore[arg-type]
            one.state_forward("models", state)
        state.validate_relations_initialized()
        task = state.apps.get_model("models.Task")
        told.append((sorted(state.models), sorted(task._meta.fields_map), task._meta.fk_fields))
    assert told[0] == told[1]


def test_columns_and_code_join_their_neighbours() -> None:
    async def nothing(apps: object, editor: object) -> None: ...

    column = ops.AddField("Elder", "age", fields.IntField(default=0))
    steps = [
        _table("First"),
        ops.RunPython(nothing),
        column,
        ops.AddIndex("Elder", index=Index(fields=["age"])),
    ]
    (made,) = together(steps)
    assert isinstance(made, Together) and made.steps == steps


@pytest.mark.parametrize(
    "more",
    [
        ops.AddField("Village", "age", fields.IntField(default=0)),
        ops.AddIndex("Village", index=Index(fields=["id"])),
    ],
    ids=["column", "index"],
)
def test_what_a_table_made_in_the_same_step_would_get_twice_is_refused(more: ops.Operation) -> None:
    with pytest.raises(ValueError, match="the step that makes Village"):
        together([_table("Village"), more])
    assert len(together([_table("Village"), ops.RunSQL("SELECT 1"), more])) == 3, "apart, each is made once"
