"""Which group a village is compared in: one of its own kind, and the largest it reaches."""

from __future__ import annotations

import pytest

from models.schemes.records import PeerGroup, choose_group
from models.units import Unit

SHIPPED = (
    ("小村", "village", 0),
    ("中村", "village", 300),
    ("大村", "village", 700),
    ("社区", "community", 0),
)


def groups(*told: tuple[str, str, int]) -> list[PeerGroup]:
    return [
        PeerGroup(position=n, name=name, kind=kind, households=least)
        for n, (name, kind, least) in enumerate(told or SHIPPED)
    ]


def chosen(is_community: bool, households: int | None, *told: tuple[str, str, int]) -> str | None:
    village = Unit(code="", name="梅渚社区" if is_community else "梅渚村", level="village")
    found = choose_group(groups(*told), village, households)
    return found.name if found else None


@pytest.mark.parametrize("households", [0, 299, 300, 699, 700, 9_000])
def test_a_community_is_never_compared_with_villages_nor_a_village_with_communities(households: int) -> None:
    assert chosen(True, households) == "社区"
    assert (
        chosen(False, households)
        == {0: "小村", 1: "中村", 2: "大村"}[(households >= 300) + (households >= 700)]
    )


def test_a_group_of_both_kinds_takes_whom_no_group_of_their_own_does() -> None:
    mixed = (("都算", "", 0), ("社区", "community", 500))
    assert chosen(True, 600, *mixed) == "社区"
    assert chosen(True, 100, *mixed) == chosen(False, 600, *mixed) == "都算"
    assert chosen(False, 600, ("社区", "community", 0)) is None
