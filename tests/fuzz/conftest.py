"""Chance for those that draw what they send: the same in every run, another one by night."""

from __future__ import annotations

from random import Random

import pytest

from tests.views.conftest import site  # noqa: F401 - a fixture


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    seed = request.config.getoption("hypothesis_seed")
    return Random(f"{seed or 'same'} {request.node.name}")
