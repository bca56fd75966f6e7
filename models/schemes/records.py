"""The scheme (评价办法): dimensions, indicators, weights, peer groups and point values as versioned data of a city."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.states import States, during
from models.base.viewer import NOTHING, Viewer
from models.people import Post
from models.schemes.sources import whole_points
from models.units import Unit

SCHEME_STATES = {"draft": "起草中", "adopted": "已通过", "dropped": "已作废"}
DRAFTED = "这个办法{}，不能再改。要改请起草新的一版。"
SCHEME = States(
    labels=SCHEME_STATES,
    born=("draft", "adopted"),
    over=("adopted", "dropped"),
    verbs={
        "evaluation.change_scheme": during("draft", told=DRAFTED),
        "evaluation.note_simulation": during("draft", told=DRAFTED),
        "evaluation.adopt_scheme": during("draft", to="adopted", told=DRAFTED),
        "evaluation.drop_scheme": during("draft", to="dropped", told=DRAFTED),
    },
)
KINDS_OF_VILLAGE = {"": "村和社区", "village": "村", "community": "社区"}


class Scheme(Record):
    """One version of how a city evaluates its villages, valid for the periods that begin while it is the latest."""

    city: fields.ForeignKeyRelation[Unit] = link("Unit", "schemes", said="市")
    city_id: int
    number = fields.IntField()
    title = fields.CharField(max_length=80)
    state = fields.CharField(max_length=8, default="draft")
    points: dict[str, int] = column("计分", fields.JSONField(default=dict))
    """What results are worth, by the names in POINTS."""
    from_on = fields.DateField(null=True)
    """The first day of the first period it counts for."""
    reason = fields.TextField(default="")
    drafted_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "schemes_drafted", indexed=True, null=True
    )
    drafted_by_id: int | None
    adopted_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "schemes_adopted", said="采用人", indexed=True, null=True
    )
    adopted_by_id: int | None
    made_at = fields.DatetimeField()
    simulated_at = column("试算时间", fields.DatetimeField(null=True))
    """When its effect was last looked at, since it was last changed."""
    adopted_at = column("采用时间", fields.DatetimeField(null=True))

    called = "评价办法"
    states = SCHEME
    judged_with = ("city", "drafted_by__person")
    opens = frozenset({"city"})
    versioned = True
    parts_called: ClassVar = {"dimensions": "维度", "dimensions__indicators": "指标", "groups": "分组"}
    follows = frozenset({"number"})
    made_of: ClassVar = {
        "dimensions": ("position", "weight", "name"),
        "dimensions__indicators": ("dimension__position", "position", "weight", "least", "source"),
        "groups": ("position", "kind", "households", "name"),
    }
    own_course = frozenset({"state", "from_on", "reason", "adopted_by_id", "adopted_at"})

    class Meta:
        table = "scheme"
        unique_together = (("city", "number"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Everybody who is signed in reads how the evaluation is made, and how it may be made next."""
        return cls.all() if viewer.signed_in or viewer.is_clock else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.city.path

    @property
    def state_label(self) -> str:
        return SCHEME_STATES[self.state]

    @property
    def worth(self) -> dict[str, int]:
        """What results are worth under it, also by numbers that schemes of its time did not have yet."""
        return whole_points(self.points)

    @property
    def name(self) -> str:
        return f"{self.title}（第 {self.number} 版）"


class Dimension(Record):
    """One of the sides from which a scheme looks at a village, with its share of the whole."""

    scheme: fields.ForeignKeyRelation[Scheme] = link("Scheme", "dimensions")
    scheme_id: int
    position = fields.IntField()
    name = fields.CharField(max_length=20)
    weight = fields.IntField()
    """Per cent of the index."""

    called = "维度"
    opens = frozenset({"scheme"})

    class Meta:
        table = "dimension"
        unique_together = (("scheme", "position"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)


class Indicator(Record):
    """What a dimension is measured by, with its share of the dimension and the least evidence it needs."""

    dimension: fields.ForeignKeyRelation[Dimension] = link("Dimension", "indicators", said="维度")
    dimension_id: int
    position = fields.IntField()
    source = fields.CharField(max_length=16)
    weight = fields.IntField()
    """Per cent of the dimension."""
    least = column("至少要有几件结果", fields.IntField(default=1))
    """How many results a village must have for its own to count beside the mean of its group."""

    called = "指标"
    opens = frozenset({"dimension"})

    class Meta:
        table = "indicator"
        unique_together = (("dimension", "position"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)


class PeerGroup(Record):
    """Villages that are compared with each other: of one kind, from a number of households up to the next group."""

    scheme: fields.ForeignKeyRelation[Scheme] = link("Scheme", "groups")
    scheme_id: int
    position = fields.IntField()
    name = fields.CharField(max_length=20)
    kind = fields.CharField(max_length=10, default="")
    households = column("至少多少户", fields.IntField(default=0))
    """The fewest households of a village in it, by the registry."""

    called = "分组"
    opens = frozenset({"scheme"})

    class Meta:
        table = "peer_group"
        unique_together = (("scheme", "position"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)


async def scheme_on(city: Unit, day: date) -> Scheme | None:
    """The scheme that counts for a period beginning on this day."""
    rows = Scheme.filter(city=city, state="adopted", from_on__lte=day)
    return await rows.order_by("-from_on", "-number").first()


def choose_group(groups: list[PeerGroup], village: Unit, households: int | None) -> PeerGroup | None:
    """The group a village belongs to: among those of its kind, the largest it reaches."""
    kind = "community" if village.is_community else "village"
    fitting = [one for one in groups if one.kind in ("", kind) and one.households <= (households or 0)]
    return max(fitting, key=lambda one: (one.households, bool(one.kind), -one.position), default=None)
