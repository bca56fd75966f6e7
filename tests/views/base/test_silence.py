"""No yes or no is read out of silence: every command that must be told one refuses a form that does not say it."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.datastructures import FormData

import models.today  # noqa: F401 - with it every command of the town is there
from models.base.commands import Command
from models.base.optional_details import kind_of
from models.base.refusals import Invalid
from models.base.viewer import ANONYMOUS
from models.compliance.dossier import commands
from views import application  # noqa: F401 - and every form
from views.base.forms import read_form
from views.base.pages import templates

pytestmark = pytest.mark.anyio


def must_be_said() -> list[Any]:
    """Every yes or no a command must be told."""
    return [
        pytest.param(command, name, id=f"{command.name}-{name}")
        for command in commands()
        for name, hint in command.details.items()
        if kind_of(hint).type is bool
        and inspect.signature(command.act).parameters[name].default is inspect.Parameter.empty
    ]


def a_form(*fields: tuple[str, str]) -> Any:
    async def form(**_: int) -> FormData:
        return FormData(fields)

    return SimpleNamespace(form=form, headers={}, state=SimpleNamespace(viewer=ANONYMOUS))


@pytest.mark.parametrize(("command", "name"), must_be_said())
async def test_a_form_that_says_neither_yes_nor_no_is_refused(
    command: Command[Any, Any, Any], name: str
) -> None:
    others: dict[str, Any] = dict.fromkeys(set(command.details) - {name}, "x")
    with pytest.raises(Invalid, match="请选择一项") as no:
        await read_form(a_form(), command, **others)
    assert no.value.field == name
    for sent, said in ((((name, "1"),), True), (((name, ""),), False), ((("asked", name),), False)):
        assert (await read_form(a_form(*sent), command, **others))[name] is said


def test_of_choices_between_yes_and_no_none_is_ticked_beforehand() -> None:
    asked = "{% import 'base/forms.html' as f with context %}{{ f.radios('upheld', '成立吗', (('1', '成立'), ('', '不成立'))) }}"
    kept = SimpleNamespace(
        slug=str, error=lambda name: "", chosen=lambda name, values: frozenset(values), action="/x"
    )
    assert "checked" not in templates.from_string(asked).render(kept=kept)
