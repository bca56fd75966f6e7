"""The one tree of the town: its nodes, how it is kept, and how it is imported."""

from models.units.importing import import_units
from models.units.management import add, rename
from models.units.records import LEVELS, Unit, UnitFilter, named, shown_name

__all__ = ["LEVELS", "Unit", "UnitFilter", "add", "import_units", "named", "rename", "shown_name"]
