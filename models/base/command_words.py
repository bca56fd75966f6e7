"""What commands are called where people read of them: each says it where it is defined, and it is looked up here."""

from __future__ import annotations

SAID: dict[str, str] = {}
"""The words of every command that was loaded, by its stable name."""


def in_words(command: str) -> str:
    """What a command is called; one that is gone is told by the name it had."""
    return SAID.get(command, command)
