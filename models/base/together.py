"""Making many tables at once: a migration works out its records once, not anew for each table it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tortoise.migrations.operations import CreateModel, Operation, TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import ModelState, State


def together(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations in the same order, with neighbouring tables made as one."""
    made: list[Operation] = []
    for one in operations:
        if not isinstance(one, CreateModel):
            made.append(one)
        elif made and isinstance(made[-1], CreateTables):
            made[-1].tables.append(one)
        else:
            made.append(CreateTables([one]))
    return made


class CreateTables(TortoiseOperation):
    """One table after the other; all of them are known before the first is made."""

    def __init__(self, tables: list[CreateModel]) -> None:
        self.tables = tables

    def describe(self) -> str:
        return "; ".join(one.describe() for one in self.tables)

    def state_forward(self, app_label: str, state: State) -> None:
        for one in self.tables:
            state.models[app_label, one.name] = ModelState.make_from_model(app_label, one.model)
        added = {(app_label, one.name) for one in self.tables}
        state.reload_models(added | set(self._led_to(app_label, state)))

    def _led_to(self, app_label: str, state: State) -> Iterator[tuple[str, str]]:
        """The tables that these refer to."""
        for one in self.tables:
            for field in state.models[app_label, one.name].fields.values():
                if reference := getattr(field, "model_name", None):
                    yield state.apps.split_reference(reference)

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        for one in self.tables:
            await one.database_forward(app_label, old_state, new_state, state_editor)

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        for one in reversed(self.tables):
            await one.database_backward(app_label, old_state, new_state, state_editor)
