"""The states of projects, bids and awards, in the words people read."""

from __future__ import annotations

PROJECT_STATES = {
    "draft": "起草中",
    "submitted": "待审批",
    "published": "竞榜中",
    "opened": "比选中",
    "announced": "公示中",
    "awarded": "建设中",
    "delivered": "已验收",
    "failed": "流标",
    "cancelled": "已取消",
    "dropped": "已作废",
}
ON_THE_BOARD = ("published", "opened", "announced", "awarded", "delivered", "failed", "cancelled")
"""States that anybody may know of, without signing in."""
OPENED = ("opened", "announced", "awarded", "delivered", "failed")
"""States of a project whose bids are no longer sealed (one cancelled before opening keeps them sealed for ever)."""

BID_STATES = {
    "draft": "未提交",
    "submitted": "已提交",
    "withdrawn": "已撤回",
    "opened": "已开标",
    "broken": "打不开",
}
AWARD_STATES = {"announced": "公示中", "standing": "已揭榜", "fallen": "已落空"}
OBJECTION_STATES = {"open": "待答复", "upheld": "异议成立", "dismissed": "异议不成立"}
MILESTONES = {"decision": "民主议事", "start": "开工", "progress": "进度", "acceptance": "验收"}
MILESTONE_STATES = {
    "planned": "未完成",
    "reported": "待验收",
    "returned": "退回整改",
    "accepted": "已通过",
    "dropped": "已取消",
}
SCORER_STATES = {"named": "待确认回避", "ready": "评分中", "done": "已评完", "recused": "已回避"}
DEPTHS = {"simple": "简易比选", "scored": "评分比选"}
KINDS = {
    "care": "养老托育",
    "industry": "产业发展",
    "building": "基础设施",
    "surroundings": "人居环境",
    "culture": "文化文明",
    "service": "便民服务",
    "other": "其他",
}
