"""Every path a project and its bids could take, taken at random by everybody at once, with the days going by."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from models import bidding
from models.base.clock import clock_at
from models.base.database import close_database, open_database
from models.base.events import Event
from models.base.refusals import Refusal
from models.base.viewer import Viewer
from models.bidding import (
    Award,
    AwardObjection,
    Bid,
    Milestone,
    Project,
    Score,
    Scorer,
    StepExtension,
)
from models.bidding.award_decisions import end_standstills
from tests.models.bidding.cast import Cast, Deed, brought_to
from tests.models.bidding.scenes import a_plan
from tests.models.moves import Seen, must_be_told

HOUR = timedelta(hours=1)
RECORDS: tuple[Any, ...] = (Project, Bid, Award, AwardObjection, Milestone, StepExtension, Scorer)


async def what_stands(number: int) -> Seen:
    """The state of every row of this project that has one."""
    own: dict[Any, dict[str, Any]] = {Project: {"id": number}}
    own |= {record: {"project_id": number} for record in (Bid, Award, Scorer)}
    own |= {record: {"award__project_id": number} for record in (AwardObjection, Milestone)}
    own |= {StepExtension: {"milestone__award__project_id": number}}
    return {
        (record.__name__, int(row)): str(state)
        for record in RECORDS
        for row, state in await record.filter(**own[record]).values_list("id", "state")
    }


STAGES = ("draft", "published", "opened", "judged", "announced")
"""Where walks begin."""


def machine(
    run: Callable[[Awaitable[Any]], Any], cast: Cast, reached: Counter[str], begins: Sequence[str]
) -> type[RuleBasedStateMachine]:
    """The machine over one open database; each example follows a project of its own and counts where it comes."""

    def now(work: Awaitable[Any]) -> Any:
        """Done at the hour it is in the town."""
        return run(_at(cast, work))

    class People(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.number, self.steps = 0, 0

        @initialize(
            stage=st.sampled_from(begins),
            scored=st.booleans(),
            days=st.sampled_from((0, 2)),
        )
        def begin(self, stage: str, scored: bool, days: int) -> None:
            """Somewhere in the middle of it, so that short walks see every state."""
            plan = a_plan(cast.at + HOUR, depth="scored" if scored else "simple", standstill_days=days)
            self.number, _ = run(brought_to(cast, stage, plan))

        @rule(hours=st.sampled_from((1, 1, 2, 24, 72)))
        def time_goes_by(self, hours: int) -> None:
            cast.at += hours * HOUR
            reached["steps"] += 1
            run(self.watched(end_standstills()))

        @rule(seed=st.integers(0, 2**30))
        def somebody_acts(self, seed: int) -> None:
            """Mostly what somebody may do, sometimes anything at all; rarely what ends it."""
            self.steps += 1
            reached["steps"] += 1
            # By the step as well: the first walks that are drawn are all alike, and would do one thing for ever.
            chance = random.Random(f"{seed} {self.steps} {self.number}")
            luck = chance.random()
            possible = now(cast.deeds(self.number))
            if luck < 0.15:
                self.attempt(chance.choice(cast.everybody), chance.choice(possible))
            elif allowed := now(_allowed(cast.everybody, possible, ending=luck > 0.95)):
                self.attempt(*chance.choice(chance.choice(allowed)))

        def attempt(self, actor: Viewer, deed: Deed) -> None:
            """A command either does its work or says no; anything else fails the test."""
            command, subject, details = deed
            try:
                run(self.watched(command(actor, subject, **details)))
            except Refusal:
                return

        async def watched(self, work: Awaitable[Any]) -> None:
            """Done at the hour it is, and held against the tables by the verbs that the trail tells of."""
            before, last = await what_stands(self.number), await Event.all().order_by("-id").first()
            try:
                await _at(cast, work)
            finally:
                told = await Event.filter(id__gt=last.pk if last else 0).values_list("command", flat=True)
                must_be_told(before, await what_stands(self.number), {str(one) for one in told}, RECORDS)

        @invariant()
        def holds(self) -> None:
            if self.number:
                now(self.check())

        async def check(self) -> None:
            project = await Project.get(pk=self.number).prefetch_related(
                "drafted_by", "approved_by", "compared_by", "township"
            )
            reached[project.state] += 1
            if project.published_at is not None:
                assert project.approved_by and project.approved_by.person_id != project.drafted_by.person_id
            await self.bids_are_sealed_until_opened(project)
            await self.scores_are_ones_own_until_complete(project)
            await self.one_award_stands_and_was_compared(project)

        async def bids_are_sealed_until_opened(self, project: Project) -> None:
            for bid in await Bid.filter(project=project).prefetch_related("unit"):
                if bid.state in ("draft", "submitted", "withdrawn"):
                    told = (
                        bid.strengths,
                        bid.plan,
                        bid.schedule,
                        bid.decision_note,
                        bid.own_yuan,
                        bid.asked_yuan,
                    )
                    assert not any(told)
                    readers = [
                        v for v in cast.everybody if await Bid.visible_to(v).filter(pk=bid.pk).exists()
                    ]
                    assert all(v.unit_id == bid.unit_id for v in readers) and readers
                else:
                    assert project.opened_at is not None and project.opened_at >= project.closes_at
                    assert bid.submitted_at is not None and bid.submitted_at < project.closes_at
                public = await Bid.visible_to(cast.villagers[0]).filter(pk=bid.pk).exists()
                assert public == (project.told_at is not None or bid.unit_id == cast.town.village.pk) or (
                    bid.state != "opened"
                )

        async def scores_are_ones_own_until_complete(self, project: Project) -> None:
            if project.compared_at is None:
                for viewer in cast.everybody:
                    seen = Score.visible_to(viewer).filter(bid__project=project)
                    assert set(await seen.values_list("by_id", flat=True)) <= {viewer.post_id}

        async def one_award_stands_and_was_compared(self, project: Project) -> None:
            awards = await Award.filter(project=project).prefetch_related("by")
            standing = [one for one in awards if one.stands_for is not None]
            assert len(standing) == (project.state in ("announced", "awarded", "delivered"))
            for award in awards:
                assert project.compared_at is not None and award.announced_at >= project.compared_at
                if project.compared_by is not None:
                    assert award.by.person_id != project.compared_by.person_id
                steps = (
                    await Milestone.filter(award=award).order_by("position").values_list("state", flat=True)
                )
                done = [state == "accepted" for state in steps]
                assert done == sorted(done, reverse=True), "one step after the other"
                assert (project.state == "delivered") == all(done) if award in standing and steps else True

    return People


ENDING = (
    *(bidding.cancel_project, bidding.drop_project, bidding.end_without_award),
    *(bidding.undo_award, bidding.give_up_award, bidding.send_project_back),
)
"""What makes an end of everything, and would soon leave nothing to do if it were as likely as the rest."""


async def _at(cast: Cast, work: Awaitable[Any]) -> Any:
    with clock_at(cast.at):
        return await work


async def _allowed(
    everybody: list[Viewer], possible: list[Deed], *, ending: bool
) -> list[list[tuple[Viewer, Deed]]]:
    """By command, who may do it to what: so that no command is crowded out by those with more subjects."""
    may: dict[str, list[tuple[Viewer, Deed]]] = {}
    for deed in possible:
        for one in everybody if ending or deed[0] not in ENDING else ():
            if deed[0].allows(one, deed[1]):
                may.setdefault(deed[0].name, []).append((one, deed))
    return [may[name] for name in sorted(may)]


def _walk(examples: int, *begins: Sequence[str]) -> Counter[str]:
    """So many walks from somewhere among each of these stages."""
    reached: Counter[str] = Counter()
    with asyncio.Runner() as runner:
        runner.run(open_database(migrate=False))
        try:
            cast = runner.run(Cast().gather())
            for stages in begins:
                run_state_machine_as_test(
                    machine(runner.run, cast, reached, stages),
                    settings=settings(
                        max_examples=examples,
                        stateful_step_count=30,
                        deadline=None,
                        database=None,
                        suppress_health_check=list(HealthCheck),
                    ),
                )
        finally:
            runner.run(close_database())
    return reached


def test_no_path_opens_a_bid_early_awards_without_comparing_or_awards_twice(town_url: str) -> None:
    reached = _walk(1, *((stage,) for stage in STAGES))
    assert reached.keys() >= {"draft", "published", "opened"} and len(reached) > 4, reached
    assert reached.keys() & {"announced", "awarded"}, (
        "where a standstill is of no days, an award stands at once"
    )


@pytest.mark.nightly
def test_ten_thousand_steps_of_everybody_find_no_such_path_either(
    town_url: str, figure: Callable[[str], None]
) -> None:
    reached = _walk(380, STAGES)
    figure(f"{reached['steps']} steps, {sorted(reached.items())}")
    assert reached["steps"] >= 10_000
    assert reached.keys() >= {"published", "opened", "announced", "awarded"}, reached
