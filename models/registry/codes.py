"""Codes of elements that the product itself reckons with, and those that were called otherwise before."""

from __future__ import annotations

from collections.abc import Iterable

HOUSEHOLDS, RESIDENTS, HUKOU = "resident_household", "resident_population", "hukou_population"
LAND, ARABLE = "territory_area", "arable_area"
FORMER = {"households": HOUSEHOLDS, "elderly80": "elder_80"}
"""What stands in lists, requests and tasks that change no more is read as what it is called today."""


def current_codes(codes: Iterable[str]) -> list[str]:
    """The codes as they are today, each once, in their order."""
    return list(dict.fromkeys(FORMER.get(code, code) for code in codes))
