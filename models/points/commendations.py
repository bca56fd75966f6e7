"""Praise (表扬): another level says in public what was done well, about a result that was accepted, and who did it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time
from typing import Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import TOWN_ZONE, now, today
from models.base.columns import column, link
from models.base.commands import FromAbove, command, rule
from models.base.events import tell
from models.base.records import Record
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import NOTHING, Viewer
from models.bidding import Award
from models.people import Person, Post, in_force
from models.people.roles import DOERS, PRAISERS
from models.points.results import Praised
from models.policies import upwards
from models.schemes.board_version import hold, moved
from models.schemes.indices import VillageIndex
from models.schemes.periods import Period
from models.schemes.publication import on_show
from models.schemes.visibility import in_region, own_or_evaluated
from models.tasks import Assignment
from models.units import Unit

MOST_PRAISED = 6


class Commendation(Record):
    """What another level praised about an accepted result of a village, with the story as everybody reads it."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "commendations")
    unit_id: int
    subject_type = fields.CharField(max_length=40)
    subject_id = fields.BigIntField()
    title = fields.CharField(max_length=200)
    story = column("表扬的事迹", fields.TextField())
    by: fields.ForeignKeyRelation[Post] = link("Post", "commendations", indexed=True)
    by_id: int
    by_label = column("表扬人的单位和职务", fields.CharField(max_length=120))
    """The giver as everybody reads it: unit and role, without the name."""
    named = column("写明几个人", fields.SmallIntField(default=0, db_default=0))
    """How many people it names, so that nobody can be added later."""
    made_at = fields.DatetimeField()
    told = column("公布还是只给有关的人看", fields.BooleanField(default=True, db_default=True))
    """Whether everybody reads it, or only those it is about and those who evaluate them: see `may_be_told`."""

    called = "表扬"
    judged_with = ("unit",)
    opens = frozenset({"unit"})

    class Meta:
        table = "commendation"
        indexes = (("unit_id", "made_at"), ("subject_type", "subject_id"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The region what is told to everybody, and the village, who evaluates it and who praised it all of it."""
        own = Q(by_id__in=[hat.post_id for hat in viewer.hats]) | own_or_evaluated(viewer)
        return cls.filter(in_region(viewer, "unit__path") & Q(told=True) | own)

    def trail_path(self) -> str:
        return self.unit.path


class OptOut(Record):
    """Somebody's wish not to be named on boards and in praise, kept until they take it back."""

    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "models.Person", related_name="opt_out", on_delete=fields.OnDelete.RESTRICT
    )
    person_id: int
    since = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    called = "不上榜"

    class Meta:
        table = "opt_out"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(person_id=viewer.person_id) if viewer.signed_in else cls.filter(NOTHING)


def opted_out() -> Subquery:
    """The persons who are not to be named."""
    return Subquery(OptOut.filter(ended_at=None).values("person_id"))


class Commended(Record):
    """Somebody a commendation names."""

    commendation: fields.ForeignKeyRelation[Commendation] = link("Commendation", "commended", said="表扬")
    commendation_id: int
    post: fields.ForeignKeyRelation[Post] = link("Post", "commended", indexed=True)
    post_id: int
    name = fields.CharField(max_length=40)

    called = "表扬"
    opens = frozenset({"commendation"})
    personal = frozenset({"name"})

    class Meta:
        table = "commended"
        unique_together = (("commendation", "post"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Everybody of the region but for those who do not wish to be named, who read of themselves."""
        own = Q(post__person_id=viewer.person_id or 0)
        told = in_region(viewer, "commendation__unit__path") & Q(commendation__told=True)
        known = told | own_or_evaluated(viewer, "commendation__unit__")
        named = known & ~Q(post__person_id__in=opted_out())
        return cls.filter(own | named) if viewer.signed_in else cls.filter(NOTHING)


@rule("只有上级领导和管理员可以表扬，本村社不能表扬自己。")
def stands_above(actor: Viewer, assignment: Assignment) -> bool:
    return _stands_above(actor, assignment.unit.path)


@rule("只有上级领导和管理员可以表扬，本村社不能表扬自己。")
def stands_above_the_winner(actor: Viewer, award: Award) -> bool:
    return _stands_above(actor, award.unit.path)


def _stands_above(actor: Viewer, path: str) -> bool:
    return any(hat.role in PRAISERS and hat.covers(path) and hat.unit_path != path for hat in actor.hats)


@command(said="表扬", who=stands_above, name="evaluation.praise")
async def praise(
    actor: Viewer, assignment: Assignment, *, story: FromAbove[str], posts: list[Post] | None = None
) -> Commendation:
    """Praise a village, and those who did it, for a task well done."""
    unit = assignment.unit
    village = await Unit.get(pk=unit.parent_id) if unit.level == "grid" else unit
    return await _praised(actor, village, ("Assignment", assignment.pk), assignment.task.title, story, posts)


@command(said="表扬", who=stands_above_the_winner, name="evaluation.praise_delivery")
async def praise_delivery(
    actor: Viewer, award: Award, *, story: FromAbove[str], posts: list[Post] | None = None
) -> Commendation:
    """Praise a village, and those who did it, for a project that stands."""
    return await _praised(actor, award.unit, ("Award", award.pk), award.project.title, story, posts)


async def _praised(
    actor: Viewer,
    village: Unit,
    about: tuple[str, int],
    title: str,
    story: str,
    posts: Sequence[Post] | None,
) -> Commendation:
    if not 10 <= len(story.strip()) <= 500:
        raise Invalid("请写明做了什么、好在哪里（10 到 500 个字），大家都会看到。", field="story")
    if await Commendation.filter(
        subject_type=about[0], subject_id=about[1], by__person_id=actor.person_id
    ).exists():
        raise NotNow("您已经为这件事表扬过。")
    await village.lock()
    named = _of_the_village(village, posts or [])
    await _must_have_no_ties(actor, village, named)
    hat = actor.hats[0]
    await hold()
    made = await Commendation.create(
        unit=village,
        subject_type=about[0],
        subject_id=about[1],
        title=title,
        story=story.strip(),
        by_id=actor.post_id,
        by_label=await _label(hat.post_id),
        named=len(named),
        made_at=now(),
        told=await may_be_told(village),
    )
    await Commended.bulk_create(Commended(commendation=made, post=one, name=one.person.name) for one in named)
    earlier = Commendation.filter(unit=village, made_at__gte=_month_begins())
    await moved()
    for give_way in _after_praise:
        await give_way()
    tell(Praised(unit=village.pk, by=tuple(one.pk for one in named), nth=await earlier.count()))
    return made


def _of_the_village(village: Unit, posts: Sequence[Post]) -> list[Post]:
    found = list({one.pk: one for one in posts}.values())
    if len(found) > MOST_PRAISED:
        raise Invalid(f"一次最多写 {MOST_PRAISED} 个人。", field="posts")
    if any(one.role not in DOERS or not one.unit.path.startswith(village.path) for one in found):
        raise Invalid("只能表扬这个村社的干部和网格员。", field="posts")
    return found


async def _must_have_no_ties(actor: Viewer, village: Unit, named: Sequence[Post]) -> None:
    """Whoever works in the village praises nobody of it, from whatever other post."""
    there = Post.filter(in_force(), person_id=actor.person_id or 0, unit__path__startswith=village.path)
    if any(one.person_id == actor.person_id for one in named) or await there.exists():
        raise NotAllowed("您也在这个村社任职，不能表扬本村社。")


LEFT_UNNAMED = 3
"""So many of a township's group at least are named nowhere, lest the last be found by leaving out the others."""
Naming = Callable[[Sequence[Period]], Awaitable[set[int]]]
_named: list[Naming] = []


def names_too(naming: Naming) -> Naming:
    """Have praise know which villages are named elsewhere, in a way that stays, over these periods."""
    _named.append(naming)
    return naming


_after_praise: list[Callable[[], Awaitable[None]]] = []


def gives_way_to_praise(settle: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Have who is named elsewhere settled anew within the transaction that praised somebody."""
    _after_praise.append(settle)
    return settle


async def may_be_told(village: Unit) -> bool:
    """Whether three of its township's group stay unnamed beside it, over all boards on show and the praise since.

    Boards of open periods give way to praise, and are settled with it. A village that stands in no group yet
    may be the only one left out of them, so its praise is not told to everybody.
    """
    periods = await Period.filter(on_show(), city__path__in=upwards(village.path)).order_by("since")
    if not periods:
        return True
    since = datetime.combine(periods[0].since, time(0), TOWN_ZONE)
    here = Q(unit__parent_id=village.parent_id)
    praised = Commendation.filter(here, told=True, made_at__gte=since).values_list("unit_id", flat=True)
    named = {int(str(one)) for one in await praised}.union(*[await find(periods) for find in _named])
    if village.pk in named:
        return True
    cells: dict[tuple[int, int], set[int]] = defaultdict(set)
    lines = VillageIndex.filter(here, period_id__in=[one.pk for one in periods])
    for period, group, unit in await lines.values_list("period_id", "group_id", "unit_id"):
        cells[int(str(period)), int(str(group))].add(int(str(unit)))
    own = [cell for cell in cells.values() if village.pk in cell]
    return bool(own) and all(len(cell - named - {village.pk}) >= LEFT_UNNAMED for cell in own)


async def _label(post_id: int) -> str:
    post = await Post.get(pk=post_id).select_related("unit")
    return _joined(post.unit.name, post.role_label)


def _joined(place: str, title: str) -> str:
    """澄潭街道 and 街道党工委书记 make 澄潭街道党工委书记: what both say is said once."""
    longest = range(min(len(place), len(title)), 1, -1)
    return place + title[next((many for many in longest if place.endswith(title[:many])), 0) :]


def _month_begins() -> datetime:
    return datetime(today().year, today().month, 1, tzinfo=TOWN_ZONE)


@rule("只能由本人决定。")
def is_oneself(actor: Viewer, person: Person) -> bool:
    return actor.signed_in and actor.person_id == person.id


@command(said="不上榜", who=is_oneself, name="evaluation.opt_out")
async def opt_out(actor: Viewer, person: Person, *, stay_away: bool) -> OptOut:
    """Ask not to be named on boards and in praise, or take that back."""
    await moved()
    found = await OptOut.get_or_none(person=person)
    if found is None:
        return await OptOut.create(person=person, since=now(), ended_at=None if stay_away else now())
    found.since, found.ended_at = (now(), None) if stay_away else (found.since, now())
    await found.save(update_fields=["since", "ended_at"])
    return found
