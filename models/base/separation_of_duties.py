"""Whose word counts as another person's: nobody's on their own work, nor that of two who lately made each other's account.

    @rule("…，而且不能是起草人本人。", apart_from=lambda task: [task.drafted_by.person])

Whoever enrols or gives a password to somebody could sign in as them. For some days neither decides on the other's
work, in either direction: `Person.tied_to` keeps until when, and holds the maker's own makers too. Two whose accounts
one and the same person made could both be that person. A keeper who opens a whole township's accounts must not stop
it for a week, so that these two are kept apart for two days alone, counted anew from each one's own first password.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from models.base.refusals import NotAllowed
from models.base.viewer import Viewer


class Someone(Protocol):
    """A person as far as this question goes."""

    @property
    def pk(self) -> Any: ...

    @property
    def tied_to(self) -> frozenset[int]:
        """Whoever lately enrolled this person or gave them a password, and whoever did so to those."""

    @property
    def made_by(self) -> frozenset[int]:
        """Those of them who did so these very days."""


People = Callable[[Any], Iterable[Someone | None]]
"""From a subject to the persons whose work it is; None stands for nobody."""
TIED = (
    "您和办理这件事的人，最近有一方为另一方（或经一人转手）登记过人员、开通过账号或重置过密码。为防一个人用两个账号办同一件事，"
    "这几天里双方不能互相审批、评分或答复，请由别的人办理。"
)
SIBLINGS = (
    "您和办理这件事的人，账号都是这两天由同一个人登记、开通或重置密码的。为防一个人用两个账号办同一件事，"
    "各自改好密码满两天以后，双方才能互相审批、评分或答复；着急的，请由别的人办理。"
)


def are_tied(actor: Viewer, person: Someone) -> bool:
    """Whether one of the two lately made the other's account, or made whoever made it."""
    return person.pk in actor.tied_to or actor.person_id in person.tied_to


def are_siblings(actor: Viewer, person: Someone) -> bool:
    """Whether one and the same person made the accounts of both these very days."""
    return person.pk != actor.person_id and bool(actor.made_by & person.made_by)


def must_be_untied(actor: Viewer, *persons: Someone | None) -> None:
    known = [person for person in persons if person is not None]
    if any(are_tied(actor, person) for person in known):
        raise NotAllowed(TIED)
    if any(are_siblings(actor, person) for person in known):
        raise NotAllowed(SIBLINGS)


def must_be_another(actor: Viewer, otherwise: str, *persons: Someone | None) -> None:
    """Raise NotAllowed for one of these persons themselves, and for whoever is tied to one of them."""
    if any(person is not None and person.pk == actor.person_id for person in persons):
        raise NotAllowed(otherwise)
    must_be_untied(actor, *persons)
