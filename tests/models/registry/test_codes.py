"""Codes of before are read as the ones of today."""

from __future__ import annotations

from models.registry import FORMER, HOUSEHOLDS, current_codes, shipped_elements


def test_what_a_frozen_list_calls_by_a_former_code_is_asked_for_once_under_the_one_of_today() -> None:
    assert current_codes(["households", "veteran", HOUSEHOLDS]) == [HOUSEHOLDS, "veteran"]


def test_every_former_code_leads_to_one_that_is_shipped_and_is_none_itself() -> None:
    shipped = {one.code for one in shipped_elements()}
    assert set(FORMER.values()) <= shipped and not set(FORMER) & shipped
