"""Pages on which somebody decides: the versions of what is read there go into their forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.base.commands import Command
from models.base.records import Record
from models.base.versions import note_versions
from models.base.viewer import Viewer


async def note_to_decide(viewer: Viewer, rows: Sequence[Record], *verbs: Command[Any, Any, Any]) -> None:
    """Note the versions of those rows of one record on which the viewer may use one of these verbs; of no others."""
    await note_versions(*(row for row in rows if any(verb.allows(viewer, row) for verb in verbs)))
