"""Who may know of what, as the constitution says it: written apart from the product's own conditions."""

from __future__ import annotations

from models.base.viewer import Hat, Viewer
from tests.leaks.world import Row

DESK = {"coordinator", "leader", "head"}
ABOVE = {"city", "county", "township"}
WATCHES = {"supervisor", "observer"}
KEEPS = {"list_keeper", "city_admin"}
ASKS = {"department_officer", "office"}
VILLAGE_LEADERS = {"secretary", "cadre", "first_secretary", "liaison"}
BIDS = {"secretary", "cadre", "first_secretary"}
AT_VILLAGES = {"secretary", "cadre", "grid_worker", "liaison", "first_secretary", "supervisor"}


def may_know(viewer: Viewer, row: Row) -> bool:
    """Whether the row is everybody's or the viewer's own, or some post of the viewer gives the right to it."""
    if row.of == "public":
        return True
    own = viewer.person_id is not None and row.owner == viewer.person_id
    if viewer.person_id in row.kept_from:
        return own
    return own or any(RIGHTS[row.of](hat, row) for hat in viewer.hats)


def _at_the_desk(hat: Hat, row: Row) -> bool:
    return row.township is not None and hat.role in DESK and hat.unit_id == row.township.pk


def _watches_from_above(hat: Hat, row: Row) -> bool:
    watching = hat.role in KEEPS or (hat.role in WATCHES and hat.unit_level in ABOVE)
    return row.township is not None and watching and row.township.path.startswith(hat.unit_path)


def _asked(hat: Hat, row: Row) -> bool:
    return hat.role in ASKS and hat.unit_id in row.asker


def _in_an_office_of_the_township(hat: Hat, row: Row) -> bool:
    return row.township is not None and hat.role == "office" and hat.unit_path.startswith(row.township.path)


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


def _talk(hat: Hat, row: Row) -> bool:
    """What village and township say to each other: the asker reads state and answer only."""
    return _plan(hat, row) or _of_the_village(hat, row)


def _concern(hat: Hat, row: Row) -> bool:
    """The village that raised it, the township's desk, whoever has it now, and watchers."""
    handles = row.office is not None and hat.role in ASKS and hat.unit_id == row.office.pk
    return _of_the_village(hat, row) or _at_the_desk(hat, row) or handles or _watches_from_above(hat, row)


def _complaint(hat: Hat, row: Row) -> bool:
    """Beside whoever signed it, those alone who watch the burden where it is answered, and above."""
    return hat.role in KEEPS and _covers(hat, row)


def _published_answer(hat: Hat, row: Row) -> bool:
    """Everybody of the county and above it."""
    return _covers(hat, row) or hat.unit_path.startswith(row.path)


def _fresh_answer(hat: Hat, row: Row) -> bool:
    """Until its month is over those alone who answer at its level, and above."""
    return hat.role in KEEPS and _covers(hat, row)


def _covers(hat: Hat, row: Row) -> bool:
    return row.path.startswith(hat.unit_path)


def _what_happened(hat: Hat, row: Row) -> bool:
    """The trail of one's area; those who ask follow what happened to their requests, and no more."""
    return _covers(hat, row) if hat.role not in ASKS else _request(hat, row)


def _was_received(hat: Hat, row: Row) -> bool:
    """Whether a village has looked: to know whom to phone, the desk that sent it; and the village itself."""
    return hat.role in DESK | {"grid_worker"} | VILLAGE_LEADERS and _covers(hat, row)


def _value(hat: Hat, row: Row) -> bool:
    """Open values are everybody's who is signed in."""
    return True


def _secret_value(hat: Hat, row: Row) -> bool:
    """That there is one, whoever works for the place knows; a department works for the place above it."""
    parts = hat.unit_path.rstrip("/").split("/")
    place = "/".join(parts[:-1]) + "/" if hat.unit_level in {"department", "grid"} else hat.unit_path
    return row.path.startswith(place)


def _secret_word(hat: Hat, row: Row) -> bool:
    """What it says stays with the people of the village."""
    return hat.role in AT_VILLAGES - {"supervisor"} and _secret_value(hat, row)


def _look(hat: Hat, row: Row) -> bool:
    """Who read what is masked: the village, its desk, and whoever watches over them."""
    return hat.role in DESK | KEEPS | WATCHES | AT_VILLAGES and _covers(hat, row)


def _post(hat: Hat, row: Row) -> bool:
    """Colleagues of a township and of a village; nobody reads the people of another place."""
    return hat.role in DESK | {"city_admin", "secretary"} and _covers(hat, row)


def _account(hat: Hat, row: Row) -> bool:
    """Accounts are kept by the township's coordinator and head, and by the administrator."""
    return hat.role in {"coordinator", "head", "city_admin"} and _covers(hat, row)


def _unpublished_list(hat: Hat, row: Row) -> bool:
    return hat.role in KEEPS and _covers(hat, row)


def _published_above_the_villages(hat: Hat, row: Row) -> bool:
    return hat.unit_level not in {"village", "grid"}


def _learned(hat: Hat, row: Row) -> bool:
    """What requests were called, kept as everyday words of a matter, is the list keepers'."""
    return hat.role in KEEPS


def _kept(hat: Hat, row: Row) -> bool:
    """Surveys in the making, how they run and who was drawn are the keepers' of the area."""
    return hat.role in KEEPS and _covers(hat, row)


def _bids(hat: Hat, row: Row) -> bool:
    """Who writes a village's bid, at that village."""
    return hat.role in BIDS and any(village.path.startswith(hat.unit_path) for village in row.villages)


def _opened_bid(hat: Hat, row: Row) -> bool:
    """Once opened it is the township's to compare, and its watchers'; everybody's when the award is announced."""
    return _bids(hat, row) or _plan(hat, row)


def _stepped_back(hat: Hat, row: Row) -> bool:
    """That somebody has ties is for the township to know alone."""
    return _at_the_desk(hat, row) or _in_an_office_of_the_township(hat, row)


def _against(hat: Hat, row: Row) -> bool:
    """The objector's village, the township and its watchers; the public reads how it ended only."""
    at_village = hat.role in BIDS | {"supervisor"} and hat.unit_level == "village"
    return _plan(hat, row) or (
        at_village and any(village.path.startswith(hat.unit_path) for village in row.villages)
    )


def _evaluates(hat: Hat, row: Row) -> bool:
    """Keepers their area, and the leaders of a township its villages: those with the duty to evaluate."""
    return hat.role in KEEPS | {"leader", "head"} and any(
        village.path.startswith(hat.unit_path) for village in row.villages
    )


def _index(hat: Hat, row: Row) -> bool:
    """What a village comes to is its own and its evaluators'."""
    return _of_the_village(hat, row) or _evaluates(hat, row)


def _signed_in(hat: Hat, row: Row) -> bool:
    return True


def _nobody_elses(hat: Hat, row: Row) -> bool:
    return False


RIGHTS = {
    "request": _request,
    "plan": _plan,
    "discussion": _plan,
    "task": _task,
    "copy": _task,
    "talk": _talk,
    "concern": _concern,
    "complaint": _complaint,
    "published answer": _published_answer,
    "fresh answer": _fresh_answer,
    "event": _what_happened,
    "receipt": _was_received,
    "value": _value,
    "secret value": _secret_value,
    "secret word": _secret_word,
    "look": _look,
    "post": _post,
    "account": _account,
    "unpublished list": _unpublished_list,
    "published": _published_above_the_villages,
    "learned": _learned,
    "kept": _kept,
    "draft project": _plan,
    "own bid": _bids,
    "opened bid": _opened_bid,
    "sheet": _plan,
    "stepped back": _stepped_back,
    "against": _against,
    "index": _index,
    "points": _evaluates,
    "signed in": _signed_in,
    "own": _nobody_elses,
}
