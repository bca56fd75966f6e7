"""Assisting offices (协办): who at the township helps beside the office that leads."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import link
from models.base.records import Record
from models.base.viewer import Viewer
from models.tasks.records import Task, task_reach
from models.units import Unit


class TaskOffice(Record):
    """An office that assists with a task."""

    task: fields.ForeignKeyRelation[Task] = link("Task", "assisting")
    task_id: int
    office: fields.ForeignKeyRelation[Unit] = link("Unit", "tasks_assisted", said="办线", indexed=True)
    office_id: int

    called = "协办办线"
    opens = frozenset({"task", "office"})

    class Meta:
        table = "task_office"
        unique_together = (("task", "office"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(task_reach(viewer, "task__"))
