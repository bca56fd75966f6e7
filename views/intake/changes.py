"""What each amendment of a request changed, from and to."""

from __future__ import annotations

from typing import Any

from models.base.viewer import Viewer
from models.intake import RequestVersion
from models.matters import Demand
from models.registry import Element
from models.requests import RequestUnit, WorkRequest
from models.units import Unit

CALLED = {
    "title": "工作名称",
    "body": "要村社做什么",
    "document_number": "文号",
    "deadline": "希望办完",
    "matter_code": "事项编码",
    "demands": "要求",
    "elements": "数据",
    "units": "村社",
}


async def versions_of(viewer: Viewer, request: WorkRequest) -> list[dict[str, Any]]:
    """Each amendment, latest first, with what it changed from and to; nothing for a request as first written."""
    if request.round == 1:
        return []
    kept = await RequestVersion.visible_to(viewer).filter(request=request).order_by("-round")
    after = await _said(request)
    told = []
    for version in kept:
        told.append({"version": version, "changes": await _changes(version.said, after)})
        after = version.said
    return told


async def _said(request: WorkRequest) -> dict[str, Any]:
    named = RequestUnit.filter(request=request).order_by("unit__path")
    shown = {name: getattr(request, name) for name in CALLED if name != "units"}
    codes = await named.values_list("unit__code", flat=True)
    return shown | {"deadline": request.deadline.isoformat(), "units": list(codes)}


async def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    changed = [name for name in CALLED if before.get(name) != after.get(name)]
    words = await _words_for({c for n in changed for said in (before, after) for c in _codes(said.get(n))})
    return [(CALLED[n], _plain(before.get(n), words), _plain(after.get(n), words)) for n in changed]


def _codes(value: Any) -> list[str]:
    return value if isinstance(value, list) else []


def _plain(value: Any, words: dict[str, str]) -> str:
    if isinstance(value, list):
        return "、".join(words.get(str(code), str(code)) for code in value) or "不指定"
    return str(value or "没有写")


async def _words_for(codes: set[str]) -> dict[str, str]:
    """What demands, elements and places are called."""
    if not codes:
        return {}
    wanted = sorted(codes)
    words = {one.code: one.label for one in await Demand.filter(code__in=wanted)}
    words |= {one.code: one.name for one in await Element.filter(code__in=wanted)}
    return words | {one.code or "": one.name for one in await Unit.filter(code__in=wanted)}
