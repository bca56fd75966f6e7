"""The one gate for what a command is given: each detail in the form it is kept, or refused by its name.

No command asks for this and none can leave it out: both doors, the terminal and the town clock come through it. A text
without a default has something to read in it; what is secret, a password, is taken as it was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

from models.base.days import must_be_reckoned
from models.base.numbers import within_bounds
from models.base.optional_details import kind_of
from models.base.personal_numbers import must_hold_no_identity
from models.base.refusals import Invalid, Unreadable
from models.base.text import MAY_BE_BLANK, NO_TEXT, Form, kept, says_something


def taken(
    details: Mapping[str, Any], hints: Mapping[str, Any], secret: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The details in the form they are kept; raises Invalid, the same on both databases, for what cannot be kept."""
    found = {}
    for name, value in details.items():
        form = str if name in secret else _open_form(hints.get(name))
        try:
            found[name] = _in_form(value, form)
        except Unreadable as wrong:
            raise Invalid(wrong.reason, field=name) from None
    must_be_reckoned(found)
    return found


def _open_form(hint: Any) -> Callable[[str], str]:
    """The form of a text that somebody will read: with nobody's identity number in it."""
    form = _form(hint)

    def opened(text: str) -> str:
        found = form(text)
        must_hold_no_identity(found)
        return found

    return opened


def _form(hint: Any) -> Callable[[str], str]:
    marks = kind_of(hint).marks
    return next((mark.of for mark in marks if isinstance(mark, Form)), kept)


def _in_form(value: Any, form: Callable[[str], str]) -> Any:
    """A value with every text within it in this form, and every number within bounds."""
    if isinstance(value, str):
        if NO_TEXT.search(value):
            raise Unreadable("内容里有不能识别的字符，请删去后重新提交。")
        return form(value)
    if isinstance(value, dict):
        return {_in_form(name, kept): _in_form(one, form) for name, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_in_form(one, form) for one in value)
    return within_bounds(value) if isinstance(value, int | Decimal) else value


def required_texts(hints: Mapping[str, Any], defaults: Collection[str]) -> frozenset[str]:
    """The texts among these details that have no default, and so have to say something."""
    kinds = {name: kind_of(hint) for name, hint in hints.items() if name not in defaults}
    return frozenset(
        name
        for name, kind in kinds.items()
        if kind.type is str and not kind.nullable and MAY_BE_BLANK not in kind.marks
    )


def must_say_something(details: Mapping[str, Any], required: Collection[str]) -> None:
    """Raise Invalid for a required text, or one of several texts, that has no letter and no figure in it."""
    for name, value in details.items():
        several = [one for one in value if one] if isinstance(value, list | tuple) else []
        texts = [value] if name in required else several
        if any(isinstance(text, str) and not says_something(text) for text in texts):
            raise Invalid("请用文字写明这一项。", field=name)


def marks_of(annotation: Any) -> set[int]:
    """By what a detail is marked: as secret, sealed, personal or from above."""
    return {id(mark) for mark in get_args(annotation)[1:]} if get_origin(annotation) is Annotated else set()
