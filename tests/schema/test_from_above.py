"""Words from above: every text of every command says whether villages will read it, and those they read cross no red line."""

from __future__ import annotations

from typing import Any, get_args, get_origin

import pytest
from graphql import GraphQLEnumType, get_named_type

from models.base.commands import FROM_ABOVE, Command
from models.base.events import Event
from models.compliance.dossier import commands
from tests.schema.scenes import a_listed_town, played
from tests.schema.test_mutations import MUTATIONS, TRACELESS, command_of, details, use

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]

OF_VILLAGES = "written by a village, not to it"
OF_REQUESTS = "between asker and township: no village reads requests"
NAMES_THE_BANNED = "the list, its cases and red lines name what is banned, and two keepers read them"
RULE_BOOKS = "how villages are evaluated is the city's rule book, which speaks of ranks"
NAMES = "names and codes of persons, posts, units and accounts"
OF_THE_FILE = "a file, its digest, a version or a key, no words"
IN_THE_HOUSE = "read within the township or the city's house alone"
CHOSEN = "one of a fixed set of codes"
ELSEWHERE: dict[str, dict[str, str]] = {
    OF_VILLAGES: {
        "bidding.dispute_fact": "words",
        "bidding.object_to_award": "words",
        "bidding.ask_for_step_time": "reason",
        "bidding.report_milestone": "words delay_reason",
        "bidding.write_bid": "strengths plan schedule decision_note without",
        "complaints.complain": "kind topic words page",
        "complaints.complain_unnamed": "kind topic words code_hash page",
        "complaints.reopen": "words",
        "concerns.confirm": "words",
        "concerns.raise_concern": "title body place",
        "concerns.withdraw": "reason",
        "evaluation.appeal": "words",
        "registry.dispute_value": "words",
        "surveys.answer": "token address",
        "tasks.appeal": "words",
        "tasks.ask_for_time": "reason",
        "tasks.object_to": "kind words",
        "tasks.report": "words elements figures reasons",
        "matters.give_opinion": "words matter_code",
    },
    OF_REQUESTS: {
        "intake.submit": "title body matter_code demands document_number contact elements untick_reason",
        "tasks.amend_request": "title body matter_code demands reason document_number contact elements untick_reason",
        "tasks.withdraw_request": "reason",
        "screening.admit": "note",
        "screening.admit_exceptionally": "reason password",
        "screening.handle": "answer",
        "screening.reject": "reason clause",
        "screening.reroute": "note",
    },
    NAMES_THE_BANNED: {
        "matters.add_alias": "phrase",
        "matters.draft_list": "title",
        "matters.drop_golden_case": "code reason",
        "matters.drop_matter": "code",
        "matters.propose": "reason",
        "matters.look_at_basis": "note code",
        "matters.publish": "reason accept_flips accept_unsaid password",
        "matters.put_golden_case": "code about verdict reason named demands elements",
        "matters.put_matter": "code title category legal_basis scope domain level lead_department township_lead "
        "village_does village_must_not demands evidence form",
        "matters.send_back": "reason",
        "screening.end_red_line": "phrase",
        "screening.set_red_line": "phrase demand",
    },
    RULE_BOOKS: {
        "evaluation.adopt_scheme": "reason",
        "evaluation.change_scheme": "title dimensions weights sources shares leasts groups kinds households points",
        "evaluation.draft_scheme": "title",
        "workdays.set_year": "source",
    },
    NAMES: {
        "accounts.change_password": "current new",
        "accounts.issue_token": "label",
        "accounts.open_account": "username password",
        "accounts.reset_password": "password",
        "people.appoint": "role title duties",
        "people.enrol": "name phone role title duties",
        "units.add": "name level code kind",
        "units.rename": "name",
        "registry.add_template": "code name period owner",
        "registry.put_values": "villages elements values",
        "registry.record": "element value",
        "registry.correct_value": "corrected",
    },
    OF_THE_FILE: {
        "matters.take_matters": "file digest",
        "people.take_people": "file digest",
        "tasks.accept_reports": "versions",
        "tasks.return_reports": "versions",
        "registry.take_values": "file digest",
        "units.take_units": "file digest",
    },
    IN_THE_HOUSE: {
        "accounts.end_account": "reason",
        "bidding.declare": "ties",
        "clock_steps.step_over": "reason",
        "bidding.send_project_back": "note",
        "tasks.drop_change": "reason",
        "tasks.reopen": "reason",
        "tasks.send_back": "reason",
        "people.end_post": "reason",
        "registry.define": "reason",
        "people.look_as": "reason",
        "surveys.issue_slips": "reason",
        "tasks.record_discussion": "outcome minutes_number",
    },
    CHOSEN: {
        "bidding.change_project": "kind depth",
        "bidding.draft_project": "kind depth",
        "complaints.answer": "outcome",
        "inbox.choose_outside": "topics",
        "policies.set_policy": "name",
        "registry.define": "code",
        "registry.reveal": "purpose",
        "registry.correct_value": "reason",
        "registry.settle_dispute": "outcome",
        "tasks.draft": "repeats",
        "tasks.revise": "repeats",
        "tasks.ask_anew": "password",
        "tasks.sign_overload": "password",
    },
}
CROSSING = "簽訂責任.狀，每日 打 卡"


def _carries_text(hint: Any) -> bool:
    return hint is str or any(_carries_text(part) for part in get_args(hint))


def texts_of(command: Command[Any, Any, Any]) -> dict[str, bool]:
    """Every detail that carries words, and whether it is marked as read by villages."""
    return {
        name: get_origin(hint) is not None and FROM_ABOVE in get_args(hint)
        for name, hint in command.details.items()
        if _carries_text(hint)
    }


def undeclared(command: Command[Any, Any, Any]) -> set[str]:
    """Texts of a command of which nobody has said whether a village reads them."""
    elsewhere = {name for told in ELSEWHERE.values() for name in told.get(command.name, "").split()}
    return {name for name, marked in texts_of(command).items() if marked == (name in elsewhere)}


def test_every_text_of_every_command_says_whether_villages_read_it() -> None:
    told = {one.name: undeclared(one) for one in commands()}
    assert {name: left for name, left in told.items() if left} == {}
    named = {name for told in ELSEWHERE.values() for name in told}
    assert named <= {one.name for one in commands()}


def _command_of(name: str) -> Command[Any, Any, Any] | None:
    """The command behind a mutation; an upload has none, its file is given to a command afterwards."""
    return None if name in TRACELESS else command_of(name)


def _called(detail: str) -> str:
    first, *rest = detail.split("_")
    return first + "".join(part.title() for part in rest)


SAID = {
    name: (command, marked)
    for name in MUTATIONS
    if (command := _command_of(name)) and (marked := [n for n, m in texts_of(command).items() if m])
}


@pytest.mark.parametrize("name", SAID)
async def test_no_word_from_above_brings_a_village_a_forbidden_demand(town: str, name: str) -> None:
    scene = await played(name)
    if scene.actor.is_of_a_village:
        return
    before = await Event.all().count()
    command, marked = SAID[name]
    for detail in marked:
        if isinstance(get_named_type(details(name)[_called(detail)]), GraphQLEnumType):
            continue  # one of a fixed set of words
        listed = "list" in str(command.details[detail])
        told = [CROSSING, *scene.given.get(_called(detail), ())[1:]] if listed else CROSSING
        crossing = {_called(detail): told}
        said = await use(name, scene.actor, scene.given | crossing, key=f"key-{detail}")
        assert (said["__typename"], said.get("code"), said.get("field")) == (
            "Refusal",
            "INVALID",
            _called(detail),
        ), said
        assert "签订责任状" in said["reason"] and "打卡" in said["reason"], said
    assert await Event.all().count() == before


def test_words_that_villages_read_are_said_by_most_desks() -> None:
    assert len(SAID) >= 40
