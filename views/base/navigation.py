"""The way round the site, by duty: what each person finds in the bar at the top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from models.base.settings import settings
from models.base.viewer import Viewer
from models.people.roles import (
    ABOVE_TOWNSHIPS,
    ASKERS,
    COMPLAINT_ANSWERERS,
    DESK,
    EMERGENCY_READERS,
    EVERYBODY,
    KEEPERS,
    MANAGERS,
    OFFICE_WORKERS,
    OVERSEERS,
    PROJECT_DESK,
    RANKING_READERS,
    VILLAGE_PEOPLE,
)


@dataclass(frozen=True, eq=False)
class Entry:
    """One place in the bar, for the people with one of these duties."""

    label: str
    href: str
    duty: tuple[str, ...]


NAVIGATION = (
    Entry("今日待办", "/", EVERYBODY),
    Entry("待过筛", "/screening", DESK),
    Entry("任务", "/tasks", (*VILLAGE_PEOPLE, *DESK, *OVERSEERS)),
    Entry("民情", "/concerns", EVERYBODY),
    Entry("投诉建议", "/complaints", COMPLAINT_ANSWERERS),
    Entry("揭榜", "/board", EVERYBODY),
    Entry("榜", "/rankings", RANKING_READERS),
    Entry("榜单项目", "/projects", PROJECT_DESK),
    Entry("应急", "/emergency", EMERGENCY_READERS),
    Entry("我的申请", "/requests", (*ASKERS, *DESK)),
    Entry("新申请", "/requests/new", ASKERS),
    Entry("工分", "/points", VILLAGE_PEOPLE),
    Entry("清单", "/matters", EVERYBODY),
    Entry("过筛台账", "/ledger", (*DESK, *ABOVE_TOWNSHIPS)),
    Entry("减负看板", "/burden", EVERYBODY),
    Entry("部门派活", "/askers", OFFICE_WORKERS),
    Entry("报表", "/reports", OFFICE_WORKERS),
    Entry("清单版本", "/lists", KEEPERS),
    Entry("群众口碑", "/surveys", KEEPERS),
    Entry("评价办法", "/schemes", KEEPERS),
    Entry("规则数值", "/policies", KEEPERS),
    Entry("人员", "/people", MANAGERS),
    Entry("本村", "/units/mine", VILLAGE_PEOPLE),
    Entry("辖区", "/units", OVERSEERS),
    Entry("数据接口", "/explorer", OFFICE_WORKERS),
)


def entries(viewer: Viewer) -> tuple[Entry, ...]:
    """What this viewer's duties put in the bar, in one fixed order."""
    village = next((hat.unit_id for hat in viewer.hats if hat.role in VILLAGE_PEOPLE), 0)
    return _entries(frozenset(hat.role for hat in viewer.hats), village, settings().explorer)


@lru_cache(512)
def _entries(roles: frozenset[str], village: int, explorer: bool) -> tuple[Entry, ...]:
    found = (entry for entry in NAVIGATION if roles.intersection(entry.duty))
    return tuple(
        Entry(entry.label, f"/units/{village}", entry.duty) if entry.href == "/units/mine" else entry
        for entry in found
        if explorer or entry.href != "/explorer"
    )
