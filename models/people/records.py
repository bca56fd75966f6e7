"""Persons, and the posts they hold from a day until a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.columns import column, link
from models.base.events import Event
from models.base.records import Record
from models.base.search import Sought, said
from models.base.settings import settings
from models.base.viewer import NOTHING, Hat, Viewer
from models.people.roles import (
    ADMINISTRATORS,
    PEOPLE_READERS,
    ROLES,
    TRAIL_FOLLOWERS,
    TRAIL_READERS,
    UNIT_KEEPERS,
)
from models.units import Unit


def in_force(on: date | None = None, post: str = "") -> Q:
    """Posts held on a day (default today)."""
    day = on or today()
    begun: dict[str, Any] = {f"{post}from_on__lte": day}
    open_ended: dict[str, Any] = {f"{post}until_on__isnull": True}
    not_over: dict[str, Any] = {f"{post}until_on__gte": day}
    return Q(**begun) & (Q(**open_ended) | Q(**not_over))


def tied_by(until: Mapping[str, str] | None) -> frozenset[int]:
    """Of the persons somebody is tied to until a moment, those for whom it has not come."""
    here = now().isoformat()
    return frozenset(int(person) for person, moment in (until or {}).items() if moment > here)


TOGETHER = timedelta(days=2)
"""So long two people are kept apart whom one and the same has enrolled or given a password."""


def made_by(until: Mapping[str, str] | None) -> frozenset[int]:
    """Of the persons somebody is tied to, those of these very days, told from until when the tie holds."""
    newest = (now() + max(timedelta(days=settings().apart_days) - TOGETHER, timedelta())).isoformat()
    return frozenset(int(person) for person, moment in (until or {}).items() if moment > newest)


class Person(Record):
    """Somebody who holds or held a post."""

    name = column("姓名", fields.CharField(max_length=40))
    phone = column("电话", fields.CharField(max_length=20, default=""))
    tied_until: dict[str, str] | None = column(
        "最近为其登记任职、开通账号或重置密码的人（编号），和双方不能互相审批到什么时候",
        fields.JSONField(null=True),
    )

    sought = Sought("name")

    called = "人员"
    personal = frozenset({"name", "phone", "sought"})
    kept_out = frozenset({"tied_until"})
    posts: fields.ReverseRelation[Post]
    account: fields.BackwardOneToOneRelation[Any]
    """What they sign in with, if anything: accounts stand above people."""

    class Meta:
        table = "person"
        indexes = (("sought",),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        if viewer.is_clock:
            return cls.all()
        posts = viewer.numbers(Post.visible_to(viewer).values("person_id"), *PEOPLE_READERS)
        return cls.filter(Q(id=viewer.person_id or 0) | Q(id__in=posts))

    @classmethod
    def met_by(cls, viewer: Viewer) -> QuerySet[Self]:
        """Whom one works with on some matter: name and telephone are read of nobody else."""
        posts = Post.filter(Post.met_as(viewer)).values("person_id")
        return cls.filter(Q(id=viewer.person_id or 0) | Q(id__in=Subquery(posts)))

    @property
    def tied_to(self) -> frozenset[int]:
        """Whoever lately enrolled this person or gave them a password: by number, while it holds."""
        return tied_by(self.tied_until)

    @property
    def made_by(self) -> frozenset[int]:
        """Those of them who did so these very days."""
        return made_by(self.tied_until)


class Post(Record):
    """A role of one person at one unit, from a day until a day."""

    person: fields.ForeignKeyRelation[Person] = link("Person", "posts")
    person_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "posts")
    unit_id: int
    role = column("职务", fields.CharField(max_length=20))
    title = column("职务名称", fields.CharField(max_length=40, default=""))
    from_on = fields.DateField()
    until_on = column("任职到", fields.DateField(null=True))
    duties: list[str] = column("分管范围", fields.JSONField(default=list))

    called = "任职"
    versioned = True
    judged_with = ("unit", "person")
    opens = frozenset({"unit"})
    met_as: ClassVar[Callable[[Viewer], Q]]
    """Whose posts one reads wherever they stand: see `contacts`, which fills this in."""
    met_over: ClassVar[list[Callable[[Viewer], QuerySet[Any] | None]]] = []
    """From a viewer to the posts of those whom a matter brings to them, said by the record of that matter."""

    class Meta:
        table = "post"
        indexes = (("unit_id", "role"), ("person_id", "until_on"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own posts, and those in the area of whoever works with these people."""
        if viewer.is_clock:
            return cls.all()
        if not viewer.signed_in:
            return cls.filter(NOTHING)
        working_with = viewer.area("unit__path", *PEOPLE_READERS)
        return cls.filter(Q(person_id=viewer.person_id) | working_with)

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def role_label(self) -> str:
        return self.title or ROLES[self.role]

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def hat(self) -> Hat:
        """This post as rights are judged by it; needs the unit loaded."""
        unit = self.unit
        return Hat(self.pk, self.role, unit.pk, unit.path, unit.level, unit.name, frozenset(self.duties))


@dataclass
class PersonFilter:
    """What a reader of people is looking for."""

    text: str = ""

    def among(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return rows.filter(said(self.text))


# What stands below asks who may, and knows of no roles.
Event.read_by, Event.followed_by = TRAIL_READERS, TRAIL_FOLLOWERS
Unit.kept_by, Unit.brought_in_by = UNIT_KEEPERS, ADMINISTRATORS
