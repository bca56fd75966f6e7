"""Burden (减负看板): what reached villages, what was kept from them, and who asks most; counted afresh on every visit."""

from models.burden.asker_rows import BEHIND, behind
from models.burden.askers import (
    COLUMNS,
    AskerLine,
    AskersWanted,
    asker_table,
    askers,
    asking_most,
    opened_by,
    reads_askers,
    region_of,
    sums_of,
)
from models.burden.children import Child, busiest, children, tallies
from models.burden.exporting import tables_to_count
from models.burden.figures import Burden, Fields, burden, fields_of, home, hours_of, place_of, refused_nearby
from models.burden.months import Month, each, months
from models.burden.rows import ROWS, merged_away, received, rows_of, sent, sent_tasks, taken_up

__all__ = [
    "BEHIND",
    "COLUMNS",
    "ROWS",
    "AskerLine",
    "AskersWanted",
    "Burden",
    "Child",
    "Fields",
    "Month",
    "asker_table",
    "askers",
    "asking_most",
    "behind",
    "burden",
    "busiest",
    "children",
    "each",
    "fields_of",
    "home",
    "hours_of",
    "merged_away",
    "months",
    "opened_by",
    "place_of",
    "reads_askers",
    "received",
    "refused_nearby",
    "region_of",
    "rows_of",
    "sent",
    "sent_tasks",
    "sums_of",
    "tables_to_count",
    "taken_up",
    "tallies",
]
