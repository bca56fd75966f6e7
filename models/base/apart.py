"""Whose word counts as another person's: nobody's on their own work, nor that of two who lately made each other's account.

    @rule("…，而且不能是起草人本人。", apart_from=lambda task: [task.drafted_by.person])

Whoever enrols, appoints or gives a password to somebody could sign in as them. For some days neither decides on the
other's work, in either direction: `Person.tied_to` keeps until when.
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
        """Whoever lately enrolled, appointed or gave this person a password."""


People = Callable[[Any], Iterable[Someone | None]]
"""From a subject to the persons whose work it is; None stands for nobody."""
TIED = (
    "您和办理这件事的人，最近有一方为另一方登记过任职、开通过账号或重置过密码。为防一个人用两个账号办同一件事，"
    "这几天里双方不能互相审批、评分或答复，请由别的人办理。"
)


def are_tied(actor: Viewer, person: Someone) -> bool:
    """Whether one of the two lately made the other's post or account."""
    return person.pk in actor.tied_to or actor.person_id in person.tied_to


def must_be_untied(actor: Viewer, *persons: Someone | None) -> None:
    if any(person is not None and are_tied(actor, person) for person in persons):
        raise NotAllowed(TIED)


def must_be_another(actor: Viewer, otherwise: str, *persons: Someone | None) -> None:
    """Raise NotAllowed for one of these persons themselves, and for whoever is tied to one of them."""
    if any(person is not None and person.pk == actor.person_id for person in persons):
        raise NotAllowed(otherwise)
    must_be_untied(actor, *persons)
