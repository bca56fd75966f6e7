"""Who may know of what, as the constitution says it: written apart from the product's own conditions."""

from __future__ import annotations

from models.base.viewer import Hat, Viewer
from tests.leaks.world import Row

DESK = {"coordinator", "leader", "head"}
ABOVE = {"city", "county", "township"}
WATCHES = {"supervisor", "observer"}
KEEPS = {"list_keeper", "city_admin"}
AT_VILLAGES = {"secretary", "cadre", "grid_worker", "liaison", "first_secretary", "supervisor"}


def may_know(viewer: Viewer, row: Row) -> bool:
    """Whether some post of the viewer gives the right to this row."""
    return any(RIGHTS[row.of](hat, row) for hat in viewer.hats)


def _at_the_desk(hat: Hat, row: Row) -> bool:
    return hat.role in DESK and hat.unit_id == row.township.pk


def _watches_from_above(hat: Hat, row: Row) -> bool:
    watching = hat.role in KEEPS or (hat.role in WATCHES and hat.unit_level in ABOVE)
    return watching and row.township.path.startswith(hat.unit_path)


def _asked(hat: Hat, row: Row) -> bool:
    return hat.role in {"department_officer", "office"} and hat.unit_id in row.asker


def _in_an_office_of_the_township(hat: Hat, row: Row) -> bool:
    return hat.role == "office" and hat.unit_path.startswith(row.township.path)


def _of_the_village(hat: Hat, row: Row) -> bool:
    """A post at the village or below it sees what lies at its own place or deeper."""
    at_village = hat.role in AT_VILLAGES and hat.unit_level in {"village", "grid"}
    return at_village and any(village.path.startswith(hat.unit_path) for village in row.villages)


def _request(hat: Hat, row: Row) -> bool:
    """Never anybody at a village: the asker, the township's desk, the office it went on to, and watchers."""
    sent_on = row.office is not None and hat.role == "office" and hat.unit_id == row.office.pk
    return _at_the_desk(hat, row) or _watches_from_above(hat, row) or _asked(hat, row) or sent_on


def _plan(hat: Hat, row: Row) -> bool:
    """Plans and discussions are the township's until they are dispatched, and its watchers'."""
    return _at_the_desk(hat, row) or _in_an_office_of_the_township(hat, row) or _watches_from_above(hat, row)


def _task(hat: Hat, row: Row) -> bool:
    return _plan(hat, row) or _asked(hat, row) or _of_the_village(hat, row)


RIGHTS = {"request": _request, "plan": _plan, "discussion": _plan, "task": _task, "copy": _task}
