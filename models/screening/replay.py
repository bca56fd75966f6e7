"""Recomputing stored verdicts from the inputs stored with them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from models.matters import MatterList
from models.matters.decision import decide, snapshot_of
from models.screening.codes import is_code
from models.screening.records import READ_AS, Screening

COMPARED = ("verdict", "reasons", "sentence", "clause", "route", "nearest")
NOBODYS = {"kind": "automatic", "code": None, "expires_on": None, "decided_by_id": None}
"""What no verdict of the list itself has: somebody, and what only they give."""
KEPT = ("verdict", "sentence", "clause", "route", "code")
"""What a reading keeps of itself; routes have been kept since they could be asked for."""


async def replay(screening: Screening) -> list[str]:
    """The differences between what is stored and what its inputs give; an empty list means it stands."""
    inputs = json.loads(screening.inputs)
    of = _of_reading if "verdict" in inputs else _of_verdict
    differences = of(screening, inputs)
    return differences + await _of_list(screening, inputs)


def _of_verdict(screening: Screening, inputs: Any) -> list[str]:
    decision = decide(inputs)
    again = NOBODYS | {name: _comparable(getattr(decision, name)) for name in COMPARED}
    stored = {name: _comparable(getattr(screening, name)) for name in again}
    return [
        f"{name}：存为“{stored[name]}”，重算为“{again[name]}”"
        for name in again
        if stored[name] != again[name]
    ]


def _of_reading(screening: Screening, inputs: Any) -> list[str]:
    """A person's reading cannot be recomputed, but what it says must agree with what was kept of it."""
    until = inputs.get("until")
    kept = {name: inputs[name] for name in KEPT if name in inputs} | {
        "kind": "exception" if until else "reading",
        "reasons": [READ_AS.get(inputs["verdict"])],
        "expires_on": date.fromisoformat(until) if until else None,
    }
    differences = [
        f"{name}：存为“{getattr(screening, name)}”，复核时为“{said}”"
        for name, said in kept.items()
        if getattr(screening, name) != said
    ]
    if screening.code and not is_code(screening.code):
        differences.append(f"code：“{screening.code}”的校验位不对")
    return differences


async def _of_list(screening: Screening, inputs: Any) -> list[str]:
    """The matter as stored must still be what the frozen list says."""
    number = inputs.get("list_number")
    held = await MatterList.get_or_none(pk=screening.matter_list_id)
    if (held.number if held else None) != number:
        return [f"list_number：存为“{number}”，现为“{held.number if held else None}”"]
    snapshot = inputs.get("matter")
    if snapshot is None or screening.matter_id is None:
        return []
    await screening.fetch_related("matter")
    matter: Any = screening.matter
    now_says = snapshot_of(matter)
    return [
        f"matter.{k}：存为“{snapshot[k]}”，清单为“{now_says[k]}”"
        for k in now_says
        if snapshot[k] != now_says[k]
    ]


def _comparable(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | list) else value
