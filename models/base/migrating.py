"""Bringing a database up to date: what records look like on the way is worked out only where a step asks for it.

Tortoise works all records out before each step and again after it, which on an empty database took three quarters of the
time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tortoise import Tortoise
from tortoise.fields.relational import RelationalField
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

Name = tuple[str, str]
"""Of a record: its app and its own."""


async def bring_up_to_date(config: dict[str, Any]) -> None:
    """Take the steps that this database has not taken yet."""
    await Tortoise.init(config=config, init_connections=False)
    executor = Executor(Tortoise.get_connection("default"), config["apps"])
    await executor.migrate([MigrationTarget(app_label, "__latest__") for app_label in config["apps"]])


class Executor(MigrationExecutor):
    """Tortoise's own, with records that wait until they are asked for."""

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        state = await super()._project_state(applied, upto=upto)
        return StateWhenAsked(state.models, AppsWhenAsked.like(state.apps, state.apps.apps))


class AppsWhenAsked(StateApps):
    """Records of which the last changes are worked out when somebody looks at one."""

    waiting: Callable[[], None] | None = None

    @classmethod
    def like(cls, other: StateApps, known: dict[str, dict[str, type[Model]]]) -> AppsWhenAsked:
        """At the same connections as the other one's."""
        made = cls(dict(other._default_connections), other._connections)
        made.apps = known
        return made

    @property
    def apps(self) -> dict[str, dict[str, type[Model]]]:
        if self.waiting is not None:
            work_out, self.waiting = self.waiting, None
            work_out()
        return self._known

    @apps.setter
    def apps(self, known: dict[str, dict[str, type[Model]]]) -> None:
        self._known = known


class StateWhenAsked(State):
    """What records are said to be, at once; as classes, when they are asked for."""

    apps: AppsWhenAsked

    def __init__(self, models: dict[Name, ModelState], apps: AppsWhenAsked) -> None:
        super().__init__(models, apps)
        self.changed: set[Name] = set()

    def reload_model(self, app_label: str, model_name: str) -> None:
        self.reload_models([(app_label, model_name)])

    def reload_models(self, model_tuples: Iterable[Name]) -> None:
        self.changed.update(model_tuples)
        self.apps.waiting = self._work_out

    def _work_out(self) -> None:
        changed, self.changed = self.changed, set()
        super().reload_models(changed)

    def validate_relations_initialized(self) -> None:
        """Raise RuntimeError where a record leads to one that is not there."""
        there = {f"{app_label}.{name}" for app_label, name in self.models}
        for (_, name), model in self.models.items():
            for field in model.fields.values():
                if isinstance(field, RelationalField) and getattr(field, "model_name", None) not in there:
                    raise RuntimeError(
                        f"{name} leads to {getattr(field, 'model_name', None)}, which is not there"
                    )

    def clone(self) -> StateWhenAsked:
        models = {name: model.clone() for name, model in self.models.items()}
        apps = AppsWhenAsked.like(self.apps, {})

        def work_out() -> None:
            apps.apps = StateApps.clone(apps, models).apps

        apps.waiting = work_out
        return StateWhenAsked(models, apps)
