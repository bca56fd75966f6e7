"""Every command that asks for another person's word, and everybody whose word it may not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.base.clock import now
from models.base.commands import Command
from models.base.records import Record
from models.base.separation_of_duties import TIED
from models.base.settings import settings
from models.base.viewer import Viewer
from models.compliance.dossier import commands
from models.people import Person
from models.people.management import tied
from models.people.records import TOGETHER
from tests.schema.scenes import a_listed_town, played
from tests.schema.test_mutations import MUTATIONS, command_of, use

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
SECOND = [one for one in commands() if one.who.apart_from or one.who.untied_from]
MUTATION_OF = {command_of(name): name for name in MUTATIONS if name != "markMessagesRead"}
SOON, OVER = timedelta(days=1), timedelta(seconds=-1)
THIRD = 10**9 + 1


def _whose(verb: Command[Any, Any, Any], subject: Record) -> list[Person]:
    listed = (verb.who.apart_from or verb.who.untied_from or list)(subject)
    return [one for one in listed if isinstance(one, Person)]


async def _loaded(subject: Record) -> Record:
    return await type(subject).get(pk=subject.pk).prefetch_related(*subject.judged_with)


def _cells(verb: Command[Any, Any, Any], actor: Viewer, subject: Record) -> dict[str, bool]:
    """Each relation of the actor to those whose work it is, and whether the word may be given."""
    told = {"stranger": verb.allows(actor, subject)}
    for person in _whose(verb, subject):
        oneself = replace(actor, person_id=person.pk)
        told |= {"drafter": verb.allows(oneself, subject) and bool(verb.who.apart_from)}
        told |= {"enrolled or reset by": verb.allows(replace(actor, tied_to=frozenset({person.pk})), subject)}
        told |= {"of another": verb.allows(replace(actor, tied_to=frozenset({10**9})), subject)}
        for name, until in (("has enrolled or reset", SOON), ("had long ago", OVER)):
            person.tied_until = {str(actor.person_id): (now() + until).isoformat()}
            told[name] = verb.allows(actor, subject)
        told |= _by_a_third(verb, actor, subject, person)
        person.tied_until = {}
    return told


def _by_a_third(
    verb: Command[Any, Any, Any], actor: Viewer, subject: Record, person: Person
) -> dict[str, bool]:
    """Both made by one and the same, these days and some days ago; and by somebody whom the actor has made."""
    told = {}
    sibling, made = replace(actor, made_by=frozenset({THIRD})), now() + timedelta(days=settings().apart_days)
    for name, until in (("sibling", made), ("sibling of some days ago", made - TOGETHER + OVER)):
        person.tied_until = {str(THIRD): until.isoformat()}
        told[name] = verb.allows(sibling, subject)
    person.tied_until = tied(replace(actor, person_id=THIRD, tied_to=frozenset({actor.person_id or 0})))
    return told | {"chain": verb.allows(actor, subject)}


def test_the_commands_that_ask_for_another_persons_word(figure: Callable[[str], None]) -> None:
    assert {one.who.holds.__name__ for one in SECOND} == {
        *(
            "approves",
            "decides",
            "judges_objections",
            "is_the_scorer",
            "answers_for_it",
            "is_another",
            "judges",
        ),
        *("another_keeper", "keeps_it_and_did_not_draft_it", "approves_for_the_township", "another_leader"),
        *("heads_the_township", "took_part", "judges_appeals", "judges_it", "leads_the_township"),
    }
    figure(f"{len(SECOND)} commands of another person's word, each in 9 relations to whose work it is")


MAY = {"stranger", "of another", "had long ago", "sibling of some days ago"}


@pytest.mark.parametrize("verb", SECOND, ids=lambda verb: verb.name)
async def test_no_word_is_given_on_ones_own_work_or_that_of_whose_account_one_made(
    town: str, verb: Command[Any, Any, Any]
) -> None:
    scene = await played(MUTATION_OF[verb])
    row = next(one for one in scene.given.values() if isinstance(one, Record))
    subject = await _loaded(row)
    told = _cells(verb, scene.actor, subject)
    if not (whose := _whose(verb, subject)):
        pytest.skip("nobody's work in this scene")
    assert {name for name, may in told.items() if may} == MAY, told
    tied = replace(scene.actor, tied_to=frozenset({whose[0].pk}))
    said = await use(MUTATION_OF[verb], tied, scene.given)
    assert said == {"__typename": "Refusal", "code": "NOT_ALLOWED", "reason": TIED, "field": None}
