"""Who may read what of the evaluation: the evaluated their own, evaluators their area, and the region what is published."""

from __future__ import annotations

from typing import Any

from tortoise.expressions import Q

from models.base.viewer import NOTHING, Viewer, for_all_eyes, subtree
from models.people.roles import EVALUATORS
from models.policies import upwards
from models.tasks.visibility import in_the_village


def evaluates(viewer: Viewer, unit: str = "unit__") -> Q:
    """Places whose order the viewer has the duty to know: keepers their area, leaders their own township."""
    return viewer.area(f"{unit}path", *EVALUATORS)


def own_or_evaluated(viewer: Viewer, unit: str = "unit__") -> Q:
    """The viewer's own village, and the places the viewer evaluates."""
    return in_the_village(viewer, unit) | evaluates(viewer, unit)


@for_all_eyes
def is_evaluator(viewer: Viewer, path: str) -> bool:
    return viewer.oversees(path, *EVALUATORS)


def in_region(viewer: Viewer, path: str) -> Q:
    """Rows by their path that are published to the viewer's county, or to the city for whoever stands above counties."""
    conditions = []
    for hat in viewer.hats:
        above = upwards(hat.unit_path)
        wholes: dict[str, Any] = {f"{path}__in": above}
        conditions += [subtree(path, above[min(1, len(above) - 1)]), Q(**wholes)]
    return Q(*conditions, join_type="OR") if conditions else NOTHING
