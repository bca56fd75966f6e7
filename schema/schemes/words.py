"""The closed lists of words of schemes and their periods."""

from __future__ import annotations

from typing import Any

from tortoise.expressions import Q

from models import schemes
from models.base.viewer import NOTHING, Viewer
from models.schemes import SCHEME_STATES
from models.schemes.periods import kind_and_start
from schema.base.enums import enum_of
from schema.base.errors import BadInput
from schema.base.filters import Part, Path
from schema.base.numbers import PeriodKey

SOURCES = {name: one.label for name, one in schemes.SOURCES.items()}
VILLAGES = schemes.KINDS_OF_VILLAGE
PERIODS = {"month": "月", "quarter": "季", "year": "年"}
SchemeState = enum_of("SchemeState", SCHEME_STATES, "How far a scheme has come.")
IndicatorSource = enum_of("IndicatorSource", SOURCES, "What an indicator is reckoned from.")
VillageKind = enum_of("VillageKind", VILLAGES, "What kind of villages a group takes.")
PeriodKind = enum_of("PeriodKind", PERIODS, "How long a period is.")
WorthCode = enum_of(
    "WorthCode", {name: one.label for name, one in schemes.POINTS.items()}, "What is worth something."
)


async def _periods(viewer: Viewer, keys: list[str], path: Path) -> list[Any]:
    named = [kind_and_start(key) for key in keys]
    if None in named:
        raise BadInput("请用 2026-11、2026-Q4 或 2026 写明周期。", path[1], (*path, str(named.index(None))))
    return named


def any_period(relation: str, words: str) -> Part:
    """Rows of any of these published periods, by the keys that people name them by."""

    def leave(rows: Any, named: list[Any]) -> Any:
        alternatives = [
            Q(**{f"{relation}__kind": kind, f"{relation}__since": since}) for kind, since in named
        ]
        return rows.filter(Q(*alternatives, join_type="OR") if alternatives else NOTHING)

    return Part(list[PeriodKey], words, leave, _periods)
