"""Stricter than the list above: a county may drop matters, ask for less and seldomer, and forbid more; nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from models.matters.records import Matter


def loosened(own: Iterable[Matter], above: Mapping[str, Matter], labels: Mapping[str, str]) -> list[str]:
    """The matters by which a list lets more be asked of a village than the list above it, each with in what."""
    told = []
    for matter in sorted(own, key=lambda one: one.code):
        ways = list(_ways(matter, above.get(matter.code), labels)) if matter.demandable else []
        if ways:
            told.append(f"{matter.code} {matter.title}（{'、'.join(ways)}）")
    return told


def _ways(own: Matter, above: Matter | None, labels: Mapping[str, str]) -> Iterator[str]:
    """In what a matter that may be asked for is looser here than above."""
    if above is None:
        yield "上级清单没有"
        return
    if not above.demandable:
        yield f"上级清单列为“{above.category_label}”"
        return
    if own.title != above.title:
        yield f"上级清单的名称是“{above.title}”"
    if more := [labels.get(code, code) for code in own.demands if code not in above.demands]:
        yield f"多要求了{'、'.join(more)}"
    yield from _asked_beside(own, above)
    yield from _asked_oftener(own, above)


def _asked_beside(own: Matter, above: Matter) -> Iterator[str]:
    """Evidence and data that the list above does not ask for."""
    if set(_kinds(own)) - set(_kinds(above)):
        yield "多要了佐证"
    if set(own.form) - set(above.form):
        yield "多要了数据项"


def _asked_oftener(own: Matter, above: Matter) -> Iterator[str]:
    """Numbers and marks by which work comes oftener, quicker or with fewer questions."""
    if above.yearly_cap is not None and (own.yearly_cap is None or own.yearly_cap > above.yearly_cap):
        yield f"每村每年次数超过上级清单的 {above.yearly_cap} 次"
    if own.norm_days is not None and own.norm_days < (above.norm_days or 0):
        yield f"时限短于上级清单的 {above.norm_days} 个工作日"
    if (own.effort_hours or 0) < (above.effort_hours or 0):
        yield "估计工时少于上级清单"
    if above.major and not own.major:
        yield "上级清单列为重大事项"
    if own.emergency and not above.emergency:
        yield "上级清单没有列为应急事项"


def _kinds(matter: Matter) -> list[str]:
    return list((matter.evidence or {}).get("kinds", []))
