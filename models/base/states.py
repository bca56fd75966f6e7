"""States as data: one table per record of what may be done in which state, and where that leads.

Commands, triggers, pages and tests read the same table. A verb is named as the trail names it ("tasks.accept").
A record's table lists every verb done to the record and to whatever belongs to it, so that nobody works on a part
of what is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Verb:
    """In which states something may be done, and to which other states it may lead from each of them."""

    leads: Mapping[str, tuple[str, ...]]
    told: str = ""
    """What a latecomer reads, with {} for the state it is in by now."""

    def __or__(self, other: Verb) -> Verb:
        """The same verb from further states, where it leads elsewhere."""
        return Verb({**self.leads, **other.leads}, self.told or other.told)


def during(*states: str, to: str | tuple[str, ...] = (), told: str = "") -> Verb:
    """A verb for these states, which leaves them as they are or leads `to` others."""
    leads = (to,) if isinstance(to, str) else to
    return Verb(dict.fromkeys(states, leads), told)


@dataclass(frozen=True)
class States:
    """The states of a record, in the words people read, and everything that may happen in each."""

    labels: Mapping[str, str]
    born: tuple[str, ...]
    over: tuple[str, ...]
    """Those that nothing leads out of."""
    verbs: Mapping[str, Verb]
    """What is done to the record, or to what belongs to it."""
    beside: Mapping[str, Verb] = field(default_factory=dict)
    """What is done to something else and moves this record along with it."""

    def allows(self, verb: str, state: str) -> bool:
        """Whether this may be done in this state: a verb that the table does not have may never."""
        return verb in self.verbs and state in self.verbs[verb].leads

    def sentence(self, verb: str, state: str, called: str) -> str:
        """What somebody reads who wants to do this too late, or too early."""
        told = self.verbs[verb].told if verb in self.verbs else ""
        return (told or f"这个{called}现在是“{{}}”，不能这样办。").format(self.labels[state])

    @cached_property
    def moves(self) -> frozenset[tuple[str, str]]:
        """From which state to which other a row may go, by whatever verb."""
        verbs = (*self.verbs.values(), *self.beside.values())
        return frozenset(
            (before, after) for verb in verbs for before, ends in verb.leads.items() for after in ends
        )


def unfit(subject: Any, verb: str) -> Any:
    """The subject, or what it is part of, whichever stands in a state in which this may not be done; None where it may."""
    for one in subject.with_what_it_is_part_of():
        if one.states is not None and not one.states.allows(verb, one.state):
            return one
    return None
