"""Burden (减负看板): what reached villages, what was kept from them, and who asks most; counted afresh on every visit."""

from models.burden.asked_fields import (
    AskedFields,
    asked_fields,
    fields_by_month,
    fields_sent,
    spared_this_year,
)
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
from models.burden.by_place import (
    ASSIGNMENT_SIDES,
    LEVELS_BELOW,
    PHASES,
    SCREENING_SIDES,
    Row,
    assignments_by_place,
    rejected,
    screened,
    screenings_by_place,
)
from models.burden.cells import Cell, Cut, Tally
from models.burden.children import Child, busiest, children, tallies
from models.burden.exporting import tables_to_count
from models.burden.figures import Burden, Fields, burden, fields_of, home, hours_of, place_of, refused_nearby
from models.burden.lateness import FEWEST, answers_for
from models.burden.months import Month, each, months
from models.burden.rows import ROWS, merged_away, received, rows_of, sent, sent_tasks, taken_up
from models.burden.spans import INTERVALS, Piece, pieces

__all__ = [
    "ASSIGNMENT_SIDES",
    "BEHIND",
    "COLUMNS",
    "FEWEST",
    "INTERVALS",
    "LEVELS_BELOW",
    "PHASES",
    "ROWS",
    "SCREENING_SIDES",
    "AskedFields",
    "AskerLine",
    "AskersWanted",
    "Burden",
    "Cell",
    "Child",
    "Cut",
    "Fields",
    "Month",
    "Piece",
    "Row",
    "Tally",
    "answers_for",
    "asked_fields",
    "asker_table",
    "askers",
    "asking_most",
    "assignments_by_place",
    "behind",
    "burden",
    "busiest",
    "children",
    "each",
    "fields_by_month",
    "fields_of",
    "fields_sent",
    "home",
    "hours_of",
    "merged_away",
    "months",
    "opened_by",
    "pieces",
    "place_of",
    "reads_askers",
    "received",
    "refused_nearby",
    "region_of",
    "rejected",
    "rows_of",
    "screened",
    "screenings_by_place",
    "sent",
    "sent_tasks",
    "spared_this_year",
    "sums_of",
    "tables_to_count",
    "taken_up",
    "tallies",
]
