"""The basis of a matter and the date of its text: which are due for another look, and what was found by looking.

A look lies outside the frozen list, like an alias: it says that the text was read again on a day and still carries the
matter. Where it no longer does, the list needs another version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Self

from tortoise import fields
from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.columns import column, link
from models.base.commands import command
from models.base.days import Happened
from models.base.identities import Code
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.viewer import NOTHING, Hat, Viewer
from models.matters.editing import OLDEST_TEXT, keeps_the_list, written
from models.matters.in_force import own_list_in_force
from models.matters.records import Matter, MatterList
from models.people import Post
from models.policies import KNOWN, Policy, policy, upwards
from models.units import Unit


class BasisLook(Record):
    """One reading of the text that a matter of a region rests on, which found it still in force."""

    region: fields.ForeignKeyRelation[Unit] = link("Unit", "basis_looks")
    region_id: int
    code = fields.CharField(max_length=40)
    basis = column("依据的写法", fields.TextField())
    """The basis as the list words it: another wording was not looked at."""
    as_of = fields.DateField()
    note = column("查阅的说明", fields.TextField())
    by: fields.ForeignKeyRelation[Post] = link("Post", "basis_looks", indexed=True)
    by_id: int
    at = fields.DatetimeField()

    called = "依据复核"
    judged_with = ("region",)
    opens = frozenset({"region"})

    class Meta:
        table = "basis_look"
        indexes = (("region_id", "code"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.region.path


@dataclass(frozen=True)
class BasisState:
    """How old the reading of a matter's basis is, and until when it is good."""

    matter: Matter
    as_of: date | None
    due_on: date

    @property
    def is_due(self) -> bool:
        return self.due_on <= today()


async def bases_of(viewer: Viewer, matter_list: MatterList) -> list[BasisState]:
    """Every matter of a list with the day its basis is due for another look, the longest due first."""
    good_for = timedelta(days=await policy(matter_list.region.path, "basis_days"))
    looks = BasisLook.visible_to(viewer).filter(region_id=matter_list.region_id).order_by("as_of")
    newest = {(look.code, look.basis): look.as_of for look in await looks}
    told = []
    for matter in await Matter.visible_to(viewer).filter(list_id=matter_list.pk):
        days = [day for day in (matter.basis_as_of, newest.get((matter.code, matter.legal_basis))) if day]
        as_of = max(days, default=None)
        told.append(BasisState(matter, as_of, as_of + good_for if as_of else OLDEST_TEXT))
    return sorted(told, key=lambda one: (one.due_on, one.matter.code))


LOOKED = RawSQL(
    "(SELECT MAX(look.as_of) FROM basis_look look JOIN matter_list held ON held.region_id = look.region_id "
    "WHERE held.id = matter.list_id AND look.code = matter.code AND look.basis = matter.legal_basis)"
)
"""When the basis of a matter was last looked at in its region, as the list words it."""


class BasesDue(NamedTuple):
    """How many matters of the list a region has in force are due for another look."""

    list_id: int
    region: str
    due: int


async def bases_due(regions: Sequence[Hat]) -> list[BasesDue]:
    """For the places of these posts; one statement for each."""
    found = [await _due_in(hat) for hat in {hat.unit_id: hat for hat in regions}.values()]
    return [one for one in found if one is not None]


async def _due_in(hat: Hat) -> BasesDue | None:
    day = today()
    newest = Subquery(own_list_in_force(hat.unit_id, day).values("id"))
    set_here = Policy.filter(unit__path__in=upwards(hat.unit_path), name="basis_days", from_on__lte=day)
    last = set_here.order_by("-unit__path", "-from_on", "-id").limit(1).values("value")
    old = Q(basis_as_of__isnull=True) | Q(basis_as_of__lte=day - timedelta(days=KNOWN["basis_days"].least))
    rows = Matter.filter(old, list_id__in=newest).annotate(good_for=Subquery(last), looked=LOOKED)
    told = await rows.values_list("list_id", "basis_as_of", "looked", "good_for")
    due = [number for number, *days in told if _is_due(day, *days)]
    return BasesDue(due[0], hat.unit_name, len(due)) if due else None


def _is_due(day: date, as_of: date | None, looked: date | str | None, good_for: int | None) -> bool:
    days = [date.fromisoformat(str(one)) for one in (as_of, looked) if one]
    good = timedelta(days=KNOWN["basis_days"].default if good_for is None else good_for)
    return not days or max(days) + good <= day


@command(said="复核依据", who=keeps_the_list)
async def look_at_basis(
    actor: Viewer, matter_list: MatterList, *, code: Code[str], as_of: Happened[date], note: str
) -> BasisLook:
    """Say that the text a matter rests on was read again on a day and is still in force; another list says otherwise."""
    matter = await Matter.get_or_none(list_id=matter_list.pk, code=code.strip().upper())
    if matter is None:
        raise Invalid(f"清单里没有编码为“{code}”的事项。", field="code")
    if not (matter.basis_as_of or OLDEST_TEXT) <= as_of <= today():
        raise Invalid("查阅的日期不能晚于今天，也不能早于清单上的依据文本日期。", field="as_of")
    return await BasisLook.create(
        region_id=matter_list.region_id,
        code=matter.code,
        basis=matter.legal_basis,
        as_of=as_of,
        note=written(note, "note", "请写明查的是哪个文本、有没有变。", longest=500),
        by_id=actor.post_id,
        at=now(),
    )
