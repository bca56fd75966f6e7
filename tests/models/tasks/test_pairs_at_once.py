"""Whatever two people do to the same work at once: both stand or one reads why, and the work is never left half done."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from models.base.clock import clock_at
from models.base.refusals import Refusal
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.requests import WorkRequest
from models.tasks import Task, TaskSource
from models.trail import verify
from tests.builders import an_admitted_request
from tests.models.tasks.cast import Cast, Deed
from tests.models.tasks.walk import EVERYWHERE, brought_to, machine, may_be_done

pytestmark = [pytest.mark.anyio, pytest.mark.nightly, pytest.mark.usefixtures("on_threads")]
PAIRS = 200
AT_A_WORK = 8
"""Pairs upon one piece of work before there is a new one, so that late states are met as well."""


class Work:
    """Two requests and the tasks that came of them, held to what every walk through tasks is held to."""

    def __init__(self, people: Cast, reached: Counter[str]) -> None:
        self.people, self.rules = people, machine(lambda _: None, people, reached, EVERYWHERE)()

    async def begin(self, state: str) -> Work:
        self.rules.requests = [(await an_admitted_request(self.people.town)).pk for _ in range(2)]
        first = await WorkRequest.get(pk=self.rules.requests[0]).prefetch_related(*WorkRequest.judged_with)
        self.rules.tasks = [(await brought_to(self.people, state, first)).pk]
        return self

    async def somebody(self, chance: random.Random) -> tuple[Viewer, Deed] | None:
        """An act with rows of its own, as each of two servers reads them."""
        possible = await self.people.deeds(self.rules.requests, self.rules.tasks)
        may = may_be_done(self.people.everybody, possible, ending=chance.random() > 0.8)
        return chance.choice(chance.choice(may)) if may else None

    async def holds(self) -> None:
        found = Task.filter(sources__request_id__in=self.rules.requests)
        self.rules.tasks = sorted({int(str(one)) for one in await found.values_list("id", flat=True)})
        self.rules.merged = {
            one: {
                int(str(n)) for n in await TaskSource.filter(task_id=one).values_list("request_id", flat=True)
            }
            for one in self.rules.tasks
        }
        await self.rules.check()


async def _done(actor: Viewer, deed: Deed) -> str:
    """What came of it: anything but its work or a refusal is an error, a deadlock that nobody tried again among them."""
    command, subject, details = deed
    try:
        await command(actor, subject, **details)
    except Refusal:
        return "refused"
    return "done"


async def test_two_hundred_pairs_of_acts_at_once_leave_nothing_half_done(
    town: str, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(str(request.config.getoption("--hypothesis-seed") or 1))
    came, reached = Counter[Any](), Counter[str]()
    people = await Cast().gather()
    with clock_at(people.at):
        while sum(came.values()) < PAIRS:
            work = await Work(people, reached).begin(chance.choice(EVERYWHERE))
            for _ in range(AT_A_WORK):
                both = [one for one in [await work.somebody(chance) for _ in range(2)] if one is not None]
                if len(both) < 2:
                    break
                async with asyncio.timeout(60):
                    came[tuple(sorted(await asyncio.gather(*(_done(*one) for one in both))))] += 1
                await work.holds()
        await seal_all()
        assert not await verify()
    assert came["done", "done"] and came["done", "refused"], came
