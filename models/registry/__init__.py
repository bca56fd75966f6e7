"""The registry (数据底册): defined data elements, and the values that units have reported."""

from models.registry.codes import ARABLE, FORMER, HOUSEHOLDS, HUKOU, LAND, RESIDENTS, current_codes
from models.registry.defining import define
from models.registry.kinds import parsed, period_key, shown
from models.registry.records import (
    KINDS,
    LEVELS,
    ORIGINS,
    PERIODS,
    SENSITIVITIES,
    STATES,
    DataValue,
    Element,
    ElementVersion,
)
from models.registry.shipped import settle_elements, shipped_elements
from models.registry.values import MANY, held, latest, put, record

__all__ = [
    "ARABLE",
    "FORMER",
    "HOUSEHOLDS",
    "HUKOU",
    "KINDS",
    "LAND",
    "LEVELS",
    "MANY",
    "ORIGINS",
    "PERIODS",
    "RESIDENTS",
    "SENSITIVITIES",
    "STATES",
    "DataValue",
    "Element",
    "ElementVersion",
    "current_codes",
    "define",
    "held",
    "latest",
    "parsed",
    "period_key",
    "put",
    "record",
    "settle_elements",
    "shipped_elements",
    "shown",
]
