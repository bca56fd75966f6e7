"""Appeals and reversals: a village contests a line of its index, somebody else decides, and what changes is dated and told."""

from __future__ import annotations

from collections.abc import Collection

from models.base.clock import now, today, town_day
from models.base.commands import FromAbove, Personal, command, rule
from models.base.events import Event, tell
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.signatures import WHOLE
from models.base.viewer import Viewer
from models.evaluation.scores import Adjustment, Appeal
from models.people import Person, Post, in_force
from models.people.roles import INDEX_APPELLANTS, KEEPERS
from models.points.entries import PointEntry
from models.points.results import Corrected
from models.policies import policy
from models.schemes.indices import VillageIndex
from models.units import Unit
from models.workdays import workdays_of


@rule("只有本村社党组织书记或第一书记可以申诉。")
def speaks_for_the_village(actor: Viewer, score: VillageIndex) -> bool:
    return actor.is_a(*INDEX_APPELLANTS, at=score.unit.path)


@rule("这个周期的申诉期限已过。")
def in_time(score: VillageIndex) -> bool:
    return score.takes_appeals


def _involved(appeal: Appeal) -> list[Person]:
    reviewer = appeal.entry.event.actor_post if appeal.entry is not None else None
    return [appeal.made_by.person, *([reviewer.person] if reviewer is not None else [])]


@rule("申诉由县、市的管理员答复，而且不能是审核这件事或提出申诉的本人。", apart_from=_involved)
def judges(actor: Viewer, appeal: Appeal) -> bool:
    return actor.oversees(appeal.score.unit.path, *KEEPERS)


@command(said="提出申诉", who=speaks_for_the_village, when=in_time)
async def appeal(
    actor: Viewer, score: VillageIndex, *, words: Personal[str], entry: PointEntry | None = None
) -> Appeal:
    """Say what is wrong with the index or one line of it, while its days for appeals run."""
    if not 10 <= len(words.strip()) <= 1000:
        raise Invalid("请写明哪里不对、依据是什么（10 到 1000 个字）。", field="words")
    if entry is not None and (entry.unit_id != score.unit_id or entry.person_id or entry.reverses_id):
        raise Invalid("请选择本村社的一条记录。", field="entry")
    if entry is not None and not score.period.since <= entry.counts_on <= score.period.until:
        raise Invalid(f"这条记录不在{score.period.name}里。", field="entry")
    if entry is not None:
        if entry.pk not in await contestable(score, [entry]):
            raise NotNow("这条记录所在的月份已经关闭，申诉期限已过，不能再从季度、全年的指数里申诉。")
        await entry.lock()
    about = {"entry": entry} if entry else {"entry_id": None, "score": score}
    if await Appeal.filter(**about).exists():
        raise NotNow("这件事已经申诉过，结果在“申诉”里。")
    days = await workdays_of(score.unit.path)
    return await Appeal.create(
        score=score,
        entry=entry,
        words=words.strip(),
        made_by_id=actor.post_id,
        made_at=now(),
        due_on=days.after(today(), await policy(score.unit.path, "appeal_days")),
    )


async def contestable(score: VillageIndex, entries: Collection[PointEntry]) -> set[int]:
    """Which of these may be contested: while their own month may, or after a reversal of them for as many days.

    So a month that is closed for good is not opened again by way of its quarter or its year. Three statements.
    """
    found = VillageIndex.filter(unit_id=score.unit_id, period__kind="month").select_related("period")
    around = [one.counts_on for one in entries] or [today()]
    months = await found.filter(period__since__lte=max(around), period__until__gte=min(around))
    over = [one.period for one in months if not one.takes_appeals]
    days, within = await workdays_of(score.unit.path), await policy(score.unit.path, "appeal_within")
    reversed_ones = PointEntry.filter(reverses_id__in=[one.pk for one in entries], kind="reversal")
    again = {
        one.reverses_id for one in await reversed_ones if today() <= days.after(town_day(one.at), within)
    }
    return {
        one.pk
        for one in entries
        if one.pk in again or not any(month.since <= one.counts_on <= month.until for month in over)
    }


@command(said="答复申诉", who=judges, binds=WHOLE)
async def answer_appeal(actor: Viewer, appeal: Appeal, *, upheld: bool, answer: FromAbove[str]) -> Appeal:
    """Decide for everybody to read; a line upheld no longer costs anything, from a dated entry beside it."""
    if not 10 <= len(answer.strip()) <= 1000:
        raise Invalid("请写明怎么认定、为什么（10 到 1000 个字），会公开。", field="answer")
    await _must_not_be_involved(actor, appeal.score.unit, appeal.entry)
    appeal.state, appeal.answer = ("upheld" if upheld else "dismissed"), answer.strip()
    appeal.answered_by_id, appeal.answered_at = actor.post_id, now()
    await appeal.save(update_fields=["state", "answer", "answered_by_id", "answered_at"])
    if upheld and appeal.entry is not None:
        tell(Corrected(result=appeal.entry.event_id, reason=answer.strip()))
    elif upheld:
        await _note_beside(appeal)
    return appeal


async def _note_beside(appeal: Appeal) -> None:
    """Upheld against the index as a whole: no line of it changes, and the decision stands beside it, dated."""
    await Adjustment.create(
        score=appeal.score, exact=appeal.score.exact, shown=0, reason=appeal.answer, made_at=now()
    )


async def _must_not_be_involved(actor: Viewer, village: Unit, entry: PointEntry | None) -> None:
    """Nobody judges what they did, reversed, or what their own village earned."""
    there = Post.filter(in_force(), person_id=actor.person_id or 0, unit__path__startswith=village.path)
    did = PointEntry.filter(event_id=entry.event_id if entry else 0, person_id=actor.person_id or 0)
    took = PointEntry.filter(
        reverses__event_id=entry.event_id if entry else 0, event__actor_post__person_id=actor.person_id or 0
    )
    if await there.exists() or await did.exists() or await took.exists():
        raise NotAllowed("这件事和您有关，请由别的管理员办理。")


@rule("只有县、市的管理员可以撤销工分。")
def keeps_the_points(actor: Viewer, entry: PointEntry) -> bool:
    return actor.oversees(entry.unit.path, *KEEPERS)


@rule("更正和撤销本身不能再撤销。")
def is_a_result(entry: PointEntry) -> bool:
    return entry.reverses_id is None


@command(said="撤销工分", who=keeps_the_points, when=is_a_result)
async def reverse(actor: Viewer, entry: PointEntry, *, reason: FromAbove[str]) -> PointEntry:
    """Take back what a result brought that turned out untrue: the village's and each person's, with the reason."""
    if not 10 <= len(reason.strip()) <= 500:
        raise Invalid("请写明为什么撤销、依据是什么（10 到 500 个字），村社会看到。", field="reason")
    if await _is_taken_back(entry):
        raise NotNow("这条工分已经撤销或更正过。")
    await _must_not_be_involved(actor, entry.unit, entry)
    tell(Corrected(result=entry.event_id, reason=reason.strip()))
    return entry


async def _is_taken_back(entry: PointEntry) -> bool:
    """In the ledger already, or in an event that the ledger is about to read."""
    if await PointEntry.filter(reverses_id=entry.pk).exists():
        return True
    told = Event.filter(command="evaluation.reverse", subject_type="PointEntry", subject_id=entry.pk)
    return await told.exists()
