"""The closed lists of words of schemes and their periods."""

from __future__ import annotations

from models import schemes
from models.schemes import SCHEME_STATES
from schema.base.enums import enum_of

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
