"""Who manages whose posts and accounts: every role over every role, above, beside and below, through every command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from models import accounts, people
from models.accounts import Account
from models.base.clock import today
from models.base.commands import Command
from models.base.refusals import Invalid, NotAllowed
from models.base.viewer import TOWN_CLOCK, Viewer
from models.compliance.dossier import commands
from models.people import Person, Post
from models.people.management import managed_posts, roles_to_give, who_manages
from models.people.roles import LEVELS_OF, MANAGED_BY, ROLES
from models.units import Unit
from tests.builders import DAY, Town, a_town, a_viewer
from tests.furnished import furnished

pytestmark = pytest.mark.anyio


@dataclass
class Holder:
    """Somebody with one post at one place, as they act and as they are acted upon."""

    viewer: Viewer
    post: Post
    account: Account

    @property
    def level(self) -> str:
        return self.post.unit.level

    def __repr__(self) -> str:
        return f"{self.post.role}@{self.post.unit.name}"


PLACES = (
    *("city", "county", "township", "other_township", "village", "other_village", "grid"),
    *("department", "office"),
)


@furnished
async def a_full_town() -> Town:
    """Somebody with an account in every role at every place that may have it, twice."""
    place = await a_town()
    for where, role, _ in product(PLACES, ROLES, range(2)):
        unit = getattr(place, where)
        if unit.level in LEVELS_OF[role]:
            viewer = await a_viewer(role, unit)
            await Account.create(
                person_id=viewer.person_id, username=f"u{viewer.person_id}", password_hash="!"
            )
    return place


async def holders() -> list[Holder]:
    rows = await Account.all().prefetch_related(*Account.judged_with).order_by("id")
    posts = {post.person_id: post for post in await Post.all().prefetch_related(*Post.judged_with)}
    return [
        Holder(Viewer(one.person_id, one.pk, "", (posts[one.person_id].hat(),)), posts[one.person_id], one)
        for one in rows
    ]


OWN = {"own_account", "own_session", "own_post", "own_token", "works_with_the_village", "manages_people_here"}
"""Rules of what is done with one's own, of looking without acting, and of a place before it is said for whom."""
UPON_SOMEBODY = [
    one
    for one in commands()
    if one.name.split(".")[0] in {"people", "accounts"} and one.who.holds.__name__ not in OWN
]
AT_A_PLACE = [one for one in commands() if one.who.holds.__name__ == "manages_people_here"]


def test_every_verb_over_somebody_elses_post_or_account_is_tried() -> None:
    upon = "end_account open_account reset_password unlock end_post hand_over"
    assert {one.name.split(".")[1] for one in UPON_SOMEBODY} == set(upon.split())
    assert {one.name for one in AT_A_PLACE} == {"people.appoint", "people.enrol", "people.take_people"}
    assert set(MANAGED_BY) == set(ROLES) and all(who_manages(role) for role in ROLES)


MINE = {
    "city_admin@city": """
        city_admin@county list_keeper@county supervisor@county supervisor@township supervisor@village
        coordinator@township head@township leader@township observer@city observer@county observer@township
        secretary@village cadre@village grid_worker@village grid_worker@grid liaison@village
        first_secretary@village department_officer@department office@department""",
    "city_admin@county": """
        supervisor@township supervisor@village coordinator@township head@township leader@township
        observer@county observer@township secretary@village cadre@village grid_worker@village grid_worker@grid
        liaison@village first_secretary@village department_officer@department office@department""",
    "head@township": """
        coordinator@township observer@township supervisor@village secretary@village cadre@village
        grid_worker@village grid_worker@grid liaison@village first_secretary@village
        department_officer@department office@department""",
    "coordinator@township": """
        observer@township supervisor@village secretary@village cadre@village grid_worker@village
        grid_worker@grid liaison@village first_secretary@village department_officer@department office@department""",
}
"""Said again, in the words of the rule and not of its table: all that anybody may do to others, in their own area."""


def may_manage(actor: Holder, other: Holder) -> bool:
    named = MINE.get(f"{actor.post.role}@{actor.level}", "").split()
    beneath = other.post.unit.path.startswith(actor.post.unit.path)
    return actor.post.pk != other.post.pk and beneath and f"{other.post.role}@{other.level}" in named


@pytest.mark.furnished(by=a_full_town)
async def test_every_role_over_every_role_by_every_verb(town: str, figure: Callable[[str], None]) -> None:
    await a_full_town()
    everybody = await holders()
    cells = allowed = 0
    for actor, other, verb in product(everybody, everybody, UPON_SOMEBODY):
        subject: Any = other.account if verb.name.startswith("accounts.") else other.post
        subject = other.post if verb is accounts.open_account else subject
        may = verb.allows(actor.viewer, subject)
        assert may == may_manage(actor, other), f"{actor} {verb.name} {other}: {may}"
        cells, allowed = cells + 1, allowed + may
    assert allowed > 500
    figure(f"{cells} cells of role × command × relation asked, {allowed} allowed")


async def _enrol(actor: Viewer, other: Holder) -> None:
    await people.enrol(actor, other.post.unit, name="新来的", role=other.post.role)


async def _appoint(actor: Viewer, other: Holder) -> None:
    known = await Person.create(name="旧人")
    await people.appoint(actor, other.post.unit, person=known, role=other.post.role, from_on=today())


async def _bring(actor: Viewer, other: Holder) -> None:
    at = other.post.unit
    table = f"name,phone,unit_code,role\n新来的,13800001111,{at.code},{other.post.role}\n"
    root = await Unit.get(pk=actor.unit_id)
    await people.import_people(actor, root, "people.csv", table.encode(), dry_run=True)


GIVEN = {"people.enrol": _enrol, "people.appoint": _appoint, "people.take_people": _bring}
Giving = Callable[[Viewer, Holder], Awaitable[None]]


@pytest.mark.furnished(by=a_full_town)
@pytest.mark.parametrize("verb", AT_A_PLACE, ids=lambda verb: verb.name)
async def test_no_role_is_given_that_is_not_ones_own_to_give(
    town: str, verb: Command[Any, Any, Any], figure: Callable[[str], None]
) -> None:
    """Acted, not only asked: the role is a detail. Whoever manages nobody is refused at the place itself."""
    await a_full_town()
    everybody = await holders()
    one_each = {repr(one): one for one in everybody}.values()
    managers = [one for one in one_each if f"{one.post.role}@{one.level}" in MINE]
    refused = 0
    for actor, other in _forbidden(managers, list(one_each)):
        with pytest.raises((NotAllowed, Invalid)):
            await GIVEN[verb.name](actor.viewer, other)
        refused += 1
    assert not await Person.filter(name="新来的").exists()
    assert {repr(one) for one in one_each if verb.allows(one.viewer, one.post.unit)} <= {
        repr(one) for one in managers
    }
    figure(f"{refused} forbidden posts tried and refused")


def _forbidden(managers: list[Holder], others: list[Holder]) -> Iterator[tuple[Holder, Holder]]:
    """At each manager's own places all that is not theirs to give, and one of each role beside them."""
    for actor, other in product(managers, others):
        near = other.post.unit.path.startswith(actor.post.unit.path) or other.level == actor.level
        if near and not may_manage(
            actor, Holder(other.viewer, Post(unit=other.post.unit, role=other.post.role), other.account)
        ):
            yield actor, other


@pytest.mark.furnished(by=a_full_town)
async def test_pages_offer_the_posts_and_roles_that_the_rules_allow(town: str) -> None:
    await a_full_town()
    everybody = await holders()
    for actor in {repr(one): one for one in everybody}.values():
        offered = set(await Post.filter(managed_posts(actor.viewer)).values_list("id", flat=True))
        assert offered == {one.post.pk for one in everybody if may_manage(actor, one)}, actor
        given = {role for role, _ in roles_to_give(actor.viewer)}
        assert given >= {one.post.role for one in everybody if may_manage(actor, one)}


async def test_nobody_gives_a_post_to_themselves(town: str) -> None:
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    own = await Person.get(pk=desk.person_id)
    other = await a_viewer("secretary", place.village)
    post = await Post.get(pk=other.post_id).prefetch_related(*Post.judged_with)
    with pytest.raises(NotAllowed, match="不能给自己"):
        await people.appoint(desk, place.village, person=own, role="secretary", from_on=today())
    with pytest.raises(NotAllowed, match="不能给自己"):
        await people.hand_over(desk, post, successor=own, on=today())
    table = f"name,phone,unit_code,role\n{own.name},{own.phone},{place.village.code},secretary\n"
    with pytest.raises(NotAllowed, match="您自己"):
        await people.import_people(desk, place.township, "people.csv", table.encode())
    assert await Post.filter(person=own).count() == 1


async def test_no_account_is_had_by_way_of_a_lower_post_or_before_a_higher_one_begins(town: str) -> None:
    """A leader who also serves a village, and a cadre who is a leader from tomorrow."""
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    for begins in (today() - DAY, today() + DAY):
        low = await a_viewer("liaison", place.village)
        await Post.create(person_id=low.person_id, unit=place.township, role="leader", from_on=begins)
        post = await Post.get(pk=low.post_id).prefetch_related(*Post.judged_with)
        with pytest.raises(NotAllowed, match="上一级"):
            await accounts.open_account(desk, post)
        made = await accounts.open_account(TOWN_CLOCK, post)
        account = await Account.get(pk=made.pk).prefetch_related(*Account.judged_with)
        for verb in (accounts.reset_password, accounts.unlock, accounts.end_account):
            assert not verb.allows(desk, account)
