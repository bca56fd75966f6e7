"""Files: attachments of requests and reports, kept by their content."""

from models.files.attaching import MOST, attach_to_report, attach_to_requests, filed
from models.files.keeping import LARGEST, Source, Stored, content_of, keep, small_copy_of
from models.files.kinds import DRAWN, KINDS, kind_of
from models.files.records import File, ReportFile, RequestFile, files_of
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
    "File",
    "ReportFile",
    "RequestFile",
    "Source",
    "Stored",
    "Upload",
    "attach_to_report",
    "attach_to_requests",
    "content_of",
    "filed",
    "files_of",
    "held",
    "held_together",
    "keep",
    "kind_of",
    "let_uploads_go",
    "must_have_room",
    "no_longer_wait",
    "remember",
    "small_copy_of",
    "stored_of",
]
