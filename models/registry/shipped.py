"""The elements that come with the product: what departments ask again and again, each with where it was seen."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from models.base.clock import due, now
from models.registry.records import DEFINED, Element, ElementVersion

SHIPPED = Path(__file__).with_name("elements.tsv")
PLACES = {"village": "village", "grid": "grid", "household_count": "village"}
"""Households are counted for a whole village."""


def shipped_elements() -> list[Element]:
    """Every element of the file, in its order."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Element(**_read(row), state="in_force") for row in rows]


def _read(row: dict[str, str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("code", "name", "definition", "owner", "period", "sensitivity")},
        **{name: row[name] for name in ("asked_by", "source")},
        "level": PLACES[row["level"]],
        "kind": row["type"],
        "measure": row["unit"],
        "freshness_days": int(row["freshness_days"]),
        "checks": row["checks"],
        "attested": row["attested"] == "yes",
    }


@due
async def settle_elements() -> None:
    """Put the shipped elements into the database where they are missing; what is there stays as it is."""
    shipped = {one.code: one for one in shipped_elements()}
    rows = Element.filter(code__in=list(shipped)).only("id", "code")
    known = {one.code for one in await rows}
    missing = [one for code, one in shipped.items() if code not in known]
    if missing:
        await Element.bulk_create(missing, ignore_conflicts=True)
        await _put_in_force(list(shipped))


async def _put_in_force(codes: list[str]) -> None:
    """What is shipped is the first version of each, by nobody of the town."""
    bare = await Element.filter(code__in=codes, versions__isnull=True)
    versions = [
        ElementVersion(
            element=one,
            number=1,
            reason="随系统提供",
            proposed_at=now(),
            decided_at=now(),
            **{name: getattr(one, name) for name in DEFINED},
        )
        for one in bare
    ]
    await ElementVersion.bulk_create(versions, ignore_conflicts=True)
