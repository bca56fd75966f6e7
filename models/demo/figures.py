"""What the demo's villages say when they are asked for data: the same again, now and then a little more or less."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from models import tasks
from models.base.viewer import Viewer
from models.registry.records import NUMBERS
from models.tasks import Assignment, FormField

SHARES: dict[str, int] = {
    "hukou_population": 590,
    "hukou_household": 205,
    "labor_force": 330,
    "migrant_worker": 120,
    "medical_insured": 540,
    "pension_insured": 410,
    "party_member": 42,
    "veteran": 18,
    "disabled_person": 26,
    "dibao_household": 9,
    "dibao_person": 14,
    "dibao_edge_household": 6,
    "tekun_household": 3,
    "tekun_person": 3,
    "left_behind_child": 5,
    "paddy_area": 480,
    "dryland_area": 160,
    "flood_transfer_household": 11,
    "flood_transfer_person": 27,
}
"""What a village of the usual size has of each element that the demo's departments ask for."""
USUAL = 4
CHANGES = 0.08
"""Of a hundred figures that are asked again, so many have changed."""


async def said(viewer: Viewer, assignment: Assignment, number: int, chance: random.Random) -> dict[str, Any]:
    """The details of a report that answer the form of the n-th village; nothing where no data is asked."""
    form = await tasks.form_of(viewer, assignment)
    typed = [one for one in form.to_fill if not one.terms] if form else []
    if not typed:
        return {}
    figures = [_figure(one, number, chance) for one in typed]
    if form and form.is_filled and figures == [one.begins_with for one in typed]:
        return {"unchanged": True}
    return {
        "elements": [one.element.code for one in typed],
        "figures": figures,
        "reasons": _reasons(typed, figures),
    }


def _figure(field: FormField, number: int, chance: random.Random) -> str:
    if field.begins_with:
        # What is checked against other figures would have to change together with them.
        free = field.element.kind in NUMBERS and not field.element.checks
        changes = free and chance.random() < CHANGES
        return f"{Decimal(field.begins_with) + 1:f}" if changes else field.begins_with
    if field.element.kind in NUMBERS:
        return str(SHARES.get(field.element.code, USUAL) * (20 + number) // 20)
    return field.options[0][0] if field.options else "见村务公开栏"


def _reasons(fields: Sequence[FormField], figures: Sequence[str]) -> list[str]:
    """Why each is not what was last reported, where it is not."""
    return [
        "changed" if one.last and figure != one.last.value else ""
        for one, figure in zip(fields, figures, strict=True)
    ]
