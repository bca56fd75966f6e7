"""Every command that gives a word keeps what was shown: after it any change of that is seen, and a new command decides."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tortoise import Tortoise, fields

from models.base.aggregates import ALL, way_up, whole_of
from models.base.events import Event
from models.base.records import Record
from models.base.signatures import void_words, word_on
from models.compliance.dossier import commands
from models.units import Unit
from tests.builders import a_viewer
from tests.models.past_the_triggers import undone_afterwards
from tests.schema.scenes import a_listed_town, played
from tests.schema.test_mutations import MUTATIONS, use

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]

BOUND = {one.name for one in commands() if one.binds is not None}
NO_WORD = {
    "made or written by who acts, to be read by others before it counts": """
        bidding.change_project bidding.draft_project bidding.relist bidding.submit_project bidding.submit_bid
        bidding.write_bid bidding.withdraw_bid bidding.score_bid bidding.name_scorers bidding.report_milestone
        bidding.ask_for_step_time
        complaints.complain complaints.complain_unnamed complaints.reopen complaints.withdraw concerns.confirm
        concerns.raise_concern concerns.withdraw evaluation.appeal evaluation.change_scheme evaluation.draft_scheme
        evaluation.note_simulation intake.submit matters.add_alias matters.answer_opinion matters.draft_list
        matters.drop_golden_case matters.drop_matter matters.give_opinion matters.put_golden_case
        matters.put_matter matters.take_matters registry.define registry.record registry.correct_value registry.dispute_value surveys.change_survey
        registry.add_template registry.end_template registry.schedule_report registry.end_schedule
        registry.tell_report registry.reveal registry.put_values registry.take_values
        surveys.draft_survey surveys.state_households surveys.answer tasks.amend_request tasks.appeal
        tasks.ask_for_time tasks.draft tasks.merge tasks.unmerge tasks.object_to tasks.report tasks.revise tasks.say
        tasks.submit_for_approval tasks.carry_over tasks.spare_villages bidding.object_to_award bidding.dispute_fact tasks.withdraw_request""",
    "a rule or a row of one's own, with its reason in the trail": """
        policies.set_policy screening.set_red_line screening.end_red_line workdays.set_year units.add units.rename
        units.take_units people.appoint people.end_post people.enrol people.hand_over people.take_people
        people.look_as accounts.change_password accounts.end_account accounts.issue_token accounts.open_account
        accounts.reset_password clock_steps.step_over accounts.revoke_session accounts.revoke_token accounts.unlock
        evaluation.opt_out inbox.choose_outside tasks.declare_response tasks.end_response surveys.issue_slips matters.look_at_basis""",
    "gives a bound word on each row it is told of, upon the versions it is told with them": """
        tasks.accept_reports tasks.return_reports""",
    "takes something back or ends it, for a reason that is read": """
        bidding.take_back_step_time tasks.take_back_extension tasks.take_back_objection tasks.take_back_report
        bidding.cancel_project bidding.drop_project bidding.give_up_award bidding.release_scorer
        bidding.send_project_back bidding.undo_award evaluation.drop_scheme evaluation.reverse matters.send_back
        surveys.exclude_village tasks.send_back tasks.withdraw""",
    "goes on with what another word stands for, and asks whether it still holds": """
        tasks.dispatch tasks.dispatch_at_once tasks.receive tasks.hand_to tasks.urge tasks.urge_all tasks.suspend tasks.resume
        evaluation.praise evaluation.praise_delivery bidding.open_bids""",
    "the clock's": """
        bidding.let_award_stand complaints.lapse complaints.settle concerns.lapse evaluation.close_period
        evaluation.settle_scheme files.redraw screening.expire surveys.close_survey tasks.note_unanswered tasks.reopen
        tasks.repeat""",
}
"""Commands that give no word on something they have read, by why not."""


def test_every_command_says_what_it_binds_to_or_gives_no_word() -> None:
    left = {name for names in NO_WORD.values() for name in names.split()}
    told = {one.name for one in commands()}
    assert not left & BOUND
    assert left <= told
    assert told - left - BOUND == set(), "say `binds=` in @command, or here why it gives no word"


def test_whoever_signs_in_person_or_decides_on_anothers_draft_is_bound() -> None:
    """The list above is not to be trusted with those: what they do is in their names and details."""
    verbs = (
        "approve",
        "sign_",
        "publish",
        "adopt",
        "admit",
        "announce",
        "confirm_discussion",
        "compare",
        "declare_",
        "answer",
        "accept",
        "return_",
    )
    for one in commands():
        does = one.name.partition(".")[2]
        owns_account = one.name.startswith("accounts.")
        if ("password" in one.details and not owns_account) or does.startswith(verbs):
            assert one.binds is not None or one.name in NO_WORDS_OF_OTHERS, one.name


NO_WORDS_OF_OTHERS = {
    "matters.answer_opinion",
    "surveys.answer",
    "tasks.accept_reports",
    "tasks.declare_response",
    "tasks.return_reports",
}
"""What only sounds like it: a person's own answers, and a row of words told by another verb."""


def other(field: Any, value: Any) -> Any:
    """Another value of the kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 100
        case str():
            return f"{value}改"[-(getattr(field, "max_length", None) or 5000) :]
        case datetime() | date():
            return value + timedelta(days=1)
        case _:
            return None


async def _scene_of(command: str) -> tuple[Record, Event] | None:
    """The row that a word of this command was given upon in one of the scenes."""
    for name in MUTATIONS:
        if name in SIGNING.get(command, ()):
            scene = await played(name)
            done = await use(name, scene.actor, scene.given)
            assert done["__typename"] != "Refusal", done
            event = await Event.filter(command=command).order_by("-id").first()
            assert event is not None
            row = await Record.by_ref(event.subject_ref)
            return await type(row).filter(pk=row.pk).prefetch_related(*row.judged_with).get(), event
    return None


SIGNING = {
    "bidding.answer_award_objection": ("answerAwardObjection",),
    "bidding.answer_step_time": ("answerStepTime",),
    "bidding.return_milestone": ("returnMilestone",),
    "bidding.resume_step": ("resumeStep",),
    "bidding.suspend_step": ("suspendStep",),
    "complaints.answer": ("answerComplaint",),
    "concerns.answer": ("answerConcern",),
    "concerns.handle": ("handleConcern",),
    "concerns.pass_on": ("passConcernOn",),
    "concerns.send_back": ("sendConcernBack",),
    "evaluation.answer_appeal": ("answerIndexAppeal",),
    "registry.settle_dispute": ("settleDispute",),
    "screening.handle": ("handleRequest",),
    "screening.reroute": ("rerouteRequest",),
    "bidding.accept_milestone": ("acceptMilestone",),
    "bidding.announce_award": ("announceAward",),
    "bidding.approve_project": ("approveProject",),
    "bidding.compare": ("compareBids",),
    "bidding.declare": ("declareTies",),
    "bidding.discuss_scores": ("discussScores",),
    "bidding.end_without_award": ("endWithoutAward",),
    "bidding.hand_in": ("handInScores",),
    "evaluation.adopt_scheme": ("adoptScheme",),
    "matters.propose": ("proposeMatterList",),
    "matters.publish": ("publishMatterList",),
    "screening.admit": ("admitRequest",),
    "screening.admit_exceptionally": ("admitExceptionally", "admitRequestExceptionally"),
    "screening.reject": ("rejectRequest",),
    "surveys.open_survey": ("openSurvey",),
    "tasks.accept": ("acceptAssignment",),
    "tasks.answer_appeal": ("answerAppeal",),
    "tasks.answer_extension": ("answerExtension",),
    "tasks.answer_objection": ("answerObjection",),
    "tasks.approve": ("approveTask",),
    "tasks.ask_anew": ("askAnew",),
    "tasks.approve_afterwards": ("approveAfterwards",),
    "tasks.approve_change": ("approveChange",),
    "tasks.confirm_discussion": ("confirmDiscussion",),
    "tasks.drop_change": ("dropChange",),
    "tasks.record_discussion": ("recordDiscussion",),
    "tasks.return_report": ("returnAssignment",),
    "tasks.sign_overload": ("signOverload",),
}


NOT_SHOWN = {
    "bidding.accept_milestone": "frozen with the step",
    "bidding.answer_award_objection": "an answer stands beside what it answers",
    "bidding.answer_step_time": "an answer stands beside what it answers",
    "bidding.approve_project": "frozen on the board: a change is a new project",
    "bidding.return_milestone": "an answer stands beside what it answers",
    "bidding.resume_step": "over with the next report",
    "bidding.suspend_step": "over with the end of the rest",
    "complaints.answer": "an answer stands beside what it answers",
    "concerns.answer": "an answer stands beside what it answers",
    "concerns.handle": "who has it now stands there",
    "concerns.pass_on": "who has it now stands there",
    "concerns.send_back": "who has it now stands there",
    "evaluation.adopt_scheme": "frozen from its day",
    "evaluation.answer_appeal": "an answer stands beside what it answers",
    "matters.propose": "publishing asks, and then the list is frozen",
    "matters.publish": "frozen from then on",
    "registry.settle_dispute": "an answer stands beside what it answers",
    "screening.handle": "an answer stands beside what it answers",
    "screening.reroute": "who has it now stands there",
    "surveys.open_survey": "frozen from then on",
    "tasks.accept": "over with it",
    "tasks.answer_appeal": "an answer stands beside what it answers",
    "tasks.answer_extension": "an answer stands beside what it answers",
    "tasks.answer_objection": "an answer stands beside what it answers",
    "tasks.confirm_discussion": "told by the discussion it confirms",
    "tasks.drop_change": "what was left aside stays so",
    "tasks.return_report": "over with the next report",
}
"""Words of which no page tells that they are void, by why not."""


def test_every_word_has_a_scene_in_which_it_is_given() -> None:
    assert set(SIGNING) == BOUND
    assert all(any(name in MUTATIONS for name in names) for names in SIGNING.values())


@pytest.mark.parametrize("command", sorted(SIGNING))
async def test_a_word_holds_until_any_part_of_what_was_shown_changes(town: str, command: str) -> None:
    found = await _scene_of(command)
    assert found is not None
    row, event = found
    word = await word_on(row, command)
    assert word is not None and word.holds, (
        "what the command itself writes is its own course, or part of the word"
    )
    whole = await whole_of(row)
    leader = await a_viewer("leader", await Unit.get(level="township", code="330624005"))
    shown = command in {name for each in row.signed_by.values() for name in each}
    assert shown == (command not in NOT_SHOWN), (
        "say in `signed_by` what it is called, or here why no page tells of it"
    )
    for name in event.facts["shown"]:
        if name in row.works_out or whole[name] == [] or not (statement := _changing(row, name)):
            continue

        async def look() -> bool:
            fresh = await type(row).filter(pk=row.pk).prefetch_related(*row.judged_with).get()
            now = await word_on(fresh, command)
            assert now is not None
            told = (await void_words(leader, [fresh]))[fresh.pk]
            assert not shown or bool(told) != now.holds, (
                f"{command} on {fresh.ref} is void, and no page says so"
            )
            return now.holds

        assert not await undone_afterwards(statement, look), f"{command} outlives a change of {name}"


def _changing(row: Record, name: str) -> str | None:
    """SQL that changes this part: another value of the column, a child's, or the children gone."""
    if name in row.made_of:
        return _changing_children(row, name)
    field = row._meta.fields_map[name]
    value = getattr(row, name)
    fresh = other(field, value)
    if fresh is None or name == "id" or isinstance(field, fields.JSONField) or _points(row, name):
        return None
    said = int(fresh) if isinstance(fresh, bool) else f"'{fresh}'" if not isinstance(fresh, int) else fresh
    if isinstance(fresh, bool) and Tortoise.get_connection("default").capabilities.dialect != "sqlite":
        said = str(fresh)
    return f'UPDATE {row._meta.db_table} SET "{name}" = {said} WHERE id = {row.pk}'


def _changing_children(row: Record, relation: str) -> str | None:
    child, up = way_up(type(row), relation)
    if "__" in up:
        return None
    table, there = child._meta.db_table, f"WHERE {up} = {row.pk}"
    for column in row.made_of[relation]:
        if isinstance(child._meta.fields_map.get(column), fields.CharField | fields.TextField):
            return f"UPDATE {table} SET {column} = '改' || {column} {there}"
    return f"DELETE FROM {table} {there}"


def _points(row: Record, name: str) -> bool:
    return name.endswith("_id") and name[:-3] in row._meta.fk_fields


def test_what_a_record_is_made_of_is_there() -> None:
    for record in Tortoise.apps["models"].values() if Tortoise.apps else ():
        for relation, columns in getattr(record, "made_of", {}).items():
            child, _ = way_up(record, relation)
            assert {c.partition("__")[0] for c in columns} - {ALL} <= {
                *child._meta.fields_map,
                *child._meta.fields_db_projection,
            }
