"""What a village says of a value that is not right: it puts down the right one, or says so and the township judges it."""

from __future__ import annotations

from models.base.clock import now, today
from models.base.commands import FromAbove, Personal, command, rule
from models.base.refusals import Invalid, NotAllowed
from models.base.separation_of_duties import Someone
from models.base.signatures import WHOLE
from models.base.viewer import Viewer
from models.people.roles import REVIEWERS, VALUE_WRITERS, VILLAGE_SPEAKERS
from models.registry.kinds import parsed
from models.registry.masking import reading_of
from models.registry.reasons import REASONS
from models.registry.records import DataValue
from models.registry.values import put

LONGEST = 200
OUTCOMES = {"upheld": "异议成立，这个数不再采用", "dismissed": "异议不成立，这个数照常采用"}


def _whose_it_is(value: DataValue) -> list[Someone | None]:
    """Whoever said it, and whoever says that it is wrong."""
    return [value.by.person, value.disputed_by.person if value.disputed_by else None]


@rule("只有本村社书记或镇街统筹员可以更正数据。")
def knows_it_better(actor: Viewer, value: DataValue) -> bool:
    return actor.oversees(value.unit.path, *VALUE_WRITERS)


@rule("只有本村社书记或第一书记可以对本村的数据提出异议。")
def speaks_for_the_place(actor: Viewer, value: DataValue) -> bool:
    return actor.is_a(*VILLAGE_SPEAKERS, at=value.unit.path)


@rule("异议由本镇街的统筹员或领导答复，报这个数的人和提异议的人不能自己答复。", apart_from=_whose_it_is)
def judges_it(actor: Viewer, value: DataValue) -> bool:
    return actor.oversees(value.unit.path, *REVIEWERS)


@command(said="更正数据", who=knows_it_better)
async def correct_value(
    actor: Viewer, value: DataValue, *, corrected: Personal[str], reason: str
) -> DataValue:
    """Put the right value on file as of today, with the reason; the former stays readable in the history."""
    if reason not in REASONS:
        raise Invalid("请从列表里选一个更正原因。", field="reason")
    try:
        right = parsed(value.element, corrected)
    except Invalid as no:
        raise Invalid(no.reason, field="corrected") from None
    return await put(actor, value.unit, value.element, right, as_of=today(), origin="entry", reason=reason)


@command(said="对数据提出异议", who=speaks_for_the_place)
async def dispute_value(actor: Viewer, value: DataValue, *, words: Personal[str]) -> DataValue:
    """Say that a value is not right: from now on it answers nowhere, until the township has judged."""
    value.dispute = _worded(words, "请写明哪里不对。")
    value.state, value.disputed_at, value.disputed_by_id = "disputed", now(), actor.post_id
    await value.save(update_fields=["state", "dispute", "disputed_at", "disputed_by_id"])
    return value


@command(said="答复数据异议", who=judges_it, binds=WHOLE)
async def settle_dispute(
    actor: Viewer, value: DataValue, *, outcome: str, words: Personal[FromAbove[str]]
) -> DataValue:
    """Judge a dispute: upheld, the value stays out; dismissed, it answers again from now on."""
    if outcome not in OUTCOMES:
        raise Invalid("请选择异议是否成立。", field="outcome")
    if not (await reading_of(actor)).reads(value.element, value.unit.path, value.number):
        raise NotAllowed("这个数不公开：请先写明用途、看过再答复。")
    value.settlement = _worded(words, "请写明怎么核对的。")
    value.state, value.settled_at = outcome, now()
    await value.save(update_fields=["state", "settlement", "settled_at"])
    return value


def _worded(words: str, missing: str) -> str:
    said = words.strip()
    if not said:
        raise Invalid(missing, field="words")
    if len(said) > LONGEST:
        raise Invalid(f"不超过 {LONGEST} 个字。", field="words")
    return said
