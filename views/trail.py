"""The trail as people read it: a record's story, and the public heads of the days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.base.events import Event, EventPersonal
from models.base.records import Record
from models.base.refusals import NotFound
from models.base.viewer import UNNAMED, Viewer
from models.bidding import Award, Bid, Project
from models.concerns import Concern
from models.evaluation import Appeal
from models.matters import MatterList
from models.people import Post, meets
from models.people.contacts import met_posts
from models.requests import WorkRequest
from models.schemes import Scheme
from models.surveys import Survey
from models.tasks import Assignment, Task
from models.trail import DayHead, story
from models.units import Unit
from views.base.pages import page
from views.base.paging import paged

TOLD: dict[str, type[Record]] = {
    record.__name__: record
    for record in (
        WorkRequest,
        Task,
        Assignment,
        Concern,
        Project,
        Bid,
        Award,
        Survey,
        MatterList,
        Scheme,
        Appeal,
        Unit,
        Post,
    )
}
SAID = {
    "intake.submit": "提出申请",
    "screening.admit": "复核通过",
    "screening.reject": "复核驳回",
    "screening.admit_exceptionally": "例外准入",
    "screening.expire": "例外到期",
    "screening.set_red_line": "设定红线词",
    "screening.end_red_line": "停用红线词",
    "screening.reroute": "转办线办理",
    "screening.handle": "办线答复",
    "tasks.draft": "起草任务",
    "tasks.revise": "修改草稿",
    "tasks.submit_for_approval": "提交审批",
    "tasks.approve": "审批同意",
    "tasks.send_back": "退回修改",
    "tasks.dispatch": "下派到村",
    "tasks.withdraw": "撤回任务",
    "tasks.receive": "签收",
    "tasks.report": "提交反馈",
    "tasks.accept": "审核通过",
    "tasks.return_report": "退回补正",
    "tasks.accept_reports": "批量审核通过",
    "tasks.return_reports": "批量退回补正",
    "tasks.amend_request": "修改申请",
    "tasks.withdraw_request": "撤回申请",
    "tasks.reopen": "退回重新核对",
    "tasks.carry_over": "提出变更",
    "tasks.approve_change": "批准变更",
    "tasks.drop_change": "不采用变更",
    "tasks.merge": "并入申请",
    "tasks.unmerge": "拆出申请",
    "tasks.sign_overload": "签批超负荷",
    "tasks.record_discussion": "记录集体讨论",
    "tasks.confirm_discussion": "确认集体讨论",
    "tasks.declare_response": "启动应急响应",
    "tasks.end_response": "结束应急响应",
    "tasks.dispatch_at_once": "应急下派",
    "tasks.approve_afterwards": "补办审批",
    "tasks.repeat": "到期再派",
    "tasks.hand_to": "交给经办人",
    "tasks.say": "问答",
    "tasks.urge": "催办",
    "tasks.take_back_report": "撤回反馈",
    "tasks.take_back_extension": "撤回延期申请",
    "tasks.take_back_objection": "撤回异议",
    "tasks.urge_all": "提醒全部未反馈的村社",
    "tasks.object_to": "提出异议",
    "tasks.answer_objection": "答复异议",
    "tasks.appeal": "向县里上诉",
    "tasks.answer_appeal": "答复上诉",
    "tasks.ask_for_time": "申请延期",
    "tasks.answer_extension": "答复延期",
    "tasks.suspend": "中止",
    "tasks.note_unanswered": "记录逾期没有反馈",
    "tasks.resume": "恢复办理",
    "concerns.raise_concern": "上报民情",
    "concerns.handle": "镇街受理",
    "concerns.pass_on": "转办",
    "concerns.send_back": "退回镇街",
    "concerns.answer": "答复村社",
    "concerns.confirm": "村社确认答复",
    "concerns.withdraw": "撤回民情",
    "concerns.lapse": "到期办结",
    "complaints.complain": "提出投诉建议",
    "complaints.complain_unnamed": "提出投诉建议",
    "complaints.answer": "答复",
    "complaints.settle": "提出人认可答复",
    "complaints.reopen": "提出人要求再答复",
    "complaints.withdraw": "提出人撤回",
    "complaints.lapse": "到期办结",
    "bidding.draft_project": "起草榜单项目",
    "bidding.change_project": "修改榜单项目",
    "bidding.submit_project": "提交审批",
    "bidding.send_project_back": "退回修改",
    "bidding.approve_project": "批准上榜",
    "bidding.drop_project": "作废",
    "bidding.cancel_project": "取消并下榜",
    "bidding.relist": "重新上榜",
    "bidding.write_bid": "写竞榜书",
    "bidding.submit_bid": "提交竞榜书",
    "bidding.withdraw_bid": "撤回竞榜书",
    "bidding.open_bids": "开标",
    "bidding.dispute_fact": "对事实提出异议",
    "bidding.compare": "记录比选",
    "bidding.name_scorers": "指定评分人",
    "bidding.declare": "声明回避情况",
    "bidding.score_bid": "打分",
    "bidding.hand_in": "交评分表",
    "bidding.release_scorer": "更换评分人",
    "bidding.discuss_scores": "记录评分讨论",
    "bidding.announce_award": "公布揭榜结果",
    "bidding.let_award_stand": "公示期满生效",
    "bidding.object_to_award": "对结果提出异议",
    "bidding.answer_award_objection": "答复异议",
    "bidding.undo_award": "收回揭榜",
    "bidding.give_up_award": "放弃揭榜",
    "bidding.end_without_award": "流标",
    "bidding.report_milestone": "上报节点",
    "bidding.accept_milestone": "节点通过",
    "bidding.return_milestone": "退回整改",
    "bidding.ask_for_step_time": "申请节点延期",
    "bidding.take_back_step_time": "撤回节点延期申请",
    "bidding.answer_step_time": "答复节点延期",
    "bidding.suspend_step": "中止节点",
    "bidding.resume_step": "恢复节点",
    "surveys.draft_survey": "起草调查",
    "surveys.change_survey": "修改调查",
    "surveys.state_households": "填写户数",
    "surveys.open_survey": "核对并开启",
    "surveys.issue_slips": "生成邀请条",
    "surveys.answer": "收到一份回答",
    "surveys.exclude_village": "不计入",
    "surveys.close_survey": "到期结束",
    "matters.draft_list": "起草清单",
    "matters.put_matter": "写入事项",
    "matters.take_matters": "导入事项",
    "matters.drop_matter": "删去事项",
    "matters.propose": "提出清单",
    "matters.send_back": "退回清单",
    "matters.publish": "发布清单",
    "matters.look_at_basis": "复核依据",
    "matters.give_opinion": "提出意见",
    "matters.answer_opinion": "答复意见",
    "matters.put_golden_case": "写入范例",
    "matters.drop_golden_case": "删去范例",
    "matters.add_alias": "添加别名",
    "evaluation.settle_scheme": "放入示例办法",
    "evaluation.draft_scheme": "起草办法",
    "evaluation.change_scheme": "修改办法",
    "evaluation.note_simulation": "试算",
    "evaluation.adopt_scheme": "通过办法",
    "evaluation.drop_scheme": "作废办法",
    "evaluation.appeal": "提出申诉",
    "evaluation.answer_appeal": "答复申诉",
    "evaluation.reverse": "撤销工分",
    "evaluation.praise": "表扬",
    "evaluation.praise_delivery": "表扬",
    "evaluation.opt_out": "不上榜",
    "evaluation.close_period": "关闭周期",
    "policies.set_policy": "调整规则数值",
    "workdays.set_year": "公布工作日历",
    "registry.define": "定义台账项",
    "registry.record": "记入台账",
    "units.add": "新设单位",
    "units.rename": "单位改名",
    "units.take_units": "导入单位",
    "clock_steps.step_over": "越过错误的时钟",
    "people.enrol": "登记人员",
    "people.appoint": "任职",
    "people.end_post": "结束任职",
    "people.hand_over": "交接",
    "people.look_as": "查看对方看到的页面",
    "people.take_people": "导入人员",
    "inbox.choose_outside": "选择系统外的提醒",
    "accounts.open_account": "开通账号",
    "accounts.reset_password": "重置密码",
    "accounts.unlock": "解锁账号",
    "accounts.end_account": "停用账号",
    "accounts.change_password": "修改密码",
    "accounts.revoke_session": "退出设备",
    "accounts.issue_token": "签发令牌",
    "accounts.revoke_token": "吊销令牌",
}
"""Commands in the words of the story."""
WORDS = ("story", "reason", "clause", "note", "what_to_mend", "answer", "words", "title", "name", "phrase")


@dataclass(frozen=True)
class Step:
    """One event as the story tells it."""

    what: str
    who: str
    words: str
    event: Event


async def show(request: Request) -> Response:
    """What happened to one record, oldest first, as far as the viewer may know."""
    viewer, kind = request.state.viewer, request.path_params["kind"]
    if kind not in TOLD:
        raise NotFound("没有找到这条记录。")
    record = await TOLD[kind].find(viewer, request.path_params["id"])
    steps = await steps_of(viewer, record)
    called = getattr(record, "title", "") or getattr(record, "name", "") or record.called
    if isinstance(record, Post):
        called = f"{record.unit.name}{record.role_label} {record.person.name}"
    if isinstance(record, Assignment):
        called = f"{record.unit.name}：{record.task.title}"
    return page(request, "trail/show.html", steps=steps, called=called, kind=record.called)


async def steps_of(viewer: Viewer, record: Record) -> list[Step]:
    """The story of a record that the viewer was allowed to find; people by name only to who works with them."""
    events = await story(viewer, record)
    told = {p.event_id: p for p in await EventPersonal.filter(event_id__in=[e.pk for e in events])}
    doers = {event.actor_post_id for event in events if event.actor_post_id}
    met = {post.pk for post in await Post.filter(met_posts(viewer), id__in=sorted(doers)).only("id")}
    return [
        _step(event, _told(viewer, record, event, told.get(event.pk)), event.actor_post_id in met)
        for event in events
    ]


def _step(event: Event, details: Mapping[str, Any], meets_them: bool) -> Step:
    words = "；".join(str(details[name]) for name in WORDS if details.get(name))
    return Step(SAID.get(event.command, event.command), _who(event, meets_them), words, event)


def _told(viewer: Viewer, record: Record, event: Event, kept: EventPersonal | None) -> dict[str, Any]:
    """What an event tells in words. The one name among what is personal is that of somebody enrolled."""
    details = event.told
    if kept is None or kept.payload is None:
        return details
    personal = kept.told
    if "name" in personal and not _meets_the_enrolled(viewer, record, details):
        del personal["name"]
    return details | personal


def _meets_the_enrolled(viewer: Viewer, record: Record, details: Mapping[str, Any]) -> bool:
    """By the post that was made, or by such a post at the unit whose story this is."""
    if isinstance(record, Unit):
        record = Post(unit=record, role=str(details.get("role", "")))
    return isinstance(record, Post) and meets(viewer, record)


def _who(event: Event, meets_them: bool) -> str:
    post = event.actor_post
    if post is None:
        return "未署名" if event.actor_label == UNNAMED.via else "系统"
    return f"{post.unit.name} {post.role_label}" + (f" {post.person.name}" if meets_them else "")


async def heads(request: Request) -> Response:
    """The head of each day's chain, for everybody."""
    shown = await paged(request, DayHead.visible_to(request.state.viewer), by=("-day",))
    return page(request, "trail/heads.html", shown=shown)


routes = [Route("/trail/{kind}/{id:int}", show), Route("/heads", heads)]
