"""Collective discussion (集体讨论): what a major matter needs before a leader may approve it."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.records import Record
from models.base.viewer import Viewer
from models.files import File
from models.people import Post
from models.tasks.records import Task, of_the_township, over_townships


class Discussion(Record):
    """The record of one discussion of a task: when, with what outcome, under which number of the minutes."""

    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField(
        "models.Task", db_index=True, related_name="discussions", on_delete=fields.OnDelete.RESTRICT
    )
    held_on = fields.DateField()
    agreed = fields.BooleanField()
    outcome = fields.TextField()
    minutes_number = fields.CharField(max_length=80)
    page: fields.ForeignKeyNullableRelation[File] = fields.ForeignKeyField(
        "models.File",
        db_index=True,
        related_name="discussions",
        null=True,
        on_delete=fields.OnDelete.RESTRICT,
    )
    """The photographed page of the minutes, where participants do not confirm one by one."""
    recorded_by: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="discussions_recorded", on_delete=fields.OnDelete.RESTRICT
    )
    recorded_at = fields.DatetimeField()

    called = "集体讨论记录"
    judged_with = ("task", "task__township")
    opens = frozenset({"task"})

    class Meta:
        table = "discussion"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(of_the_township(viewer, "task__") | over_townships(viewer, "task__"))

    def trail_path(self) -> str:
        return self.task.township.path


class Participant(Record):
    """Somebody who took part in a discussion, and their own word that they did."""

    discussion: fields.ForeignKeyRelation[Discussion] = fields.ForeignKeyField(
        "models.Discussion", related_name="participants", on_delete=fields.OnDelete.RESTRICT
    )
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "models.Post", db_index=True, related_name="discussions", on_delete=fields.OnDelete.RESTRICT
    )
    confirmed_at = fields.DatetimeField(null=True)

    called = "参加人"
    judged_with = ("discussion", "discussion__task", "discussion__task__township", "post")
    opens = frozenset({"discussion", "post"})

    class Meta:
        table = "discussion_participant"
        unique_together = (("discussion", "post"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        here = "discussion__task__"
        return cls.filter(of_the_township(viewer, here) | over_townships(viewer, here))

    def trail_path(self) -> str:
        return self.discussion.task.township.path
