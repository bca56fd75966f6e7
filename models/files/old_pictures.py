"""Pictures attached before every picture was drawn anew: they hold what the phone wrote into them, its place among it.

What was attached stays on the disk under its digest, of which the trail and signatures speak; what people are shown is
a copy drawn anew. Once a copy is kept the trail says so, picture by picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from tortoise.queryset import QuerySet

from models.base.clock import due
from models.base.commands import command, rule
from models.base.pools import FILES, PICTURES
from models.base.refusals import Invalid, NotFound, NotNow
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer
from models.files.kinds import DRAWN
from models.files.pictures import drawn_anew
from models.files.records import File
from models.files.storage import attached_bytes, put_away

AT_ONCE = 20
"""Pictures of one tick: between two of them whoever uploads gets a turn."""
MOST_LOOKED_FOR = 200
"""Of which so many may be missing, and hold up none that come after them."""


class Counted(NamedTuple):
    """How many old pictures have a copy now, how many nobody can draw, and how many are not there, up to which one."""

    drawn: int
    undrawn: int
    missing: int
    reached: int

    def and_then(self, later: Counted) -> Counted:
        drawn, undrawn = self.drawn + later.drawn, self.undrawn + later.undrawn
        return Counted(drawn, undrawn, self.missing + later.missing, later.reached)


@rule("这张照片不用重画。")
def still_as_attached(file: File) -> bool:
    return file.is_old_picture and file.redrawn is None


async def _copied_ahead(actor: Viewer, file: File, details: Mapping[str, Any]) -> str:
    """The digest of a copy that lies on the disk; that of the picture itself where none can be drawn.

    Raises NotFound while the picture is not there, which says nothing of it: files are restored, and disks come back.
    """
    whole = await attached_bytes(file)
    try:
        copy = await PICTURES.run(drawn_anew, whole, file.kind)
    except Invalid:
        return file.sha256
    digest = hashlib.sha256(copy.content).hexdigest()
    await FILES.run(put_away, digest, copy.content, copy.small)
    return digest


@command(
    said="重画旧照片",
    who=only_the_clock("旧照片由系统重画（xingcun pictures）。"),
    when=still_as_attached,
    ahead=_copied_ahead,
)
async def redraw(actor: Viewer, file: File) -> File:
    """Keep a copy of an old picture with nothing but its pixels, which is shown from now on."""
    file.redrawn = redraw.ready
    await file.save(update_fields=["redrawn"])
    return file


def still_to_be_redrawn() -> QuerySet[File]:
    return File.filter(original=None, redrawn=None, kind__in=sorted(DRAWN)).order_by("id")


async def redraw_some(most: int, after: int = 0) -> Counted:
    """Give so many old pictures their copy; what is interrupted goes on where it stopped, and past what is missing."""
    drawn = undrawn = missing = 0
    for file in await still_to_be_redrawn().filter(id__gt=after).limit(max(most, MOST_LOOKED_FOR)):
        if drawn + undrawn == most:
            break
        after = file.pk
        try:
            made = await redraw(TOWN_CLOCK, file)
        except NotNow:  # another process came first
            continue
        except NotFound:
            missing += 1
            continue
        drawn += made.redrawn != made.sha256
        undrawn += made.redrawn == made.sha256
    return Counted(drawn, undrawn, missing, after)


@due
async def redraw_old_pictures() -> None:
    await redraw_some(AT_ONCE)
