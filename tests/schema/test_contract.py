"""The API's contract, rule by rule: what breaks one is named here with its reason, or fails."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, find_breaking_changes, validate_schema

from schema import schema
from schema.base.wording import WORDS
from tests.schema import contract_of_records as _of_records  # noqa: F401
from tests.schema.contract_rules import DEPRECATION, RULES, inputs, outputs

EXCEPTIONS: dict[tuple[str, ...], str] = {
    ("WorkCalendar.source", "SetWorkYearInput(source)"): "the name of the notice that the year rests on",
    ("Fact.source",): "a sentence: where the figure comes from",
    ("Discussion.outcome", "RecordDiscussionInput(outcome)"): "what was decided, in words",
    ("Matter.level", "PutMatterInput(level)"): "a word of the published list, kept as it stands there",
    ("Matter.weight", "PutMatterInput.weight"): "a bare factor, of no unit",
    ("PutMatterInput: demands, form",): "demands and forms are lists of their own, not in step",
    ("RaiseConcernInput(place)",): "a spot in the village, in words",
    ("SetWorkYearInput.daysOff", "SetWorkYearInput.makeUp"): "lists of days, as the calendar names them",
    ("Unit.kind", "AddUnitInput(kind)"): "bureau, office, village, and whatever a place has beside them",
    ("Event.unitPath",): "as it is sealed in the chain: whoever recomputes a digest needs these very signs",
    (
        "PublishedAnswer.townshipName",
        "PublishedAnswer.complaint",
        "PublishedAnswer.township",
        "Complaint to PublishedAnswer by complaint",
        "PublishedAnswer",
    ): (
        "an answer is published without its complaint; of township and day no more is told than hides who asked"
    ),
    ("AskersOfRegion.lines pages", "AskersOfRegion.lines parts", "AskerPage.edges"): (
        "figures of who asks are read from the top downwards: from the other end they would be a list of the last"
    ),
    ("RequestBatch.requests(filter)", "RequestBatch.requests(orderBy)"): "the few requests of one submission",
    ("Unit", "Person", "MatterList", "Survey", "Project", "InboxSilence", "Element"): (
        "of these the records keep days and states, not the moment of the first draft; the trail tells it"
    ),
    (
        "DataValue.number",
        "ReportValue.number",
        "ReportValue.date",
        "FieldValueInput.number",
        "FieldValueInput.date",
    ): "one part for each kind of element: its measure, and what its day is of, are the element's to say",
}
"""What breaks a rule for a reason that stays."""
EXCEPTED = {found: reason for these, reason in EXCEPTIONS.items() for found in these}


@pytest.mark.parametrize("name", RULES)
def test_the_schema_keeps_the_rule(name: str) -> None:
    found = {one for one in RULES[name]() if one not in EXCEPTED}
    assert not found, sorted(found)[:80]


def test_exceptions_are_few_and_each_of_them_is_one() -> None:
    found = {one for look in RULES.values() for one in look()}
    assert set(EXCEPTED) <= found, sorted(set(EXCEPTED) - found)
    assert len(EXCEPTIONS) <= 15


def test_no_word_is_kept_that_nothing_needs() -> None:
    called = {key for _, key, _ in [*outputs(), *inputs()]}
    assert set(WORDS) <= called, sorted(set(WORDS) - called)


def test_what_is_printed_is_a_valid_schema() -> None:
    assert validate_schema(build_schema(schema.as_str())) == []


RELEASED, RELEASED_ON = Path("schema/released.graphql"), date(2026, 12, 1)
"""The contract that callers have, and the day it was written: what was deprecated until then may be gone."""
"""The schema as the last release has it: `python -m schema released` writes it, with every release."""
LENGTH = "2026-12-01, at once: it was the length of what was sent, which is not what `url` serves of an old picture"
BREAKS: dict[str, str] = {
    "Field Event.prevHash was removed.": "2026-12-01, at once: a guess at what is not told of an entry could be held to it",
    **{
        f"Field {name}.bytes changed type from Int! to Int.": LENGTH
        for name in ("Attachment", "ReportAttachment", "RequestAttachment")
    },
}
"""What breaks callers of the last release, each with the reason and the day from which it was announced."""


def test_nothing_breaks_callers_of_the_last_release() -> None:
    """From now on: a field goes only after it has been deprecated for half a year, see the date in its reason."""
    released = build_schema(RELEASED.read_text("utf-8"))
    broken = {one.description for one in find_breaking_changes(released, build_schema(schema.as_str()))}
    unannounced = {one for one in broken - set(BREAKS) if not was_announced(one, released, RELEASED_ON)}
    assert not unannounced, sorted(unannounced)[:20]


REMOVED = re.compile(r"Field (\w+)\.(\w+) was removed\.")


def was_announced(change: str, released: GraphQLSchema, on: date) -> bool:
    """Whether a field has gone after the day that its deprecation named in the last release."""
    found = REMOVED.fullmatch(change)
    field = getattr(released.type_map.get(found[1]), "fields", {}).get(found[2]) if found else None
    reason = DEPRECATION.fullmatch((field and field.deprecation_reason) or "")
    return reason is not None and date.fromisoformat(reason[1]) <= on


def test_a_field_goes_once_the_day_that_its_deprecation_names_is_over() -> None:
    old = build_schema(
        'type Query { a: Int, b: Int @deprecated(reason: "2027-06-30 removed; use a."), c: Int @deprecated }'
    )
    day, gone = date(2027, 6, 30), "Field Query.b was removed."
    assert was_announced(gone, old, day) and not was_announced(gone, old, day - timedelta(days=1))
    assert not any(was_announced(f"Field Query.{name} was removed.", old, day) for name in "ac")


def test_a_break_is_seen() -> None:
    old = build_schema("type Query { a: Int, b: Int }")
    found = find_breaking_changes(old, build_schema("type Query { a: Int }"))
    assert [one.description for one in found] == ["Field Query.b was removed."]
