"""Wrong passwords: each counts, at once and for good, wherever one is asked for; and nobody locks another out."""

from __future__ import annotations

import asyncio
import inspect
from datetime import timedelta
from typing import Any, get_args

import pytest
from tortoise import connections
from tortoise.backends.base.client import TransactionalDBClient

from models import accounts, tasks
from models.accounts import Throttle, devices, passwords, signature, throttling
from models.accounts.throttling import (
    KEPT,
    TRIES_BY_NAME,
    TRIES_FROM_ANYWHERE,
    TRIES_IN_A_CROWD,
    TRIES_OF_A_CROWD,
    WINDOW,
    Limit,
    forget_counts,
    take,
)
from models.base.clock import clock_at, now
from models.base.commands import SECRET
from models.base.refusals import Invalid, Refusal, TooMany
from models.base.viewer import TOWN_CLOCK
from models.compliance.dossier import commands
from models.tasks import Task
from tests.builders import a_list, a_signer, a_task, a_town
from tests.kept import ROOT
from tests.models.test_accounts import BETTER, ELSEWHERE, HERE, PASSWORD, WRONG, an_account, own

pytestmark = pytest.mark.anyio
CROWD = 100


async def outcome(tried: Any) -> str:
    try:
        await tried
    except TooMany:
        return "too many"
    except Invalid:
        return "wrong"
    return "right"


async def test_a_hundred_tries_at_once_are_no_more_than_those_one_may_have(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    checked = 0

    async def looked(*_: object) -> bool:
        nonlocal checked
        checked += 1
        await asyncio.sleep(0)
        return False

    monkeypatch.setattr(signature, "is_right", looked)
    tries = [accounts.sign_in(account.username, f"{WRONG}{n}", HERE) for n in range(CROWD)]
    told = await asyncio.gather(*(outcome(one) for one in tries))
    assert (told.count("wrong"), told.count("too many")) == (TRIES_BY_NAME, CROWD - TRIES_BY_NAME)
    assert checked == TRIES_BY_NAME, "a try that is not to be had is not even looked at"


async def _a_task_for_the_head(place: Any) -> Task:
    task = await a_task(place, "submitted")
    return await Task.get(pk=task.pk).prefetch_related(*Task.judged_with)


async def test_wrong_words_of_a_signature_and_of_a_change_count_though_all_else_is_taken_back(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.city)
    head = await a_signer("head", place.township, PASSWORD)
    account = await accounts.Account.get(pk=head.account_id).prefetch_related(*accounts.Account.judged_with)
    task = await _a_task_for_the_head(place)
    for n in range(TRIES_BY_NAME):
        with pytest.raises(Invalid, match="密码不对"):
            if n % 2:
                await accounts.change_password(head, account, current=WRONG, new=BETTER)
            await tasks.sign_overload.once(f"k{n}", head, task, seen="", reason="防汛", password=WRONG)
    for tried in (
        tasks.sign_overload(head, task, reason="防汛", password=PASSWORD),
        accounts.change_password(head, account, current=PASSWORD, new=BETTER),
    ):
        assert await outcome(tried) == "too many"
    assert (await accounts.sign_in(account.username, PASSWORD, HERE)).account.pk == account.pk


PASSWORDS = {"password", "current", "new"}


def test_whatever_takes_a_password_has_it_checked_and_hashed_ahead_of_its_transaction() -> None:
    found = set()
    for one in commands():
        secret = {name for name, hint in one.details.items() if SECRET in get_args(hint)}
        if secret & PASSWORDS:
            found.add(one.name)
            assert one.ahead is not None, one.name
            assert not {"hashed(", "is_right(", "is_theirs("} & set(inspect.getsource(one.act).split()), (
                one.name
            )
    assert found == {
        *("accounts.open_account", "accounts.reset_password", "accounts.change_password"),
        *("tasks.sign_overload", "tasks.ask_anew", "screening.admit_exceptionally", "matters.publish"),
    }


async def test_no_transaction_is_open_while_a_password_is_worked_on(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is slow on purpose keeps nobody else from writing."""
    place = await a_town()
    account = await an_account("secretary", place.village)
    worked, run = [], passwords.PASSWORDS.run

    async def watched(*work: Any) -> Any:
        worked.append(isinstance(connections.get("default"), TransactionalDBClient))
        return await run(*work)

    monkeypatch.setattr(passwords.PASSWORDS, "run", watched)
    me = await own(account)
    await accounts.sign_in(account.username, PASSWORD, HERE)
    await accounts.change_password.once("k", me, account, current=PASSWORD, new=BETTER)
    assert worked == [False] * 3


async def test_a_change_sent_twice_is_done_once_and_is_no_wrong_password(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    me = await own(account)
    for _ in range(TRIES_BY_NAME + 1):
        again = await accounts.Account.get(pk=account.pk).prefetch_related(*accounts.Account.judged_with)
        await accounts.change_password.once("k", me, again, current=PASSWORD, new=BETTER)
    assert await accounts.sign_in(account.username, BETTER, HERE)


async def test_on_a_known_device_one_gets_in_while_strangers_guess_from_everywhere(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "TRIES_FROM_ANYWHERE", 3 * TRIES_BY_NAME)
    place = await a_town()
    account = await an_account("secretary", place.village)
    mark = (await accounts.sign_in(account.username, PASSWORD, HERE)).mark
    for n in range(3):
        for _ in range(TRIES_BY_NAME):
            with pytest.raises(Invalid):
                await accounts.sign_in(account.username, WRONG, f"10.1.0.{n}")
    for _ in range(TRIES_IN_A_CROWD):
        assert await outcome(accounts.sign_in(account.username, WRONG, ELSEWHERE)) == "wrong"
    assert await outcome(accounts.sign_in(account.username, PASSWORD, ELSEWHERE)) == "too many"
    assert await accounts.sign_in(account.username, PASSWORD, ELSEWHERE, mark=mark)


@pytest.fixture
async def crowded(town: str, monkeypatch: pytest.MonkeyPatch) -> accounts.Account:
    """An account at whose name strangers have guessed as often as they may."""
    monkeypatch.setattr(throttling, "TRIES_FROM_ANYWHERE", TRIES_BY_NAME)
    account = await an_account("secretary", (await a_town()).village)
    for n in range(TRIES_BY_NAME):
        assert await outcome(accounts.sign_in(account.username, WRONG, f"10.1.0.{n}")) == "wrong"
    return account


async def test_a_right_password_enters_on_a_new_device_from_anywhere_while_strangers_guess(
    crowded: accounts.Account,
) -> None:
    """From where nobody guessed, and from where its own owner mistyped it once or twice."""
    assert await accounts.sign_in(crowded.username, PASSWORD, "10.9.0.1")
    for _ in range(TRIES_IN_A_CROWD - 1):
        assert await outcome(accounts.sign_in(crowded.username, WRONG, "10.9.0.2")) == "wrong"
    assert await accounts.sign_in(crowded.username, PASSWORD, "10.9.0.2")


async def test_in_a_crowd_each_place_has_few_guesses_a_day_however_many_at_once(
    crowded: accounts.Account,
) -> None:
    tries = [accounts.sign_in(crowded.username, WRONG, f"2001:db8:7:{n}::1") for n in range(12)]
    told = await asyncio.gather(*(outcome(one) for one in tries))
    assert (told.count("wrong"), told.count("too many")) == (TRIES_IN_A_CROWD, 12 - TRIES_IN_A_CROWD), (
        "the lines of one site are one place"
    )
    with clock_at(now() + timedelta(hours=1)):
        for n in range(TRIES_BY_NAME):  # the quarter of an hour is over, and they go on
            await outcome(accounts.sign_in(crowded.username, WRONG, f"10.2.0.{n}"))
        with pytest.raises(TooMany, match="解锁"):
            await accounts.sign_in(crowded.username, PASSWORD, "2001:db8:7:99::1")
        await accounts.unlock(TOWN_CLOCK, crowded)
        assert await accounts.sign_in(crowded.username, PASSWORD, "2001:db8:7:99::1")


async def test_in_a_crowd_too_whoever_used_up_their_own_tries_is_told_how_many_minutes_to_wait(
    crowded: accounts.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "TRIES_BY_ADDRESS", TRIES_IN_A_CROWD - 1)
    for n in range(TRIES_IN_A_CROWD - 1):
        await outcome(accounts.sign_in(f"another{n}", WRONG, "10.4.0.1"))
    with pytest.raises(TooMany, match=r"请 \d+ 分钟后再试"):
        await accounts.sign_in(crowded.username, PASSWORD, "10.4.0.1")
    monkeypatch.setattr(throttling, "TRIES_BY_ADDRESS", TRIES_IN_A_CROWD)
    for _ in range(TRIES_IN_A_CROWD):
        assert await outcome(accounts.sign_in(crowded.username, WRONG, "10.4.0.2")) == "wrong"
    with pytest.raises(TooMany, match="正被很多地方试密码"):  # both are gone: this is what keeps out longer
        await accounts.sign_in(crowded.username, PASSWORD, "10.4.0.2")


async def test_all_places_together_have_a_number_of_guesses_a_day_that_is_known(
    crowded: accounts.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "TRIES_OF_A_CROWD", 5)
    told = [await outcome(accounts.sign_in(crowded.username, WRONG, f"10.3.0.{n}")) for n in range(7)]
    assert told == ["wrong"] * 5 + ["too many"] * 2
    a_day = TRIES_FROM_ANYWHERE * (KEPT // WINDOW) + TRIES_OF_A_CROWD
    assert a_day == 19_600 and f"{a_day:,}" in (ROOT / "README.md").read_text("utf-8")


async def test_where_one_signed_in_that_day_a_new_device_gets_in_while_strangers_guess_from_everywhere(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "TRIES_FROM_ANYWHERE", TRIES_BY_NAME)
    account = await an_account("secretary", (await a_town()).village)
    await accounts.sign_in(account.username, PASSWORD, HERE)
    with clock_at(now() + timedelta(hours=20)):
        for n in range(TRIES_BY_NAME):
            with pytest.raises(Invalid):
                await accounts.sign_in(account.username, WRONG, f"10.1.0.{n}")
        for _ in range(TRIES_BY_NAME - 1):
            with pytest.raises(Invalid):
                await accounts.sign_in(account.username, WRONG, HERE)
        assert await accounts.sign_in(account.username, PASSWORD, HERE), (
            "and no more often than anywhere else"
        )
    with clock_at(now() + timedelta(days=2)):
        await forget_counts()
        assert not await Throttle.exists()


async def test_a_mark_of_a_device_is_its_accounts_alone_and_ends_with_the_password(town: str) -> None:
    place = await a_town()
    mine, other = await an_account("secretary", place.village), await an_account("cadre", place.village)
    mark = devices.mark_for(mine)
    assert devices.device_in(mark, mine)
    for wrong in (mark + "0", mark[1:], "", ".", "汉字.汉字", "a." + "0" * 64):
        assert not devices.device_in(wrong, mine), wrong
    assert not devices.device_in(mark, other) and not devices.device_in(mark, None)
    await accounts.change_password(await own(mine), mine, current=PASSWORD, new=BETTER)
    assert not devices.device_in(mark, mine)


async def test_a_known_device_has_no_more_tries_than_a_strange_one(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    mark = devices.mark_for(account)
    for n in range(TRIES_BY_NAME):
        with pytest.raises(Invalid):
            await accounts.sign_in(account.username, WRONG, f"10.2.0.{n}", mark=mark)
    with pytest.raises(TooMany):
        await accounts.sign_in(account.username, PASSWORD, HERE, mark=mark)
    assert await accounts.sign_in(account.username, PASSWORD, HERE)


async def test_made_up_names_leave_no_more_rows_than_an_address_has_tries_and_none_after_a_day(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "TRIES_BY_ADDRESS", 6)
    for n in range(12):
        with pytest.raises(Refusal):
            await accounts.sign_in(f"name{n}", WRONG, ELSEWHERE)
    assert await Throttle.all().count() == 2 * 6 + 1
    with clock_at(now() + KEPT + timedelta(seconds=1)):
        await forget_counts()
    assert not await Throttle.exists()


async def test_what_is_taken_in_part_is_not_taken_at_all(town: str) -> None:
    wide, gone = Limit("a", 5), Limit("b", 1)
    await take(gone)
    for _ in range(9):
        with pytest.raises(TooMany):
            await take(wide, gone)
    assert await Throttle.filter(key=wide.key, failures__gt=0).count() == 0
