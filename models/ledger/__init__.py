"""The ledger (台账): rejections and screenings by department and period, and what reached the villages; never typed."""

from models.ledger.exporting import archive, table
from models.ledger.figures import (
    LABELS,
    VERDICTS_COUNTED,
    Figures,
    Line,
    departments,
    entries,
    lines,
    reads_the_ledger,
    total,
)
from models.ledger.load import Load, VillageLoad, by_village, dispatched, load, oversees_villages, villages
from models.ledger.period import Period, Wanted, period_of

__all__ = [
    "LABELS",
    "VERDICTS_COUNTED",
    "Figures",
    "Line",
    "Load",
    "Period",
    "VillageLoad",
    "Wanted",
    "archive",
    "by_village",
    "departments",
    "dispatched",
    "entries",
    "lines",
    "load",
    "oversees_villages",
    "period_of",
    "reads_the_ledger",
    "table",
    "total",
    "villages",
]
