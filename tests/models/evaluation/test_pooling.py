"""What is kept of a village's results, so that groups can be added up."""

from __future__ import annotations

import pytest

from models.evaluation.pooling import Sample
from models.schemes.sources import SCALE


@pytest.mark.parametrize("wrong", [(0, 1, 0), (1, SCALE + 1, (SCALE + 1) ** 2), (2, SCALE, 1), (1, 2, 3)])
def test_sums_no_values_could_have_are_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"no .* values"):
        Sample(*wrong)
