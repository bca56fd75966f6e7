"""Files: what is attached to requests, reports, projects and concerns, kept by its content."""

from models.files.attachments import MOST, filed
from models.files.kinds import DRAWN, KINDS, kind_of
from models.files.old_pictures import Counted, redraw, redraw_some, still_to_be_redrawn
from models.files.records import File, Hung, is_old_picture
from models.files.storage import LARGEST, Source, Stored, content_of, keep, small_copy_of
from models.files.uploads import (
    PURPOSES,
    Upload,
    held,
    held_together,
    let_uploads_go,
    must_have_room,
    no_longer_wait,
    remember,
    stored_of,
)

__all__ = [
    "DRAWN",
    "KINDS",
    "LARGEST",
    "MOST",
    "PURPOSES",
    "Counted",
    "File",
    "Hung",
    "Source",
    "Stored",
    "Upload",
    "content_of",
    "filed",
    "held",
    "held_together",
    "is_old_picture",
    "keep",
    "kind_of",
    "let_uploads_go",
    "must_have_room",
    "no_longer_wait",
    "redraw",
    "redraw_some",
    "remember",
    "small_copy_of",
    "still_to_be_redrawn",
    "stored_of",
]
