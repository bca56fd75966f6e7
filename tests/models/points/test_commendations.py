"""How praise is signed: by the giver's place and title, each said once."""

from __future__ import annotations

import pytest

from models.points.commendations import _joined


@pytest.mark.parametrize(
    ("place", "title", "both"),
    [
        ("澄潭街道", "街道党工委书记", "澄潭街道党工委书记"),
        ("澄潭街道", "街道办事处副主任", "澄潭街道办事处副主任"),
        ("新昌县", "县长", "新昌县县长"),
        ("绍兴市", "系统管理员", "绍兴市系统管理员"),
        ("澄潭街道", "党政主要负责人", "澄潭街道党政主要负责人"),
    ],
)
def test_what_the_place_and_the_title_both_say_is_said_once(place: str, title: str, both: str) -> None:
    assert _joined(place, title) == both
