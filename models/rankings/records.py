"""Boards (榜): who stands where in a period, by township, county and city, as far as a board is published."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.people import Person
from models.points import opted_out
from models.rankings.placement import PUBLISHED
from models.schemes import Period, VillageIndex, evaluates, in_region
from models.schemes.publication import on_show
from models.schemes.records import PeerGroup
from models.tasks.visibility import in_the_village
from models.units import Unit

AUDIENCES = {"villages": "兴村治社榜", "persons": "先锋干部榜"}
MODES = {"commended": "表扬榜", "top": "亮前榜", "full": "全榜"}
LEVELS_WITH_BOARDS = ("city", "county", "township")


class Board(Record):
    """One ranking of the villages, or the persons, of an area over a period, published as its mode says."""

    area: fields.ForeignKeyRelation[Unit] = link("Unit", "boards", said="哪个辖区的榜")
    area_id: int
    audience = column("村社榜还是干部榜", fields.CharField(max_length=8))
    period: fields.ForeignKeyRelation[Period] = link("Period", "boards", indexed=True)
    period_id: int
    mode = column("公布方式", fields.CharField(max_length=10))
    """How it is published, as the policy of the area says, or said on the last day of a period that is over."""

    called = "榜"
    opens = frozenset({"area", "period"})

    class Meta:
        table = "board"
        unique_together = (("area", "period", "audience"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(in_region(viewer, "area__path")) if viewer.signed_in else cls.filter(NOTHING)

    @property
    def name(self) -> str:
        return AUDIENCES[self.audience]


class Placing(Record):
    """Where a village (or a person) stands on one board, shown to whoever the board's mode shows it to."""

    board: fields.ForeignKeyRelation[Board] = link("Board", "placings", said="榜")
    board_id: int
    group: fields.ForeignKeyNullableRelation[PeerGroup] = link(
        "PeerGroup", "placings", said="分组", indexed=True, null=True
    )
    group_id: int | None
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "placings", indexed=True)
    unit_id: int
    person: fields.ForeignKeyNullableRelation[Person] = link("Person", "placings", indexed=True, null=True)
    person_id: int | None
    score: fields.ForeignKeyNullableRelation[VillageIndex] = link(
        "VillageIndex", "placings", indexed=True, null=True
    )
    score_id: int | None
    rank = column("组内第几名", fields.IntField())
    """1 for the best of its group on this board; all of a band share a rank."""
    band = column("第几档，同一档分不出先后", fields.IntField())
    """Villages of one band cannot be told apart."""
    among = column("同组一共几个", fields.IntField())
    """How many there are in its group on this board."""
    tier = column("上榜、中间还是末尾", fields.CharField(max_length=6))
    shown = fields.IntField()
    """Whole points of the index (or of persons), in hundredths: what its band has on average."""

    called = "名次"
    opens = frozenset({"board", "unit", "group"})

    class Meta:
        table = "board_placing"
        indexes = (("board_id", "group_id", "rank", "id"), ("rank", "id"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The whole order for those who evaluate, and else what the board's mode publishes, with one's own line.

        Where only the commended are published there is no order to have a line in; the lowest are published by none.
        A while after its period has ended a board names nobody any more, and one's own line stays.
        """
        if not viewer.signed_in:
            return cls.filter(NOTHING)
        told = (Q(board__mode=mode, tier__in=tiers) for mode, tiers in PUBLISHED.items() if tiers)
        named = Q(person_id__isnull=True) | ~Q(person_id__in=opted_out())
        shown = in_region(viewer, "board__area__path") & on_show("board__period__")
        published = shown & Q(*told, join_type="OR") & named
        own = _own(viewer) & Q(board__mode__in=("top", "full"))
        return cls.filter(published | evaluates(viewer) | own)


def _own(viewer: Viewer) -> Q:
    village = in_the_village(viewer) & Q(person_id__isnull=True)
    return village | Q(person_id=viewer.person_id) if viewer.person_id else village
