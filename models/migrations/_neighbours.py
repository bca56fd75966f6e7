"""Neighbouring steps of a migration taken as one: its records are worked out once, not anew for each table and column."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from tortoise.migrations.operations import AddField, AddIndex, CreateModel, Operation, TortoiseOperation
from tortoise.migrations.operations import RunPython as Run
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

JOINED = (CreateModel, AddField, AddIndex, Run)
"""Steps that only add, and code that runs between them: each stands what the ones after it add."""


def together(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations in the same order, with neighbours that only add made as one."""
    made: list[Operation] = []
    for joined, group in groupby(operations, lambda one: isinstance(one, JOINED)):
        neighbours = list(group)
        made += [Together(neighbours)] if joined else neighbours
    return made


class Together(TortoiseOperation):
    """One step after the other; what all of them add is known before the first is taken."""

    def __init__(self, steps: list[Operation]) -> None:
        _must_add_to_no_table_of_their_own(steps)
        self.steps = steps
        self.reversible = all(getattr(one, "reversible", True) for one in steps)

    def describe(self) -> str:
        return "; ".join(one.describe() for one in self.steps)

    def state_forward(self, app_label: str, state: State) -> None:
        tell(self.steps, app_label, state)

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        for one in self.steps:
            await one.database_forward(app_label, new_state, new_state, state_editor)

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        for one in reversed(self.steps):
            await one.database_backward(app_label, old_state, new_state, state_editor)


def _must_add_to_no_table_of_their_own(steps: Iterable[Operation]) -> None:
    """Raise ValueError where a table would get twice what is added to it: it is made as it is at the end of all."""
    made: set[str] = set()
    for one in steps:
        if isinstance(one, CreateModel):
            made.add(one.name)
        elif isinstance(one, AddField | AddIndex) and one.model_name in made:
            raise ValueError(f"{one.describe()}: write it into the step that makes {one.model_name}")


def tell(steps: Iterable[Operation], app_label: str, state: State) -> None:
    """What these steps do to the records, which are worked out once, after the last."""
    touched = _Touched(state)
    for one in steps:
        one.state_forward(app_label, touched)
    state.reload_models(touched.names)


class _Touched(State):
    """The same records, worked out only when all is said: until then, which of them have changed."""

    def __init__(self, state: State) -> None:
        super().__init__(state.models, state.apps)
        self.names: set[tuple[str, str]] = set()

    def reload_model(self, app_label: str, model_name: str) -> None:
        self.names.add((app_label, model_name))

    def reload_models(self, model_tuples: Iterable[tuple[str, str]]) -> None:
        self.names.update(model_tuples)
