"""People and the posts they hold: rights come from posts, never from persons."""

from __future__ import annotations

from tortoise import fields

from models.base.records import Record
from models.units import Unit


class Person(Record):
    """Somebody who holds or held a post."""

    name = fields.CharField(max_length=40)
    phone = fields.CharField(max_length=20, default="")
    called = "人员"
    personal = frozenset({"name", "phone"})

    class Meta:
        table = "person"


class Post(Record):
    """A role of one person at one unit, from a day until a day."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="posts", on_delete=fields.RESTRICT
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="posts", on_delete=fields.RESTRICT
    )
    role = fields.CharField(max_length=20)
    title = fields.CharField(max_length=40, default="")
    from_on = fields.DateField()
    until_on = fields.DateField(null=True)
    duties: list[str] = fields.JSONField(default=list)  # type: ignore[assignment]
    called = "任职"
    judged_with = ("unit", "person")

    class Meta:
        table = "post"
