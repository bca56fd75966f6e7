"""What is typed at the terminal, read by the gates that every other door reads by."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from models.base.days import day_of
from models.base.numbers import whole
from models.base.refusals import Unreadable

T = TypeVar("T")


def _typed(read: Callable[[str], T]) -> Callable[[str], T]:
    """Such a reader, whose refusals argparse tells as they are."""

    def reader(text: str) -> T:
        try:
            return read(text)
        except Unreadable as wrong:
            raise argparse.ArgumentTypeError(wrong.reason) from None

    return reader


day, number = _typed(day_of), _typed(whole)
