"""Whoever made, reset or appointed another does not approve their drafts for some days, nor anybody what they wrote."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import models
from models import accounts, people, tasks
from models.accounts import Account
from models.base.clock import clock_at, now, today
from models.base.commands import Rule
from models.base.refusals import NotAllowed
from models.base.separation_of_duties import SIBLINGS, TIED
from models.base.settings import settings
from models.base.viewer import TOWN_CLOCK, Viewer
from models.people import Person, Post
from models.people.management import tie, tied
from models.people.records import TOGETHER
from models.tasks import Task
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio
MODELS = Path(__file__).parents[2] / "models"


ANOTHER = re.compile("另一位|不能是|不能自己")
"""How a rule says that it asks for another person."""


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
    "accounts/management.py": 3,
    "base/separation_of_duties.py": 3,
    "bidding/scoring.py": 1,
    "complaints/filing.py": 1,
    "points/commendations.py": 2,
    "registry/templates.py": 1,
    "inbox/choices.py": 1,
    "matters/consultation.py": 1,
    "people/importing.py": 1,
    "people/view_as.py": 1,
    "people/management.py": 3,
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


def test_every_rule_that_says_it_asks_for_another_person_does() -> None:
    """Found in all of models: such words without `apart_from` would bar one account, and not the person behind it."""
    rules: dict[str, Rule] = {}
    for found in pkgutil.walk_packages(models.__path__, "models."):
        if "migrations" not in found.name:
            held = vars(importlib.import_module(found.name))
            rules |= {f"{found.name}.{name}": one for name, one in held.items() if isinstance(one, Rule)}
    says = {name: one for name, one in rules.items() if ANOTHER.search(one.otherwise)}
    assert len({id(one) for one in says.values()}) > 8
    assert [name for name, one in says.items() if one.apart_from is None] == []


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
