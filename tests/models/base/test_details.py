"""The gate for what commands are given: every detail of every command comes through it, whoever brings it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from models.base.commands import command, rule
from models.base.details import taken
from models.base.events import Event
from models.base.optional_details import kind_of
from models.base.refusals import Invalid
from models.base.text import UNSEEN
from models.base.viewer import ANONYMOUS, Viewer
from models.units import Unit
from tests.builders import a_town, a_viewer
from tests.models.base.test_days import COMMANDS


def _details(*types: Any) -> dict[str, tuple[Any, str]]:
    """Every detail of any command that is of one of these types, or several of them."""
    return {
        f"{name}({detail})": (one, detail)
        for name, one in COMMANDS.items()
        for detail, hint in one.details.items()
        if (kind_of(hint).item if kind_of(hint).is_many else kind_of(hint).type) in types
    }


TEXTS, NUMBERS, FRACTIONS = _details(str), _details(int), _details(Decimal)
MAY_SAY_NOTHING = {"intake.submit(matter_code)", "tasks.amend_request(matter_code)"}
"""A request may leave it to the township which matter it is."""
ON_ONE_LINE = {
    "name",
    "title",
    "code",
    "contact",
    "document_number",
    "place",
    "phrase",
    "label",
    "minutes_number",
    "username",
}
HIDDEN = "\u202e梅\u200b渚\ufeff\u2066 \r\n村\u00ad\u3000"


def _given(where: tuple[Any, str], value: Any) -> dict[str, Any]:
    one, detail = where
    return {detail: [value] if kind_of(one.details[detail]).is_many else value}


def _kept(where: tuple[Any, str], value: Any) -> Any:
    found = where[0]._taken(_given(where, value))[where[1]]
    return found[0] if isinstance(found, list | tuple) else found


def test_there_are_as_many_as_one_thinks() -> None:
    assert len(TEXTS) >= 200 and len(NUMBERS) >= 25 and len(FRACTIONS) >= 2


@pytest.mark.anyio
async def test_what_no_database_keeps_is_refused_by_its_name_before_anything_is_asked() -> None:
    tried = [(TEXTS, sign) for sign in ("村\x00", "\ud800", "a\udfffb")]
    tried += [(NUMBERS, number) for number in (2**31, -(2**31) - 1, 10**30)]
    tried += [(FRACTIONS, Decimal(text)) for text in ("NaN", "-Infinity", "1e400", "1e-9")]
    for places, value in tried:
        for name, where in places.items():
            with pytest.raises(Invalid) as no:
                await where[0].once("key", ANONYMOUS, Unit(), **_given(where, value))
            assert no.value.field == where[1], (name, value)


def test_every_text_loses_what_nobody_sees_but_a_secret_is_taken_as_it_was_typed() -> None:
    for name, where in TEXTS.items():
        if where[1] in where[0]._secret:
            assert _kept(where, HIDDEN) == HIDDEN, name
        elif where[1] != "phone":
            assert "".join(_kept(where, HIDDEN).split()) == "梅渚村", name
            assert not UNSEEN.search(_kept(where, HIDDEN)) and _kept(where, "\u200b\u3164\u2800") == "", name


def test_names_titles_and_codes_stand_on_one_line() -> None:
    for name, where in TEXTS.items():
        if where[1] in ON_ONE_LINE:
            assert "\n" not in _kept(where, "梅渚\r\n村\u2028民"), name
    assert _kept(TEXTS["people.enrol(name)"], "吕　金木") == "吕金木"
    assert _kept(TEXTS["people.enrol(phone)"], "+86 138-0000-0013") == "13800000013"
    assert _kept(TEXTS["intake.submit(body)"], " 一\r\n二 ") == "一\n二"


def test_every_text_that_must_be_given_must_say_something() -> None:
    optional = {
        name
        for name, (one, detail) in TEXTS.items()
        if one.act.__kwdefaults__ is None or detail not in one.act.__kwdefaults__
        if kind_of(one.details[detail]).type is str and detail not in one._required | one._secret
    }
    assert optional == MAY_SAY_NOTHING


@rule("谁都可以。")
def anybody(actor: Viewer, unit: Unit) -> bool:
    return True


@command(said="试一下", who=anybody)
async def forget_to_ask(actor: Viewer, unit: Unit, *, reason: str, note: str = "") -> Unit:
    """Take any reason, also one that is none."""
    unit.name = reason or "无"
    await unit.save(update_fields=["name"])
    return unit


@pytest.mark.anyio
async def test_a_command_that_forgets_to_ask_takes_no_reason_that_shows_nothing(town: str) -> None:
    place = await a_town()
    actor, called = await a_viewer("city_admin", place.city), place.village.name
    for reason in ("", " ", "\u200b", "\u3164", "\u2800", "\u0301", "🀄", "。。", "\u202e\u202c"):
        with pytest.raises(Invalid) as no:
            await forget_to_ask(actor, place.village, reason=reason)
        assert no.value.field == "reason", ascii(reason)
    assert (await Unit.get(pk=place.village.pk)).name == called and not await Event.exists()
    await forget_to_ask(actor, place.village, reason="好\u200b", note="👍")
    assert (await Unit.get(pk=place.village.pk)).name == "好"


def test_what_lies_deeper_is_put_into_form_as_well() -> None:
    deep = {"kinds": ["照\u200b片 "], "more": ({"a": "\ufeffb"}, 3, None, True)}
    assert taken({"evidence": deep}, {})["evidence"] == {
        "kinds": ["照片"],
        "more": ({"a": "b"}, 3, None, True),
    }
    assert taken({"evidence": {"kin\u202eds": 1}}, {})["evidence"] == {"kinds": 1}
    for wrong in ({"a": ["\ud800"]}, [[2**40]], {"a\x00": "b"}):
        with pytest.raises(Invalid) as no:
            taken({"evidence": wrong}, {})
        assert no.value.field == "evidence"
