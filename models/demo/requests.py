"""What the demo's departments and the township itself ask for, as the file beside this one tells it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).with_name("asks.tsv")
STAGES = (
    "read",
    "admitted",
    "drafted",
    "submitted",
    "approved",
    "sent",
    "received",
    "reported",
    "returned",
    "closed",
)
"""How far a request can come; the demo leaves some at each stage."""


@dataclass(frozen=True)
class Ask:
    """One request: who asks what under which matter, and how far the demo plays it."""

    who: str
    matter: str
    title: str
    body: str
    demands: tuple[str, ...]
    """Empty: the first two that the listed matter allows."""
    elements: tuple[str, ...]
    until: str
    villages: str
    """How many, or "grid" for the first grid of 梅渚村 alone."""
    days: float | None
    """How long before the last day it is asked; None spreads it over the whole time."""
    due: int | None
    """When the task is due, in days from the last day; None gives it eight days."""
    refuse: str
    """The reader's reason for refusing it."""
    office: str

    def goes(self, stage: str) -> bool:
        return STAGES.index(self.until) >= STAGES.index(stage)


def asks() -> list[Ask]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return [_read(row) for row in csv.DictReader(file, delimiter="\t")]


def _read(row: dict[str, str]) -> Ask:
    return Ask(
        who=row["who"],
        matter=row["matter"],
        title=row["title"],
        body=row["body"],
        demands=tuple(row["demands"].split()),
        elements=tuple(row["elements"].split()),
        until=row["until"] or "closed",
        villages=row["villages"],
        days=float(row["days"]) if row["days"] else None,
        due=int(row["due"]) if row["due"] else None,
        refuse=row["refuse"],
        office=row["office"],
    )
