"""Making a round: one keeper drafts it and states the households, another opens it and thereby draws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from models.base.clock import today
from models.base.commands import FromAbove, command, rule
from models.base.days import Planned
from models.base.labels import label_of
from models.base.numbers import whole_if_any
from models.base.refusals import Invalid, NotNow
from models.base.signatures import WHOLE
from models.base.text import Line
from models.base.viewer import Viewer, subtree
from models.people.roles import KEEPERS
from models.policies import policies
from models.registry import HOUSEHOLDS, held
from models.surveys.records import NO_ANSWERS, Survey, SurveyVillage
from models.surveys.sampling import new_seed
from models.units import Unit

LARGEST_SAMPLE, MOST_HOUSEHOLDS = 500, 20_000
LONGEST = timedelta(days=60)
LONGEST_WORDS = {"title": 80, "first_question": 120, "second_question": 120}
DEFAULTS = {
    "sample_size": "survey_invitations",
    "least_answers": "survey_answers",
    "least_percent": "survey_percent",
}
"""What a round starts with where its keeper says nothing, by the policy that says it."""


@rule("只有本市、县的清单管理员或系统管理员可以发起调查。")
def keeps_surveys_here(actor: Viewer, region: Unit) -> bool:
    return region.level in {"city", "county"} and actor.oversees(region.path, *KEEPERS)


@rule("只有本市、县的清单管理员或系统管理员可以办理这轮调查。")
def keeps_the_survey(actor: Viewer, survey: Survey) -> bool:
    return actor.oversees(survey.region.path, *KEEPERS)


@rule(
    "起草的人不能自己开启，请另一位管理员核对后开启。", apart_from=lambda survey: [survey.drafted_by.person]
)
def keeps_it_and_did_not_draft_it(actor: Viewer, survey: Survey) -> bool:
    return actor.oversees(survey.region.path, *KEEPERS)


@command(said="起草调查", who=keeps_surveys_here)
async def draft_survey(
    actor: Viewer,
    region: Unit,
    *,
    title: FromAbove[Line[str]],
    first_question: FromAbove[str],
    second_question: FromAbove[str],
    opens_on: Planned[date],
    closes_on: Planned[date],
    sample_size: int | None = None,
    least_answers: int | None = None,
    least_percent: int | None = None,
) -> Survey:
    """Prepare a round for every village of the area, with the households that are on file."""
    said = {"title": title, "first_question": first_question, "second_question": second_question}
    numbers = {"sample_size": sample_size, "least_answers": least_answers, "least_percent": least_percent}
    details = _worded(**said) | _dated(opens_on, closes_on) | await _numbered(region.path, numbers)
    survey = await Survey.create(region=region, drafted_by_id=actor.post_id, **details)
    await _take_in_villages(survey, region)
    return survey


@command(said="修改调查", who=keeps_the_survey)
async def change_survey(
    actor: Viewer,
    survey: Survey,
    *,
    title: FromAbove[Line[str]],
    first_question: FromAbove[str],
    second_question: FromAbove[str],
    opens_on: Planned[date],
    closes_on: Planned[date],
    sample_size: int,
    least_answers: int,
    least_percent: int,
) -> Survey:
    """Change what is still a draft; whoever changes it last is taken for its drafter."""
    said = {"title": title, "first_question": first_question, "second_question": second_question}
    numbers = {"sample_size": sample_size, "least_answers": least_answers, "least_percent": least_percent}
    details = _worded(**said) | _dated(opens_on, closes_on) | await _numbered(survey.region.path, numbers)
    survey.update_from_dict(details)
    survey.drafted_by_id = actor.post_id or survey.drafted_by_id
    await survey.save()
    return survey


@command(said="填写户数", who=keeps_the_survey)
async def state_households(
    actor: Viewer, survey: Survey, *, villages: list[SurveyVillage], households: list[int]
) -> Survey:
    """Say how many households the register of each of these villages has; 0 leaves a village out."""
    if not villages or len(villages) != len(households):
        raise Invalid("请给每个村社填写户数。", field="households")
    for village, number in zip(villages, households, strict=True):
        if village.survey_id != survey.pk:
            raise Invalid("有的村社不在这轮调查里，请刷新页面后重新填写。", field="villages")
        if not 0 <= number <= MOST_HOUSEHOLDS:
            await village.fetch_related("unit")
            reason = f"{village.unit.name}的户数应在 0 到 {MOST_HOUSEHOLDS} 之间。"
            raise Invalid(reason, field="households")
        await SurveyVillage.filter(pk=village.pk).update(households=number)
    survey.drafted_by_id = actor.post_id or survey.drafted_by_id
    await survey.save(update_fields=["drafted_by_id"])
    return survey


@command(said="核对并开启", who=keeps_it_and_did_not_draft_it, binds=WHOLE)
async def open_survey(actor: Viewer, survey: Survey) -> Survey:
    """Let a round begin as it was drafted: its seed is made now, and every village's draw follows from it."""
    if survey.opens_on < today():
        raise NotNow("开始的日子已经过了，请先改开始日期。")
    if not await SurveyVillage.filter(survey=survey, households__gt=0).exists():
        raise NotNow("还没有一个村社填了户数，不能开启。")
    survey.state, survey.seed, survey.opened_by_id = "open", new_seed(), actor.post_id
    await survey.save(update_fields=["state", "seed", "opened_by_id"])
    return survey


async def numbers_at(path: str) -> dict[str, int]:
    """The numbers a round at this place starts with, by the name of its detail."""
    set_here = await policies(path, DEFAULTS.values())
    return {name: set_here[policy] for name, policy in DEFAULTS.items()}


async def _take_in_villages(survey: Survey, region: Unit) -> None:
    villages = await Unit.filter(subtree("path", region.path), level="village", ended_on=None).order_by(
        "path"
    )
    on_file = await held([HOUSEHOLDS], villages, today())
    await SurveyVillage.bulk_create(
        [
            SurveyVillage(
                survey=survey,
                unit=unit,
                households=_number(on_file.get((HOUSEHOLDS, unit.pk))),
                tally=list(NO_ANSWERS),
            )
            for unit in villages
        ],
        batch_size=500,
    )


def _number(value: Any) -> int:
    """A value of the registry as a number of households; words are no number."""
    number = whole_if_any(value.value) if value is not None else None
    return number if number is not None and 0 <= number <= MOST_HOUSEHOLDS else 0


def _worded(title: str, first_question: str, second_question: str) -> dict[str, Any]:
    """The words without blanks around them; raises Invalid where there are none, or too many."""
    said = {
        "title": title.strip(),
        "first_question": first_question.strip(),
        "second_question": second_question.strip(),
    }
    for field, text in said.items():
        longest = LONGEST_WORDS[field]
        if not 2 <= len(text) <= longest:
            raise Invalid(f"请填写{label_of(Survey, field)}（2 到 {longest} 个字）。", field=field)
    if said["first_question"] == said["second_question"]:
        raise Invalid("两个问题不能一样。", field="second_question")
    return said


def _dated(opens_on: date, closes_on: date) -> dict[str, Any]:
    if opens_on < today():
        raise Invalid("开始日期不能早于今天。", field="opens_on")
    if not timedelta(days=2) <= closes_on - opens_on <= LONGEST:
        raise Invalid(f"调查应持续 3 至 {LONGEST.days + 1} 天。", field="closes_on")
    return {"opens_on": opens_on, "closes_on": closes_on}


async def _numbered(path: str, given: Mapping[str, int | None]) -> dict[str, Any]:
    """The numbers of the round: what its keeper says, but never a lower bar than the government has set."""
    set_here = await numbers_at(path)
    told = {name: set_here[name] if number is None else number for name, number in given.items()}
    if not 1 <= told["sample_size"] <= LARGEST_SAMPLE:
        raise Invalid(f"每村邀请 1 至 {LARGEST_SAMPLE} 户。", field="sample_size")
    least, percent = set_here["least_answers"], set_here["least_percent"]
    if not least <= told["least_answers"] <= told["sample_size"]:
        raise Invalid(f"至少收到 {least} 份才计入，也不能多于邀请的户数。", field="least_answers")
    if not percent <= told["least_percent"] <= 100:
        raise Invalid(f"回答率的最低要求应在 {percent}% 到 100% 之间。", field="least_percent")
    return told
