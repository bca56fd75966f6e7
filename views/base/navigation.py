"""The way round the site, by role: what each person finds in the bar at the top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from models.base.settings import settings
from models.base.viewer import Viewer

VILLAGE = frozenset({"secretary", "cadre", "grid_worker", "liaison", "first_secretary"})
DESK = frozenset({"coordinator", "leader", "head"})
ASKERS = frozenset({"department_officer", "office"})
OVERSEERS = frozenset({"supervisor", "observer", "list_keeper", "city_admin"})
OFFICES = DESK | ASKERS | OVERSEERS - {"supervisor"}
EVERYBODY = VILLAGE | DESK | ASKERS | OVERSEERS


@dataclass(frozen=True)
class Entry:
    """One place in the bar, for the people with one of these roles."""

    label: str
    href: str
    roles: frozenset[str]


NAVIGATION = (
    Entry("今日待办", "/", EVERYBODY),
    Entry("待过筛", "/screening", DESK),
    Entry("任务", "/tasks", EVERYBODY - ASKERS),
    Entry("民情", "/concerns", EVERYBODY),
    Entry("投诉建议", "/complaints", frozenset({"list_keeper", "city_admin"})),
    Entry("揭榜", "/board", EVERYBODY),
    Entry("榜", "/rankings", EVERYBODY - frozenset({"department_officer"})),
    Entry("榜单项目", "/projects", DESK),
    Entry("应急", "/emergency", DESK | frozenset({"city_admin"})),
    Entry("我的申请", "/requests", ASKERS | DESK),
    Entry("新申请", "/requests/new", ASKERS),
    Entry("工分", "/points", VILLAGE),
    Entry("清单", "/matters", EVERYBODY),
    Entry("过筛台账", "/ledger", DESK | OVERSEERS - {"supervisor"}),
    Entry("减负看板", "/burden", EVERYBODY),
    Entry("部门派活", "/askers", DESK | ASKERS | OVERSEERS - {"supervisor"}),
    Entry("清单版本", "/lists", frozenset({"list_keeper", "city_admin"})),
    Entry("群众口碑", "/surveys", frozenset({"list_keeper", "city_admin"})),
    Entry("评价办法", "/schemes", frozenset({"list_keeper", "city_admin"})),
    Entry("规则数值", "/policies", frozenset({"list_keeper", "city_admin"})),
    Entry("人员", "/people", frozenset({"coordinator", "head", "city_admin"})),
    Entry("本村", "/units/mine", VILLAGE),
    Entry("辖区", "/units", OVERSEERS),
    Entry("数据接口", "/explorer", OFFICES),
)


def entries(viewer: Viewer) -> tuple[Entry, ...]:
    """What this viewer's roles put in the bar, in one fixed order."""
    village = next((hat.unit_id for hat in viewer.hats if hat.role in VILLAGE), 0)
    return _entries(frozenset(hat.role for hat in viewer.hats), village, settings().explorer)


@lru_cache(512)
def _entries(roles: frozenset[str], village: int, explorer: bool) -> tuple[Entry, ...]:
    found = (entry for entry in NAVIGATION if entry.roles & roles)
    return tuple(
        Entry(entry.label, f"/units/{village}", entry.roles) if entry.href == "/units/mine" else entry
        for entry in found
        if explorer or entry.href != "/explorer"
    )
