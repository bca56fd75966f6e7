"""Points (工分): what an accepted result brings to a village and to those who did it, written from the sealed trail; and praise."""

from models.base.events import Event
from models.points.book import read_results
from models.points.commendations import (
    Commendation,
    Commended,
    OptOut,
    opt_out,
    opted_out,
    praise,
    praise_delivery,
)
from models.points.entries import ENTRY_KINDS, WHYS, PointEntry, shown_points
from models.points.subjects import About, abouts

Event.veiled[Commendation] = frozenset({praise.name, praise_delivery.name})

__all__ = [
    "ENTRY_KINDS",
    "WHYS",
    "About",
    "Commendation",
    "Commended",
    "OptOut",
    "PointEntry",
    "abouts",
    "opt_out",
    "opted_out",
    "praise",
    "praise_delivery",
    "read_results",
    "shown_points",
]
