"""What every matter says when it is published: who leads, what the village does, and what it must not do."""

from __future__ import annotations

from collections.abc import Iterable

from models.matters.columns import HEADS
from models.matters.records import Matter

SAID = ("lead_department", "village_does", "village_must_not")


def unsaid(matters: Iterable[Matter]) -> list[str]:
    """The matters that leave something of it unsaid, each with what; a ban says it all by itself."""
    told = []
    for matter in sorted(matters, key=lambda one: one.code):
        missing = [HEADS[name] for name in SAID if not getattr(matter, name)]
        if missing and matter.category != "negative":
            told.append(f"{matter.code} {matter.title}（缺{'、'.join(missing)}）")
    return told
