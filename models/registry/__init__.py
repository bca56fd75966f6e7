"""The registry (数据底册): defined data elements, and the values that units have reported."""

from models.registry.codes import ARABLE, FORMER, HOUSEHOLDS, HUKOU, LAND, RESIDENTS, current_codes
from models.registry.defining import define
from models.registry.deliveries import MOST_AT_ONCE, ValueDelivery, put_values
from models.registry.disputes import OUTCOMES, correct_value, dispute_value, settle_dispute
from models.registry.history import all_held, as_it_was, history
from models.registry.kinds import parsed, period_key, shown
from models.registry.masking import MASK, Grant, Reading, place_of, reading_of
from models.registry.reasons import REASONS
from models.registry.records import (
    KINDS,
    LEVELS,
    ORIGINS,
    PERIODS,
    RELIED_UPON,
    SENSITIVITIES,
    STANDINGS,
    STATES,
    DataValue,
    Element,
    ElementVersion,
)
from models.registry.revealing import reveal
from models.registry.reveals import PURPOSES, Reveal
from models.registry.shipped import settle_elements, shipped_elements
from models.registry.table_export import table_file
from models.registry.tables import MOST_ELEMENTS, Cell, Column, Row, Total, ValueTable, value_table
from models.registry.templates import (
    ReportSchedule,
    ReportTemplate,
    add_template,
    end_schedule,
    end_template,
    period_ends,
    schedule_report,
    settle_templates,
    tell_report,
    works_there,
)
from models.registry.value_import import import_values, take_values
from models.registry.values import MANY, elements_called, held, latest, put, record

__all__ = [
    "ARABLE",
    "FORMER",
    "HOUSEHOLDS",
    "HUKOU",
    "KINDS",
    "LAND",
    "LEVELS",
    "MANY",
    "MASK",
    "MOST_AT_ONCE",
    "MOST_ELEMENTS",
    "ORIGINS",
    "OUTCOMES",
    "PERIODS",
    "PURPOSES",
    "REASONS",
    "RELIED_UPON",
    "RESIDENTS",
    "SENSITIVITIES",
    "STANDINGS",
    "STATES",
    "Cell",
    "Column",
    "DataValue",
    "Element",
    "ElementVersion",
    "Grant",
    "Reading",
    "ReportSchedule",
    "ReportTemplate",
    "Reveal",
    "Row",
    "Total",
    "ValueDelivery",
    "ValueTable",
    "add_template",
    "all_held",
    "as_it_was",
    "correct_value",
    "current_codes",
    "define",
    "dispute_value",
    "elements_called",
    "end_schedule",
    "end_template",
    "held",
    "history",
    "import_values",
    "latest",
    "parsed",
    "period_ends",
    "period_key",
    "place_of",
    "put",
    "put_values",
    "reading_of",
    "record",
    "reveal",
    "schedule_report",
    "settle_dispute",
    "settle_elements",
    "settle_templates",
    "shipped_elements",
    "shown",
    "table_file",
    "take_values",
    "tell_report",
    "value_table",
    "works_there",
]
