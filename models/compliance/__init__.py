"""What the product holds, for how long, and what it must never hold: read from the records themselves.

For whoever files the application and whoever checks it: nothing here is typed twice, so it cannot flatter.
"""

from models.compliance.dossier import data_list, function_list
from models.compliance.forbidden import BANS, Ban, Found, ban_of, checked, names_in
from models.compliance.inventory import Column, Held, held
from models.compliance.retention import KEPT, LOGGED, Kept

__all__ = [
    "BANS",
    "KEPT",
    "LOGGED",
    "Ban",
    "Column",
    "Found",
    "Held",
    "Kept",
    "ban_of",
    "checked",
    "data_list",
    "function_list",
    "held",
    "names_in",
]
