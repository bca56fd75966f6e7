"""Inviting: the county prints the links of a village once, and looks at what came in too close together."""

from __future__ import annotations

from models.base.clock import today
from models.base.commands import FromAbove, command, rule
from models.base.refusals import Invalid
from models.base.text import says_something
from models.base.viewer import Viewer
from models.people.roles import KEEPERS
from models.surveys.records import REVIEW, Invitation, Slip, SurveyVillage
from models.surveys.sampling import drawn, link_hash, new_link


@rule("邀请条只由市、县的管理员打印，镇街和村社不能经手。")
def keeps_surveys_there(actor: Viewer, village: SurveyVillage) -> bool:
    return actor.oversees(village.unit.path, *KEEPERS)


@rule("只有市、县的管理员可以不计入一个村社的结果。")
def may_leave_it_out(actor: Viewer, village: SurveyVillage) -> bool:
    return actor.oversees(village.unit.path, *KEEPERS)


@rule("这轮调查没有在进行，不能打印邀请条。")
def is_running(village: SurveyVillage) -> bool:
    return village.survey.state == "open" and today() <= village.survey.closes_on


@rule("这个村社没有户数，没有抽样。")
def has_households(village: SurveyVillage) -> bool:
    return village.households > 0


@command(said="生成邀请条", who=keeps_surveys_there, when=(is_running, has_households))
async def issue_slips(actor: Viewer, village: SurveyVillage, *, reason: str = "") -> SurveyVillage:
    """Make a link for every household drawn; doing it again, for a reason, ends the links nobody has used.

    The links are on the returned row as `slips`, and nowhere else: neither in the trail nor in the database.
    """
    if village.invited and not (says_something(reason) and len(reason) >= 2):
        raise Invalid("已经生成过。请写明重新生成的原因；没用过的旧邀请条会全部作废。", field="reason")
    if len(reason.strip()) > 300:
        raise Invalid("原因请不超过 300 个字。", field="reason")
    kept = {one.serial: one for one in await Invitation.filter(village=village).select_for_update()}
    slips = [Slip(serial, new_link()) for serial in draw_of(village) if _is_free(kept.get(serial))]
    fresh = [
        Invitation(village=village, serial=slip.serial, token_hash=link_hash(slip.token))
        for slip in slips
        if slip.serial not in kept
    ]
    await Invitation.bulk_create(fresh, batch_size=500)
    for slip in slips:
        if slip.serial in kept:
            row = Invitation.filter(pk=kept[slip.serial].pk, used_on=None)
            await row.update(token_hash=link_hash(slip.token))
    village.invited = village.sample_size
    await village.save(update_fields=["invited"])
    village.slips = tuple(slips)
    return village


def _is_free(invitation: Invitation | None) -> bool:
    return invitation is None or invitation.used_on is None


def draw_of(village: SurveyVillage) -> list[int]:
    """The serial numbers drawn in a village, computed afresh from the seed of its round."""
    seed = village.survey.seed
    return drawn(seed, village.unit.code, village.households, village.sample_size) if seed else []


@rule("调查还没开始，没有结果可以不计入。")
def has_begun(village: SurveyVillage) -> bool:
    return village.survey.state != "draft"


@rule("已经不计入。")
def is_taken_in(village: SurveyVillage) -> bool:
    return not village.excluded_reason


@rule("这轮调查结束已久，结果不能再改。")
def is_in_review(village: SurveyVillage) -> bool:
    ended = village.survey.closed_on
    return ended is None or today() <= ended + REVIEW


@command(said="不计入", who=may_leave_it_out, when=(has_begun, is_taken_in, is_in_review))
async def exclude_village(actor: Viewer, village: SurveyVillage, *, reason: FromAbove[str]) -> SurveyVillage:
    """Leave a village's round out of every score, for a reason that everybody reads; there is no way back."""
    if not 5 <= len(reason.strip()) <= 300:
        raise Invalid("请写明不计入的理由（5 至 300 个字），理由会公开。", field="reason")
    village.excluded_reason = reason.strip()
    await village.save(update_fields=["excluded_reason"])
    return village
