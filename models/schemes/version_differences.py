"""What one version of a scheme says otherwise than another, line by line, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.schemes.drafting import dimensions_told, groups_told
from models.schemes.records import KINDS_OF_VILLAGE, Scheme
from models.schemes.sources import POINTS, SOURCES

Lines = dict[str, str]
"""What a line is about -> what it says."""


@dataclass(frozen=True)
class Difference:
    """One line that reads otherwise; empty where there was, or is, no such line."""

    what: str
    before: str
    after: str


async def version_before(scheme: Scheme) -> Scheme | None:
    """The newest adopted version of the same city with a smaller number."""
    rows = Scheme.filter(city_id=scheme.city_id, state="adopted", number__lt=scheme.number)
    return await rows.order_by("-number").first()


async def differences_between(old: Scheme, new: Scheme) -> list[Difference]:
    """In the order in which a scheme is read. Six statements, whatever the schemes."""
    return _differences(await _lines(old), await _lines(new))


async def _lines(scheme: Scheme) -> Lines:
    dimensions, groups = await dimensions_told(scheme), await groups_told(scheme)
    return {"名称": scheme.title} | _of_dimensions(dimensions) | _of_groups(groups) | _of_points(scheme.worth)


def _of_dimensions(dimensions: Iterable[Mapping[str, Any]]) -> Lines:
    lines: Lines = {}
    for one in dimensions:
        lines[f"维度“{one['name']}”"] = f"占 {one['weight']}%"
        for inside in one["indicators"]:
            told = f"在“{one['name']}”里占 {inside['weight']}%，至少 {inside['least']} 件"
            lines[f"指标“{SOURCES[inside['source']].label}”"] = told
    return lines


def _of_groups(groups: Iterable[Mapping[str, Any]]) -> Lines:
    return {
        f"分组“{one['name']}”": f"{KINDS_OF_VILLAGE[one['kind']]}，{one['households']} 户起" for one in groups
    }


def _of_points(points: Mapping[str, int]) -> Lines:
    return {
        worth.label: f"{points.get(name, worth.default)} {worth.counted_in}" for name, worth in POINTS.items()
    }


def _differences(old: Lines, new: Lines) -> list[Difference]:
    names = [*new, *(name for name in old if name not in new)]
    return [
        Difference(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name) != new.get(name)
    ]
