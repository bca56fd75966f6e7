"""The shipped elements: each well formed, put in force once, and left as a town has made them."""

from __future__ import annotations

import pytest

from models.registry import (
    KINDS,
    LEVELS,
    PERIODS,
    SENSITIVITIES,
    Element,
    ElementVersion,
    settle_elements,
    shipped_elements,
)

MOST_DAYS = {"once": 3650, "year": 400, "quarter": 120, "month": 45, "day": 3}


def test_every_shipped_element_says_what_it_is_whose_and_for_how_long() -> None:
    shipped = shipped_elements()
    assert len(shipped) == len({one.code for one in shipped}) == len({one.name for one in shipped}) == 130
    for one in shipped:
        assert one.definition and one.owner and one.source, one.code
        assert one.kind in KINDS and one.level in LEVELS and one.sensitivity in SENSITIVITIES, one.code
        assert one.period in PERIODS and 1 <= one.freshness_days <= MOST_DAYS[one.period] * 1.0, one.code
        assert one.measure and (len(one.options) > 1) is (one.kind == "choice"), one.code
        assert one.attested or one.source.startswith("示范"), one.code


@pytest.mark.anyio
async def test_what_is_missing_is_put_in_force_as_its_first_version_and_what_is_there_stays(
    town: str,
) -> None:
    await Element.create(code="veteran", name="退役军人总数")
    for _ in range(2):
        await settle_elements()
    assert await Element.all().count() == 130
    assert (await Element.get(code="veteran")).name == "退役军人总数"
    versions = await ElementVersion.filter(element__code__in=["veteran", "dibao_person"])
    assert {(one.number, one.is_proposed, one.proposed_by_id) for one in versions} == {(1, False, None)}
    assert len(versions) == 2
