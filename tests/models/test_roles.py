"""Roles are named in one file, by duty; who gains what with which role stands here as a whole table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from models.people import roles
from models.people.roles import LEVELS_OF, MANAGED_BY, ROLES
from tests.sources import ROOT, WORDS, WRITTEN

DUTIES = {name: held for name, held in vars(roles).items() if isinstance(held, tuple)}
GAINED = {
    "city_admin": """
        ABOVE_TOWNSHIPS ADMINISTRATORS COMMANDERS COMPLAINT_ANSWERERS EMERGENCY_READERS EVALUATORS
        KEEPERS LEDGER_READERS MANAGERS OBJECTION_JUDGES OFFICE_WORKERS OVERSEERS PEOPLE_READERS
        PRAISERS RANKING_READERS TRAIL_READERS UNIT_KEEPERS VALUE_IMPORTERS VALUE_REVEALERS
    """,
    "list_keeper": """
        ABOVE_TOWNSHIPS COMPLAINT_ANSWERERS EVALUATORS KEEPERS LEDGER_READERS OBJECTION_JUDGES
        OFFICE_WORKERS OVERSEERS PRAISERS RANKING_READERS TRAIL_READERS VALUE_IMPORTERS VALUE_REVEALERS
    """,
    "department_officer": """
        ASKERS CONSULTED OFFICE_WORKERS TRAIL_FOLLOWERS VALUE_IMPORTERS VALUE_REVEALERS
    """,
    "coordinator": """
        ALIAS_WRITERS CONSULTED COORDINATORS DESK DISCUSSANTS EMERGENCY_READERS LEDGER_READERS
        MANAGERS OFFICE_WORKERS PEOPLE_READERS PREPARERS PROJECT_DESK RANKING_READERS
        RECEIPT_READERS REMINDER_READERS REVIEWERS SCORERS TOLD_OF_RESPONSES TRAIL_READERS
        UNIT_KEEPERS VALUE_READERS VALUE_IMPORTERS VALUE_REVEALERS VALUE_WRITERS
    """,
    "office": """
        ASKERS CONSULTED OFFICES OFFICE_WORKERS RANKING_READERS SCORERS TRAIL_FOLLOWERS VALUE_IMPORTERS VALUE_REVEALERS
    """,
    "leader": """
        ALARM_SENDERS ALIAS_WRITERS COMMANDERS CONSULTED DESK DISCUSSANTS EMERGENCY_READERS
        EVALUATORS EXCEPTION_MAKERS LEADERS LEDGER_READERS OFFICE_WORKERS PEOPLE_READERS PRAISERS
        PREPARERS PROJECT_APPROVERS PROJECT_DESK RANKING_READERS RECEIPT_READERS REVIEWERS SCORERS
        SURVEY_LEADERS TOLD_OF_RESPONSES TRAIL_READERS VALUE_READERS VALUE_REVEALERS
    """,
    "head": """
        ALARM_SENDERS COMMANDERS CONSULTED DESK DISCUSSANTS EMERGENCY_READERS EVALUATORS
        EXCEPTION_MAKERS HEADS LEADERS LEDGER_READERS MANAGERS OFFICE_WORKERS PEOPLE_READERS
        PRAISERS PREPARERS PROJECT_APPROVERS PROJECT_DESK RANKING_READERS RECEIPT_READERS
        REMINDER_READERS REVIEWERS SCORERS SURVEY_LEADERS TOLD_OF_RESPONSES TRAIL_READERS
        UNIT_KEEPERS VALUE_READERS VALUE_REVEALERS
    """,
    "secretary": """
        ASKED_BY_THE_DESK AWARD_OBJECTORS BIDDERS BID_SUBMITTERS CALLED_FIRST CONSULTED DOERS
        INDEX_APPELLANTS PEOPLE_READERS RANKING_READERS RECEIPT_READERS TOLD_OF_RESPONSES
        TRAIL_READERS VALUE_READERS VALUE_WRITERS VILLAGE_PEOPLE VILLAGE_READERS VILLAGE_SPEAKERS
    """,
    "cadre": """
        AWARD_OBJECTORS BIDDERS CALLED_FIRST DOERS RANKING_READERS RECEIPT_READERS TRAIL_READERS
        VALUE_READERS VILLAGE_PEOPLE VILLAGE_READERS
    """,
    "grid_worker": """
        ASKED_BY_THE_DESK CALLED_FIRST DOERS RANKING_READERS RECEIPT_READERS TRAIL_READERS
        VILLAGE_PEOPLE VILLAGE_READERS
    """,
    "liaison": """
        RANKING_READERS RECEIPT_READERS TRAIL_READERS VALUE_READERS VILLAGE_LOOKOUTS
        VILLAGE_PEOPLE VILLAGE_READERS
    """,
    "first_secretary": """
        AWARD_OBJECTORS BIDDERS BID_SUBMITTERS CALLED_FIRST DOERS INDEX_APPELLANTS RANKING_READERS
        RECEIPT_READERS TRAIL_READERS VALUE_READERS VILLAGE_PEOPLE VILLAGE_READERS
        VILLAGE_SPEAKERS
    """,
    "supervisor": """
        AWARD_OBJECTORS LEDGER_READERS OVERSEERS RANKING_READERS TRAIL_READERS VILLAGE_LOOKOUTS
        VILLAGE_READERS WATCHERS VALUE_REVEALERS
    """,
    "observer": """
        ABOVE_TOWNSHIPS LEDGER_READERS OFFICE_WORKERS OVERSEERS RANKING_READERS TRAIL_READERS
        WATCHERS
    """,
}
"""Each role with its duties, beside EVERYBODY: what a change of roles.py gives or takes is read here."""
NO_ROLE = {
    "models/reminders/deadlines.py": {"coordinator": "the name of a stage", "leader": "the name of a stage"},
    "models/reminders/words.py": {"coordinator": "the name of a stage", "leader": "the name of a stage"},
    "models/screening/review.py": {"office": "a field of the form"},
    "models/tasks/offices.py": {"office": "a column"},
    "models/trail/heads.py": {"head": "a field of the form"},
    "templates/screening/show.html": {"office": "a field of the form"},
    "views/tasks/preparation.py": {"office": "a relation"},
    "views/terminal/cli.py": {"head": "a command"},
}
"""Where a word that is also a role's means something else."""
QUOTED = re.compile(rf"[\"']({'|'.join(ROLES)})[\"']")
SOURCES = [
    path
    for path in WRITTEN
    if path != ROOT / "models" / "people" / "roles.py" and "demo" not in path.relative_to(ROOT).parts
]
TEMPLATES = [path for path in WORDS if path.suffix == ".html"]


def roles_in(source: str) -> set[str]:
    """Roles that code names by themselves, as a text."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ROLES
    }


def named_by_file() -> Iterator[tuple[str, set[str]]]:
    for path in SOURCES:
        yield str(path.relative_to(ROOT)), roles_in(path.read_text("utf-8"))
    for path in TEMPLATES:
        yield str(path.relative_to(ROOT)), set(QUOTED.findall(path.read_text("utf-8")))


def test_no_rule_no_door_and_no_template_names_a_role() -> None:
    assert {path: named for path, named in named_by_file() if named} == {
        path: set(words) for path, words in NO_ROLE.items()
    }


def test_the_check_of_names_can_fail() -> None:
    assert roles_in('actor.is_a("head", at=township)') == {"head"}
    assert QUOTED.findall("{% if viewer.hats_as('coordinator') %}") == ["coordinator"]


def test_everybody_gains_with_a_role_what_the_table_says() -> None:
    found = {role: {name for name, held in DUTIES.items() if role in held} - {"EVERYBODY"} for role in ROLES}
    assert found == {role: set(duties.split()) for role, duties in GAINED.items()}


def test_every_role_stands_somewhere_is_managed_by_somebody_and_has_a_duty() -> None:
    assert set(LEVELS_OF) == set(MANAGED_BY) == set(roles.EVERYBODY) == set(ROLES)
    assert all(LEVELS_OF.values()) and all(MANAGED_BY.values()) and all(GAINED.values())
    assert set().union(*DUTIES.values()) <= set(ROLES)


def test_no_duty_is_nobodys_business() -> None:
    asked = " ".join(path.read_text("utf-8") for path in (*SOURCES, *TEMPLATES))
    assert [name for name in DUTIES if not re.search(rf"\b{name}\b", asked)] == []
