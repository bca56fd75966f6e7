"""Enrolling people, appointing them, ending a post, and handing it over on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from models.base.clock import today
from models.base.commands import Personal, command, rule
from models.base.days import Reckoned
from models.base.identities import Name
from models.base.refusals import Invalid, NotAllowed
from models.base.telephones import Telephone
from models.base.text import Line
from models.base.viewer import Viewer
from models.people.duplicates import known_as, known_people
from models.people.management import manages, not_managed, tie, who_manages
from models.people.records import Person, Post
from models.people.roles import LEVELS_OF, MANAGERS, ROLES
from models.units import LEVELS, Unit


@rule("只有本镇街的统筹员、主要领导或上级管理员可以管理这里的人员。")
def manages_people_here(actor: Viewer, unit: Unit) -> bool:
    return actor.is_clock or actor.oversees(unit.path, *MANAGERS)


NOT_YOURS = (
    "只有本镇街的统筹员、主要领导或上级管理员可以管理这个任职；领导、监督员的和自己的任职由上一级管理。"
)


@rule(NOT_YOURS)
def manages_the_post(actor: Viewer, post: Post) -> bool:
    theirs = manages(actor, post.role, post.unit.path) and post.person_id != actor.person_id
    return actor.is_clock or theirs


def must_manage(actor: Viewer, unit: Unit, role: str, person_id: int | None = None) -> None:
    """Raise NotAllowed for a post that is the level above's to give, or one's own."""
    if person_id is not None and person_id == actor.person_id:
        raise NotAllowed("不能给自己登记任职，请由别人办理。")
    if not manages(actor, role, unit.path):
        raise NotAllowed(f"{ROLES[role]}由{who_manages(role)}登记，您不能办理。")


def held_elsewhere(name: str) -> NotAllowed:
    """The refusal of another post for somebody who holds one that is not one's own to manage."""
    return NotAllowed(
        f"{name}还担任不归您管理的职务（或就是您本人），不能由您再登记任职，请由管理这个人全部任职的上级办理。"
    )


async def must_manage_all_of(actor: Viewer, person: Person) -> None:
    """Raise NotAllowed for somebody of whose posts one is not the actor's: a post given would bind who judges them."""
    if await not_managed(actor).filter(person_id=person.pk).exists():
        raise held_elsewhere(person.name)


@rule("这个任职已经结束。")
def still_held(post: Post) -> bool:
    return post.until_on is None or post.until_on >= today()


@rule("这个单位已经撤销。")
def still_there(unit: Unit) -> bool:
    return unit.ended_on is None


@command(said="登记人员", who=manages_people_here, when=still_there)
async def enrol(
    actor: Viewer,
    unit: Unit,
    *,
    name: Personal[Name[str]],
    phone: Personal[Telephone[str]] = "",
    role: str,
    title: Line[str] = "",
    duties: Sequence[str] = (),
) -> Post:
    """Take a person in with a first post, from today; whoever is known by this name and telephone is the same person."""
    _fits(role, unit)
    must_manage(actor, unit, role)
    person = await _known(actor, _name(name), phone) or await Person.create(name=name, phone=phone)
    return await appoint(actor, unit, person=person, role=role, from_on=today(), title=title, duties=duties)


@command(said="任职", who=manages_people_here, when=still_there)
async def appoint(
    actor: Viewer,
    unit: Unit,
    *,
    person: Person,
    role: str,
    from_on: Reckoned[date],
    until_on: Reckoned[date | None] = None,
    title: Line[str] = "",
    duties: Sequence[str] = (),
) -> Post:
    """Give a person a post at this unit, beside any they hold already."""
    _fits(role, unit)
    must_manage(actor, unit, role, person.pk)
    if until_on is not None and until_on < from_on:
        raise Invalid("结束日期不能早于开始日期。", field="until_on")
    if await Post.filter(person=person, unit=unit, role=role, until_on=None).exists():
        raise Invalid("这个人已经担任这个职务。", field="role")
    await must_manage_all_of(actor, person)
    if not await Post.filter(person=person).exists():
        await tie(actor, person.pk)
    return await Post.create(
        person=person,
        unit=unit,
        role=role,
        title=_title(title),
        from_on=from_on,
        until_on=until_on,
        duties=list(duties),
    )


@command(said="结束任职", who=manages_the_post, when=still_held)
async def end_post(actor: Viewer, post: Post, *, until_on: Reckoned[date], reason: str) -> Post:
    """Let a post end with a day; the rights go with it."""
    if not reason.strip():
        raise Invalid("请写明原因。", field="reason")
    if until_on < post.from_on:
        raise Invalid("结束日期不能早于开始日期。", field="until_on")
    post.until_on = until_on
    await post.save(update_fields=["until_on"])
    return post


@command(said="交接", who=manages_the_post, when=still_held)
async def hand_over(actor: Viewer, post: Post, *, successor: Person, on: Reckoned[date]) -> Post:
    """The successor holds the post from the day; the predecessor until the day before. Work stays with the unit."""
    if on <= post.from_on:
        raise Invalid("交接日期要晚于任职开始的日期。", field="on")
    if successor.pk == post.person_id:
        raise Invalid("不能交接给本人。", field="successor")
    post.until_on = on - timedelta(days=1)
    await post.save(update_fields=["until_on"])
    return await appoint(
        actor, post.unit, person=successor, role=post.role, from_on=on, title=post.title, duties=post.duties
    )


def _fits(role: str, unit: Unit) -> None:
    if role not in ROLES:
        raise Invalid("请选择职务。", field="role")
    if unit.level not in LEVELS_OF[role]:
        raise Invalid(f"{ROLES[role]}不能设在{LEVELS[unit.level]}。", field="role")


async def _known(actor: Viewer, name: str, phone: str) -> Person | None:
    """Among those the actor sees; of two without a telephone nobody can tell that they are one."""
    found = await known_people([known_as(name, phone, 0)], Person.visible_to(actor)) if phone else {}
    return await Person.get(pk=next(iter(found.values()))) if found else None


def _name(name: str) -> str:
    if not 1 <= len(name) <= 40:
        raise Invalid("请填写姓名（不超过 40 个字）。", field="name")
    return name


def _title(title: str) -> str:
    if len(title) > 40:
        raise Invalid("职务名称不超过 40 个字。", field="title")
    return title
