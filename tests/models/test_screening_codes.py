"""A screening code holds its check sign against every slip of the pen, and is nobody's a second time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from string import ascii_uppercase, digits

import pytest
from tortoise.exceptions import IntegrityError

from models import screening
from models.base.clock import today
from models.demo.matters import demo_matters
from models.screening import Screening, SerialNumber, checked, is_code
from tests.builders import a_list, a_request, a_town, a_viewer

SIGNS, CHECKS = digits + ascii_uppercase, digits + ascii_uppercase + "*"
DAYS = (date(2026, 1, 1), date(2029, 12, 31))
SERIALS = (1, 37, 9_999, 10_000)


def codes() -> Iterator[str]:
    """One of every length that codes of shipped matters have, on several days and with serials of either length."""
    by_length = {len(row["code"]): row["code"] for row in demo_matters()}
    for matter in by_length.values():
        for day in DAYS:
            yield from (checked(f"330624005-{matter}-{day:%Y%m%d}-{serial:04d}") for serial in SERIALS)


def with_one_sign_wrong(code: str) -> Iterator[str]:
    for at, sign in enumerate(code):
        last = at == len(code) - 1
        if sign != "-":
            yield from (
                code[:at] + other + code[at + 1 :] for other in (CHECKS if last else SIGNS) if other != sign
            )


def with_neighbours_swapped(code: str) -> Iterator[str]:
    """Signs that follow each other, also across a bar, which is there for the eye and read away."""
    places = [at for at, sign in enumerate(code) if sign != "-"]
    for one, other in pairwise(places):
        if code[one] != code[other]:
            signs = list(code)
            signs[one], signs[other] = signs[other], signs[one]
            yield "".join(signs)


def test_every_single_wrong_sign_and_every_two_that_changed_places_are_noticed() -> None:
    told = list(codes())
    assert len(told) >= 8 and all(map(is_code, told))
    wrong = [
        one
        for code in told
        for spoilt in (with_one_sign_wrong, with_neighbours_swapped)
        for one in spoilt(code)
    ]
    assert len(wrong) > 1_000 * len(told) and not any(map(is_code, wrong))


def test_bars_and_small_letters_are_for_the_eye_alone() -> None:
    code = next(codes())
    assert is_code(code.lower()) and is_code(code.replace("-", ""))


@pytest.mark.anyio
async def test_a_code_is_nobodys_a_second_time_even_where_the_serials_were_set_back(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    reader = await a_viewer("coordinator", place.township)
    first, second = [await screening.admit(reader, await a_request(place)) for _ in range(2)]
    assert first.code != second.code
    await SerialNumber.filter(township_id=place.township.pk, day=today()).update(used=0)
    with pytest.raises(IntegrityError):
        await screening.admit(reader, await a_request(place))
    assert sorted(await Screening.filter(code__isnull=False).values_list("code", flat=True)) == sorted(
        [first.code, second.code]
    )
