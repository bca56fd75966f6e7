"""What each amendment of a request changed, from and to."""

from __future__ import annotations

from typing import Any

from models.base.labels import label_of
from models.base.viewer import Viewer
from models.intake import RequestVersion
from models.matters import Demand
from models.registry import Element
from models.requests import RequestUnit, WorkRequest
from models.units import Unit


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
    return request.said_by_its_asker() | {"units": list(await named.values_list("unit__code", flat=True))}


async def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    # A version from before a column was there has no word of it: that is no change anybody made.
    changed = [name for name in after if name in before and before[name] != after[name]]
    words = await _words_for({c for n in changed for said in (before, after) for c in _codes(said.get(n))})
    return [(_called(n), _plain(before.get(n), words), _plain(after.get(n), words)) for n in changed]


def _called(name: str) -> str:
    return label_of(WorkRequest, "wanted_units" if name == "units" else name)


def _codes(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | dict) else []


def _plain(value: Any, words: dict[str, str]) -> str:
    if isinstance(value, dict):
        return "；".join(f"{words.get(code, code)}：{why}" for code, why in value.items()) or "没有写"
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
