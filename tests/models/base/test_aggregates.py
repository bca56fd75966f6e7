"""What a record says as a whole: every child of everything that is edited or signed is part of it, or is not, for a reason."""

from __future__ import annotations

import inspect
import typing
from typing import Any, get_type_hints

import pytest

from models.base.aggregates import digest, veiled, wholes
from models.base.commands import Command
from models.base.records import Record
from models.complaints import Complaint
from models.compliance.dossier import commands

pytestmark = pytest.mark.anyio


def read_for(command: Command[Any, Any, Any]) -> type[Record] | None:
    """The record whose version this command asks for, if it asks for any."""
    if command.edits is not None:
        hints = get_type_hints(command.edits, vars(inspect.getmodule(command.edits)))
        return next(one for one in typing.get_args(hints["return"]) if one is not type(None))
    subject = get_type_hints(command.act)[list(inspect.signature(command.act).parameters)[1]]
    return subject if command.binds is not None or subject.versioned else None


NOT_SAID = {
    "shown as a figure instead, with what hangs on it": """
        Assignment.reports Bid.facts Bid.scores Project.bids""",
    "comes after, and is decided upon by its own verbs": """
        Assignment.asked_fields Assignment.extensions Assignment.messages Assignment.objections Assignment.urgings Bid.award
        Complaint.published Milestone.extensions Project.awards Task.assignments Task.complaints Task.data_values Task.rounds
        WorkRequest.task_sources WorkRequest.waivers Task.waivers Scheme.periods Scheme.point_entries Matter.tasks Matter.requests""",
    "hung there when all is over: before that it lies in what is sealed": "Bid.attachments",
    "who works on it, and not what it says": "Project.scorers",
    "what became of it, or was made from it": """
        MatterList.followers MatterList.screenings Matter.screenings Project.followers WorkRequest.screenings
        WorkRequest.versions""",
}
"""Children that no version and no signature covers, by why not."""
OF_A_PLACE = {"Post", "Unit"}
"""What a post has done and what lies at a place is not what is said of them: each has its own verbs."""


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
async def test_every_child_of_what_is_edited_or_signed_is_part_of_what_it_says_or_is_not_for_a_reason(
    town: str,
) -> None:
    left = {name for names in NOT_SAID.values() for name in names.split()}
    found: set[str] = set()
    for record in {read_for(one) for one in commands()} - {None}:
        children = record._meta.backward_fk_fields | record._meta.backward_o2o_fields
        said = {relation.split("__")[0] for relation in record.made_of}
        if record.__name__ not in OF_A_PLACE:
            found |= {f"{record.__name__}.{child}" for child in children - said}
    assert found == left, "say it in `made_of` or `works_out`, or here why it is not said"


async def test_what_is_personal_is_covered_and_cannot_be_guessed(town: str) -> None:
    said = Complaint(id=1, words="不是本村的事。")
    whole = (await wholes([said]))[said.pk]
    assert "不是本村的事。" not in str(whole) and digest("不是本村的事。") not in str(whole)
    assert whole["words"] == veiled("不是本村的事。") != veiled("不是本村的事")
