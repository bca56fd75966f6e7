"""The catalogue of figures: each is counted by somebody, and none can be chosen that nobody counts."""

from __future__ import annotations

import re

from models.schemes.sources import SOURCES, TOGETHER
from tests.sources import ROOT

COUNTED_IN = [ROOT / "models/evaluation/tallies.py", ROOT / "models/evaluation/survey_figures.py"]
NOT_YET = {"procedure": "from the day deliberations are kept here"}


def test_every_figure_that_a_scheme_may_choose_is_counted_or_says_from_when() -> None:
    """A village would else have no value in it for ever, and nobody would hear why."""
    written = "".join(path.read_text("utf-8") for path in COUNTED_IN)
    counted = {name for name in SOURCES if re.search(rf'"{name}"', written)}
    assert set(SOURCES) - counted == set(NOT_YET)
    assert all("起计" in SOURCES[name].meaning for name in NOT_YET)
    assert {one for pair in TOGETHER.values() for one in pair} <= counted
