"""Emergencies: under a declared response, flagged matters go out at once and are approved afterwards."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.columns import column, link
from models.base.commands import FromAbove, command, rule
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.text import Line
from models.base.viewer import NOTHING, Viewer, subtree
from models.people import Post
from models.people.roles import COMMANDERS
from models.policies import upwards
from models.units import Unit


class EmergencyResponse(Record):
    """A declared response (防汛, 森林火灾 …) in an area, from its declaration until its end."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "responses", indexed=True)
    unit_id: int
    name = fields.CharField(max_length=80)
    level = column("响应级别", fields.CharField(max_length=20))
    reason = fields.TextField()
    declared_by: fields.ForeignKeyRelation[Post] = link("Post", "responses", said="声明人", indexed=True)
    declared_by_id: int
    declared_at = column("声明时间", fields.DatetimeField())
    ended_at = fields.DatetimeField(null=True)

    called = "应急响应"
    judged_with = ("unit",)
    opens = frozenset({"unit"})

    class Meta:
        table = "emergency_response"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)

    @classmethod
    def near(cls, viewer: Viewer) -> QuerySet[Self]:
        """Those declared over one's own places, and those declared within one's area."""
        paths = {hat.unit_path for hat in viewer.hats}
        over = sorted({above for path in paths for above in upwards(path)})
        within = (subtree("unit__path", path) for path in sorted(paths))
        return cls.visible_to(viewer).filter(Q(Q(unit__path__in=over), *within, join_type="OR"))

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


LEVELS = ("Ⅳ级", "Ⅲ级", "Ⅱ级", "Ⅰ级")


@rule("只有县市区或本镇街的主要领导、分管领导可以宣布和解除应急响应。")
def commands_the_area(actor: Viewer, unit: Unit) -> bool:
    return actor.oversees(unit.path, *COMMANDERS)


@command(said="启动应急响应", who=commands_the_area)
async def declare_response(
    actor: Viewer,
    unit: Unit,
    *,
    name: FromAbove[Line[str]],
    level: FromAbove[Line[str]],
    reason: FromAbove[str],
) -> EmergencyResponse:
    """Declare a response (防台风Ⅲ级 …) for an area, so that flagged matters may go out at once."""
    if unit.level not in {"city", "county", "township"}:
        raise Invalid("应急响应只能由市、县、镇街宣布。", field="unit")
    if not name.strip() or not level.strip() or not reason.strip():
        raise Invalid("请写明响应名称、级别和依据。", field="name")
    if len(name) > 80 or len(level) > 20:
        raise Invalid(
            "响应名称不超过 80 个字，级别不超过 20 个字。", field="name" if len(name) > 80 else "level"
        )
    return await EmergencyResponse.create(
        unit=unit,
        name=name,
        level=level,
        reason=reason,
        declared_by_id=actor.post_id,
        declared_at=now(),
    )


@rule("只有县市区或本镇街的主要领导、分管领导可以宣布和解除应急响应。")
def commands_there(actor: Viewer, response: EmergencyResponse) -> bool:
    return actor.oversees(response.unit.path, *COMMANDERS)


@rule("这个应急响应已经解除。")
def still_declared(response: EmergencyResponse) -> bool:
    return response.is_open


@command(said="结束应急响应", who=commands_there, when=still_declared)
async def end_response(
    actor: Viewer, response: EmergencyResponse, *, reason: FromAbove[str]
) -> EmergencyResponse:
    """End a response; what was sent under it is finished as sent."""
    if not reason.strip():
        raise Invalid("请写明解除的依据。", field="reason")
    response.ended_at = now()
    await response.save(update_fields=["ended_at"])
    return response
