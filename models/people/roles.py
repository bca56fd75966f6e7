"""The roles of the town, and who holds which duty: the one file that names roles, for rules, doors and templates alike.

A duty is named by what its holders may do, and asked with it: `actor.is_a(*REVIEWERS, at=…)`. Two duties stay two, also
while the same roles hold both: a new role may gain one of them alone. Adding a role is a line in ROLES, LEVELS_OF and
MANAGED_BY, and its name in the duties it gains; tests/models/test_roles.py keeps the whole table.
"""

from __future__ import annotations

from collections.abc import Mapping

ROLES = {
    "city_admin": "系统管理员",
    "list_keeper": "清单管理员",
    "department_officer": "部门经办人",
    "coordinator": "镇街统筹员",
    "office": "镇街办线",
    "leader": "分管领导",
    "head": "主要领导",
    "secretary": "村社党组织书记",
    "cadre": "村社干部",
    "grid_worker": "网格员",
    "liaison": "联村干部",
    "first_secretary": "第一书记",
    "supervisor": "监督员",
    "observer": "看板观察员",
}
LEVELS_OF = {
    "city_admin": {"city", "county"},
    "list_keeper": {"city", "county"},
    "department_officer": {"department"},
    "coordinator": {"township"},
    "office": {"department"},
    "leader": {"township"},
    "head": {"township"},
    "secretary": {"village"},
    "cadre": {"village"},
    "grid_worker": {"grid", "village"},
    "liaison": {"village"},
    "first_secretary": {"village"},
    "supervisor": {"city", "county", "township", "village"},
    "observer": {"city", "county", "township"},
}
"""At which level of unit a role can be held."""

HERE, ABOVE = "here", "above"
"""At the unit itself or anywhere above it; only above it."""
_OWN_PEOPLE = {"city_admin": HERE, "head": HERE, "coordinator": HERE}
_LEVEL_ABOVE = {"city_admin": ABOVE}
MANAGED_BY: Mapping[str, Mapping[str, str]] = {
    "city_admin": _LEVEL_ABOVE,
    "list_keeper": _LEVEL_ABOVE,
    "head": _LEVEL_ABOVE,
    "leader": _LEVEL_ABOVE,
    "coordinator": {"city_admin": ABOVE, "head": HERE},
    "supervisor": {"city_admin": ABOVE, "head": ABOVE, "coordinator": ABOVE},
    "observer": _OWN_PEOPLE,
    "department_officer": _OWN_PEOPLE,
    "office": _OWN_PEOPLE,
    "secretary": _OWN_PEOPLE,
    "cadre": _OWN_PEOPLE,
    "grid_worker": _OWN_PEOPLE,
    "liaison": _OWN_PEOPLE,
    "first_secretary": _OWN_PEOPLE,
}
"""For each role, the roles that appoint, end, reset, unlock and print for it, and from where."""

# At the township.
COORDINATOR, LEADER, HEAD = "coordinator", "leader", "head"
"""Each by itself, where one is told after the other."""
COORDINATORS = (COORDINATOR,)
"""Draft, merge, dispatch and take back tasks; have first what nobody else was given."""
LEADERS = (LEADER, HEAD)
"""Approve tasks, and have what the coordinators left late."""
HEADS = (HEAD,)
"""Sign for what goes beyond a ceiling."""
DESK = (COORDINATOR, LEADER, HEAD)
"""See all that comes to their township, and judge the requests to it."""
REVIEWERS = DESK
"""Review what villages report, and answer their objections, questions and concerns."""
PREPARERS = DESK
"""See what a task would weigh before it goes out, and the words signed for it."""
DISCUSSANTS = DESK
"""Sit in a collective discussion."""
EXCEPTION_MAKERS = LEADERS
ALARM_SENDERS = LEADERS
"""Send tasks out at once under a response, and approve such tasks afterwards."""
COMMANDERS = (*LEADERS, "city_admin")
"""Declare responses and end them."""
EMERGENCY_READERS = (*DESK, "city_admin")
TOLD_OF_RESPONSES = (*DESK, "secretary")
REMINDER_READERS = (COORDINATOR, HEAD)
"""See whether reminders reach their people."""
PROJECT_DESK = DESK
"""Draft projects, run them, name who scores."""
PROJECT_APPROVERS = LEADERS
SCORERS = (*DESK, "office")
"""May be named to score bids."""
ALIAS_WRITERS = (COORDINATOR, LEADER)
"""Beside the keepers, teach the list everyday words."""

# Above the townships.
ADMINISTRATORS = ("city_admin",)
"""Set what holds for a whole city: its working days and its tree of units."""
KEEPERS = ("list_keeper", "city_admin")
"""Keep the list, the registry, the numbers, the schemes and the surveys of their region."""
WATCHERS = ("supervisor", "observer")
"""Watch the burden of their area, and act on nothing."""
OVERSEERS = (*KEEPERS, *WATCHERS)
"""Read what happens in their area."""
ABOVE_TOWNSHIPS = (*KEEPERS, "observer")
"""Work with figures of whole regions."""
LEDGER_READERS = (*DESK, *OVERSEERS)
COMPLAINT_ANSWERERS = KEEPERS
"""Watch the burden at a county or city, and answer for it."""
OBJECTION_JUDGES = KEEPERS
"""Decide over what a township answered to an objection."""
EVALUATORS = (*KEEPERS, *LEADERS)
"""Know the order of the places they answer for."""
PRAISERS = EVALUATORS
SURVEY_LEADERS = LEADERS
"""Beside the keepers, read what residents of their township answered."""

# Departments and offices.
ASKERS = ("department_officer", "office")
"""Ask villages for work, and answer concerns given to them."""
TRAIL_FOLLOWERS = ASKERS
"""Follow in the trail what they asked for, which lies in nobody's area of theirs."""
OFFICES = ("office",)
"""Handle what a township sends on to them, and see its tasks."""
OFFICE_WORKERS = (*DESK, *ASKERS, *ABOVE_TOWNSHIPS)
"""Work at a desk with figures of many villages, and with programs."""
CONSULTED = (*ASKERS, *DESK, "secretary")
"""Say what they think of a new list."""

# In the villages.
DOERS = ("secretary", "cadre", "grid_worker", "first_secretary")
"""Do the tasks of their village: receive, report, object, raise concerns."""
VILLAGE_PEOPLE = (*DOERS, "liaison")
"""Are at home in a village: its bar, its trail, its neighbours and its desk."""
TRAIL_READERS = (*OVERSEERS, *DESK, *VILLAGE_PEOPLE)
"""Read in the trail what happens in their area."""
VILLAGE_READERS = (*VILLAGE_PEOPLE, "supervisor")
"""See the tasks of their village."""
VILLAGE_LOOKOUTS = ("liaison", "supervisor")
"""See what comes late in the villages they accompany."""
VILLAGE_SPEAKERS = ("secretary", "first_secretary")
"""Are told what concerns their village as a whole."""
INDEX_APPELLANTS = VILLAGE_SPEAKERS
BID_SUBMITTERS = VILLAGE_SPEAKERS
"""Submit and withdraw bids, and give an award up."""
BIDDERS = ("secretary", "cadre", "first_secretary")
"""Write their village's bid, read it while it is sealed, and report what it builds: nobody of the township."""
AWARD_OBJECTORS = (*BIDDERS, "supervisor")
RECEIPT_READERS = (*DESK, *VILLAGE_PEOPLE)
"""Know whether a task has been received: who sent it, to know whom to phone, and whose it is to do."""
CALLED_FIRST = ("secretary", "grid_worker", "cadre", "first_secretary")
"""Whom a township calls about a task, the first before the others."""
WORKS_AT = {"village": "secretary", "grid": "grid_worker"}
"""Whose work it is where nobody was given it, by the level of the place."""
IN_CHARGE = "secretary"
"""Whose it is where the place has nobody of its own."""
ASKED_BY_THE_DESK = ("secretary", "grid_worker")
"""Whom a question of the township reaches where nobody was given the task."""
VALUE_WRITERS = ("secretary", COORDINATOR)
"""Put on file what a village knows of itself."""
VALUE_READERS = (*DESK, *BIDDERS, "liaison")
"""Read also sensitive values, in their area."""
VALUE_IMPORTERS = (COORDINATOR, *ASKERS, *KEEPERS)
"""Bring values of many villages in, by tables and by programs."""
VALUE_REVEALERS = (*DESK, *ASKERS, *KEEPERS, "supervisor")
"""Read what is masked where they work, once they have said what for."""

# People and everybody.
MANAGERS = ("city_admin", COORDINATOR, HEAD)
"""Enrol people, appoint them, open their accounts, as far as MANAGED_BY goes."""
UNIT_KEEPERS = MANAGERS
"""Found, rename, move and end units in their area."""
PEOPLE_READERS = (*DESK, "city_admin", "secretary")
"""Know by name and telephone the people below them."""
RANKING_READERS = tuple(role for role in ROLES if role != "department_officer")
"""Everybody whom a board is about or for."""
EVERYBODY = tuple(ROLES)
