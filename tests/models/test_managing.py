"""Who manages whose posts and accounts: every role over every role, above, beside and below, through every command."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from models import accounts, people, tasks
from models.accounts import Account
from models.base.apart import SIBLINGS, TIED
from models.base.clock import clock_at, now, today
from models.base.commands import Command
from models.base.refusals import Invalid, NotAllowed
from models.base.settings import settings
from models.base.viewer import TOWN_CLOCK, Viewer
from models.compliance.dossier import commands
from models.people import ROLES, Person, Post
from models.people.managing import MANAGED_BY, managed_posts, roles_to_give, tie, tied, who_manages
from models.people.records import LEVELS_OF, TOGETHER
from models.tasks import Task
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer
from tests.furnished import furnished

pytestmark = pytest.mark.anyio
MODELS = Path(__file__).parents[2] / "models"


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


async def _drafted_by_one_whom_the_head_made(place: Town) -> tuple[Viewer, Viewer, Task]:
    head = await a_viewer("head", place.township)
    post = await people.enrol(head, place.township, name="自己人", role="coordinator")
    post = await Post.get(pk=post.pk).prefetch_related(*Post.judged_with)
    account = await accounts.open_account(head, post, password="first-password-1")
    desk = await accounts.viewer_of_account(account)
    task = await a_task(place, "draft")
    await Task.filter(pk=task.pk).update(drafted_by_id=desk.post_id)
    await tasks.submit_for_approval(desk, task)
    return head, desk, await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)


async def test_who_made_the_drafters_account_approves_none_of_their_drafts_for_some_days(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    head, desk, task = await _drafted_by_one_whom_the_head_made(place)
    assert await Person.filter(pk=desk.person_id).exists() and desk.tied_to == {head.person_id}
    with pytest.raises(NotAllowed) as no:
        await tasks.approve(head, task)
    assert no.value.reason == TIED
    assert tasks.approve.allows(await a_viewer("leader", place.township), task), "anybody else may"
    with clock_at(now() + timedelta(days=settings().apart_days, seconds=1)):
        assert tasks.approve.allows(head, task)


async def test_the_days_are_counted_from_the_first_password_of_ones_own(town: str) -> None:
    """Until then whoever gave the first one could be the one who uses it."""
    place = await a_town()
    await a_list(place.city)
    head, desk, task = await _drafted_by_one_whom_the_head_made(place)
    account = await Account.get(person_id=desk.person_id).prefetch_related(*Account.judged_with)
    later = now() + timedelta(days=settings().apart_days, seconds=1)
    with clock_at(later):
        await accounts.change_password(desk, account, current="first-password-1", new="青山 tea 42 bridge")
        task = await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)
        assert not tasks.approve.allows(head, task)


async def _enrolled(by: Viewer, at: Unit, role: str) -> tuple[Post, Account]:
    post = await people.enrol(by, at, name="自己人", role=role)
    post = await Post.get(pk=post.pk).prefetch_related(*Post.judged_with)
    account = await accounts.open_account(by, post, password="first-password-1")
    return post, await Account.get(pk=account.pk).prefetch_related(*Account.judged_with)


async def _chose_a_password(account: Account) -> Viewer:
    me = await accounts.viewer_of_account(account)
    await accounts.change_password(me, account, current="first-password-1", new="青山 tea 42 bridge")
    account = await Account.get(pk=account.pk).prefetch_related(*Account.judged_with)
    return await accounts.viewer_of_account(account)


@pytest.mark.parametrize("chain", [False, True], ids=["siblings", "chain"])
async def test_two_whom_one_person_made_keep_apart_for_two_days_and_then_work(town: str, chain: bool) -> None:
    """A keeper opens the accounts of a township, or opens the head's who opens the others: no week of standstill."""
    place = await a_town()
    await a_list(place.city)
    above = await a_viewer("city_admin", place.city)
    maker = await _chose_a_password((await _enrolled(above, place.township, "head"))[1]) if chain else above
    leader, desk = [
        await _chose_a_password((await _enrolled(by, place.township, role))[1])
        for by, role in ((above, "leader"), (maker, "coordinator"))
    ]
    task = await a_task(place, "draft")
    await Task.filter(pk=task.pk).update(drafted_by_id=desk.post_id)
    await tasks.submit_for_approval(desk, task)
    task = await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)
    with pytest.raises(NotAllowed) as no:
        await tasks.approve(leader, task)
    assert no.value.reason == SIBLINGS and above.person_id in desk.tied_to
    with clock_at(now() + TOGETHER + timedelta(seconds=1)):
        account = await Account.get(person_id=leader.person_id)
        task = await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)
        assert tasks.approve.allows(await accounts.viewer_of_account(account), task)


async def test_a_one_time_password_not_used_keeps_whoever_gave_it_tied(town: str) -> None:
    place = await a_town()
    head = await a_viewer("head", place.township)
    _, account = await _enrolled(head, place.township, "coordinator")
    with clock_at(now() + timedelta(days=settings().apart_days, seconds=1)):
        other = await a_viewer("head", place.township)
        await tie(other, account.person_id)
        desk = await _chose_a_password(account)
        assert desk.tied_to == {head.person_id, other.person_id}


async def test_nobody_binds_whom_they_do_not_manage_by_giving_them_a_post(town: str) -> None:
    """The city's keeper and the township's own leader would have no say any more over whoever did."""
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    for one in (await a_viewer("list_keeper", place.county), await a_viewer("leader", place.township)):
        person = await Person.get(pk=one.person_id)
        await Person.filter(pk=person.pk).update(phone="13800001111")
        post = await people.enrol(desk, place.village, name="联络员", role="liaison")
        post = await Post.get(pk=post.pk).prefetch_related(*Post.judged_with)
        with pytest.raises(NotAllowed, match="不归您管理"):
            await people.appoint(desk, place.village, person=person, role="liaison", from_on=today())
        with pytest.raises(NotAllowed, match="不归您管理"):
            await people.hand_over(desk, post, successor=person, on=today() + DAY)
        assert (await Person.get(pk=person.pk)).tied_to == frozenset()


async def test_a_table_binds_nobody_who_is_known_already(town: str) -> None:
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    keeper = await a_viewer("list_keeper", place.county, name="县里人")
    leader = await a_viewer("leader", place.township, name="镇里人")
    cadre = await a_viewer("cadre", place.village, name="村里人")
    await Person.all().update(phone="13800001111")

    async def brought(name: str, *, dry_run: bool) -> int:
        table = f"name,phone,unit_code,role\n{name},13800001111,{place.village.code},liaison\n"
        name = f"{name}.csv"
        return (await people.import_people(desk, place.township, name, table.encode(), dry_run=dry_run)).made

    for dry_run in (True, False):
        with pytest.raises(NotAllowed, match=r"镇里人.*不归您管理"):
            await brought("镇里人", dry_run=dry_run)
    assert await brought("县里人", dry_run=False) == await brought("村里人", dry_run=False) == 1
    assert await Post.filter(person_id__in=[keeper.person_id, leader.person_id]).count() == 2
    assert await Post.filter(person_id=cadre.person_id).count() == 2
    for one in (keeper, leader, cadre):
        assert (await Person.get(pk=one.person_id)).tied_until is None


async def test_a_reset_a_post_and_an_import_tie_like_an_enrolment(town: str) -> None:
    place = await a_town()
    above = await a_viewer("city_admin", place.county)
    leader = await a_viewer("leader", place.township)
    account = await Account.create(person_id=leader.person_id, username="leader", password_hash="!")
    account = await Account.get(pk=account.pk).prefetch_related(*Account.judged_with)
    await accounts.reset_password(above, account, password="another-slip-1")
    table = f"name,phone,unit_code,role\n新来的,13800001111,{place.township.code},leader\n"
    await people.import_people(above, place.county, "people.csv", table.encode())
    known = await Person.create(name="旧人")
    await people.appoint(above, place.township, person=known, role="leader", from_on=today())
    for person in await Person.filter(name__in=("新来的", "旧人", leader.name)):
        assert person.tied_to == {above.person_id}, person.name
    assert tied(TOWN_CLOCK) == {}


PLAIN_COMPARISONS = {
    "accounts/keeping.py": 3,
    "base/apart.py": 3,
    "bidding/scoring.py": 1,
    "complaints/making.py": 1,
    "evaluation/praising.py": 2,
    "inbox/choices.py": 1,
    "matters/consulting.py": 1,
    "people/importing.py": 1,
    "people/looking.py": 1,
    "people/managing.py": 3,
    "people/posts.py": 2,
    "tasks/discussion.py": 1,
}
"""Where a person is compared with the actor by hand: one's own things, never another person's word."""


def test_whoever_asks_for_another_persons_word_asks_in_one_place() -> None:
    found: dict[str, int] = {}
    for path in sorted(MODELS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Compare) and "actor.person_id" in ast.unparse(node):
                found[str(path.relative_to(MODELS))] = found.get(str(path.relative_to(MODELS)), 0) + 1
    assert found == PLAIN_COMPARISONS


async def test_whoever_wrote_a_draft_last_does_not_approve_it(town: str) -> None:
    """Two posts at once: who drafts at the desk, and approves as a leader what a colleague had begun."""
    place = await a_town()
    await a_list(place.city)
    task = await a_task(place, "draft")
    desk = await a_viewer("coordinator", place.township)
    leads = await Post.create(
        person_id=desk.person_id, unit=place.township, role="leader", from_on=today() - DAY
    )
    post = await Post.get(pk=leads.pk).select_related("unit")
    both = replace(desk, hats=(*desk.hats, post.hat()))
    said = {"title": task.title, "body": "另一段话。", "due_on": today() + 9 * DAY, "units": [place.village]}
    await tasks.revise(both, task, **said)
    await tasks.submit_for_approval(both, task)
    task = await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)
    with pytest.raises(NotAllowed, match="不能是起草人本人"):
        await tasks.approve(both, task)
