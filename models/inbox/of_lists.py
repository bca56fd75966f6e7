"""What commands upon lists, schemes, surveys and the index say: to the second keeper, and to those it was decided about."""

from __future__ import annotations

from models.base.events import Event
from models.evaluation import Appeal
from models.inbox.addressing import To, at, nearest, oneself
from models.inbox.declarations import SEEN_AT_ONCE, UNFINISHED, Declared, Draft, Silent, drafts, row_of, said
from models.inbox.of_requests import RULES_OF_THE_PLACE
from models.matters import MatterList, Opinion
from models.people import Post
from models.people.roles import KEEPERS, VILLAGE_SPEAKERS
from models.points import Commendation, PointEntry
from models.points.commendations import Commended
from models.schemes import Scheme, VillageIndex
from models.surveys import Survey, SurveyVillage


def _but(person: Post | None, to: list[To]) -> list[To]:
    """The others: nobody checks what they made themselves."""
    return [one for one in to if person is None or one.person_id != person.person_id]


async def _list_proposed(event: Event) -> list[Draft]:
    row = await row_of(event, MatterList, "region", "proposed_by")
    if row is None:
        return []
    to = _but(row.proposed_by, await nearest(row.region.path, *KEEPERS))
    return drafts(to, "list_proposed", row, row.title, row.propose_reason, row.consultation_until)


async def _list_moved(event: Event) -> list[Draft]:
    """To whoever proposed it, as the trail says: a list sent back has no proposer any more."""
    row = await row_of(event, MatterList, "region")
    if row is None:
        return []
    proposed = Event.filter(command="matters.propose", subject_type="MatterList", subject_id=row.pk)
    last = await proposed.order_by("-id").first().select_related("actor_post")
    words = f"{row.state_label}：{said(event, 'reason')}"
    return drafts(oneself(last.actor_post if last else None), "list_moved", row, row.title, words)


async def _opinion(event: Event) -> list[Draft]:
    row = await row_of(event, Opinion, "list__proposed_by")
    if row is None:
        return []
    return drafts(oneself(row.list.proposed_by), "opinion", row.list, row.list.title, row.words)


async def _opinion_answered(event: Event) -> list[Draft]:
    """The event is about the opinion that is answered."""
    row = await Opinion.get_or_none(pk=event.subject_id).select_related("by", "list")
    if row is None:
        return []
    return drafts(oneself(row.by), "opinion", row.list, row.list.title, f"答复：{said(event, 'answer')}")


async def _simulated(event: Event) -> list[Draft]:
    row = await row_of(event, Scheme, "city", "drafted_by")
    if row is None or row.state != "draft":
        return []
    to = _but(row.drafted_by, await at([row.city_id], *KEEPERS))
    return drafts(to, "scheme", row, row.name, "已试算，请另一位管理员核对。")


async def _adopted(event: Event) -> list[Draft]:
    row = await row_of(event, Scheme, "drafted_by")
    if row is None:
        return []
    words = f"已通过，从 {row.from_on} 起用：{row.reason}"
    return drafts(oneself(row.drafted_by), "scheme_moved", row, row.name, words)


async def _survey_drafted(event: Event) -> list[Draft]:
    row = await row_of(event, Survey, "region", "drafted_by")
    if row is None or row.state != "draft":
        return []
    to = _but(row.drafted_by, await at([row.region_id], *KEEPERS))
    return drafts(to, "survey", row, row.title, "请另一位管理员核对并开启。", row.opens_on)


async def _survey_moved(event: Event) -> list[Draft]:
    """Opened or over: to whoever drafted it; once it is over also to the villages whose answers stand in it."""
    row = await row_of(event, Survey, "drafted_by")
    if row is None:
        return []
    found = drafts(oneself(row.drafted_by), "survey_moved", row, row.title, row.state_label)
    if row.state != "closed":
        return found
    villages = await SurveyVillage.filter(survey=row).values_list("unit_id", flat=True)
    to = await at([int(str(one)) for one in villages], *VILLAGE_SPEAKERS)
    return found + drafts(to, "survey_moved", row, row.title, "已结束，可以看结果。")


async def _excluded(event: Event) -> list[Draft]:
    row = await row_of(event, SurveyVillage, "survey", "unit")
    if row is None:
        return []
    to = await at([row.unit_id], *VILLAGE_SPEAKERS)
    words = f"{row.unit.name}这一轮不计入：{row.excluded_reason}"
    return drafts(to, "survey_moved", row.survey, row.survey.title, words)


async def _appealed(event: Event) -> list[Draft]:
    """To the keepers nearest to the village, but for whoever appealed."""
    row = await row_of(event, Appeal, "made_by", "score__unit", "score__period")
    if row is None or not row.is_open:
        return []
    to = _but(row.made_by, await nearest(row.score.unit.path, *KEEPERS))
    return drafts(to, "appeal", row, _named(row.score), due_on=row.due_on)


async def _appeal_answered(event: Event) -> list[Draft]:
    row = await row_of(event, Appeal, "made_by", "score__unit", "score__period")
    if row is None or row.is_open:
        return []
    words = f"{row.state_label}：{row.answer}"
    return drafts(oneself(row.made_by), "appeal_answered", row, _named(row.score), words)


def _named(score: VillageIndex) -> str:
    return f"{score.unit.name}：{score.period.name}指数"


async def _points_taken_back(event: Event) -> list[Draft]:
    entry = await row_of(event, PointEntry, "unit")
    if entry is None:
        return []
    to = await at([entry.unit_id], *VILLAGE_SPEAKERS)
    return drafts(to, "points", entry, f"{entry.unit.name}的一条工分", f"已撤销：{said(event, 'reason')}")


async def _praised(event: Event) -> list[Draft]:
    row = await row_of(event, Commendation, "unit")
    if row is None:
        return []
    named = await Commended.filter(commendation=row).select_related("post")
    to = await at([row.unit_id], *VILLAGE_SPEAKERS)
    persons = [To(one.post.person_id) for one in named]
    taken = {one.person_id for one in persons}
    all_ = persons + [one for one in to if one.person_id not in taken]
    return drafts(all_, "praised", row, row.title, f"{row.by_label}：{row.story}")


DECLARED: dict[str, Declared] = {
    "matters.draft_list": UNFINISHED,
    "matters.put_matter": UNFINISHED,
    "matters.take_matters": UNFINISHED,
    "matters.drop_matter": UNFINISHED,
    "matters.propose": _list_proposed,
    "matters.send_back": _list_moved,
    "matters.publish": _list_moved,
    "matters.give_opinion": _opinion,
    "matters.answer_opinion": _opinion_answered,
    "matters.put_golden_case": Silent("检验范例由清单管理员共同维护，发布清单时一并核对。"),
    "matters.drop_golden_case": Silent("检验范例由清单管理员共同维护，发布清单时一并核对。"),
    "matters.look_at_basis": Silent("查阅依据的记录，清单管理员共同看，不涉及别人。"),
    "matters.add_alias": Silent("只影响搜索的提示，不影响过筛结论，不涉及谁。"),
    "surveys.draft_survey": _survey_drafted,
    "surveys.change_survey": _survey_drafted,
    "surveys.state_households": UNFINISHED,
    "surveys.open_survey": _survey_moved,
    "surveys.issue_slips": SEEN_AT_ONCE,
    "surveys.answer": Silent("谁回答、什么时候回答，不告诉任何人。"),
    "surveys.exclude_village": _excluded,
    "surveys.close_survey": _survey_moved,
    "evaluation.settle_scheme": RULES_OF_THE_PLACE,
    "evaluation.draft_scheme": UNFINISHED,
    "evaluation.change_scheme": UNFINISHED,
    "evaluation.note_simulation": _simulated,
    "evaluation.adopt_scheme": _adopted,
    "evaluation.drop_scheme": UNFINISHED,
    "evaluation.appeal": _appealed,
    "evaluation.answer_appeal": _appeal_answered,
    "evaluation.reverse": _points_taken_back,
    "evaluation.praise": _praised,
    "evaluation.praise_delivery": _praised,
    "evaluation.opt_out": Silent("本人的意愿，不告诉任何人。"),
    "evaluation.close_period": Silent("到期由系统封存，结果在榜上和本村指数里公布，不是对某个人的决定。"),
}
