"""One caller is one address, however it is written."""

from __future__ import annotations

import pytest

from models.base.addresses import network_of, normal

SPELLINGS = {
    "192.0.2.7": ("192.0.2.7", " 192.0.2.7 ", "192.0.2.7:5060", "::ffff:192.0.2.7", "::FFFF:c000:207",
                  "[::ffff:192.0.2.7]:443", "::ffff:192.0.2.7%eth0"),
    "2001:db8:1:2::9": ("2001:db8:1:2::9", "2001:DB8:1:2:0:0:0:9", "[2001:db8:1:2::9]", "[2001:db8:1:2::9]:65535",
                        "2001:db8:1:2::9%3"),
    "unix": ("unix",),
    "": ("",),
}  # fmt: skip


@pytest.mark.parametrize(("same", "written"), SPELLINGS.items())
def test_an_address_is_itself_however_it_is_written(same: str, written: tuple[str, ...]) -> None:
    assert {normal(one) for one in written} == {same}
    assert len({network_of(one) for one in written}) == 1


def test_one_line_of_the_newer_addresses_is_one_place() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:2::9") != network_of("2001:db8:1:3::9")


def test_those_of_the_older_kind_are_places_of_their_own_also_when_wrapped() -> None:
    assert network_of("::ffff:192.0.2.7") == "192.0.2.7" != network_of("::ffff:192.0.2.8")
