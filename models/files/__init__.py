"""Files: attachments of requests and reports, kept by their content."""

from models.files.keeping import (
    LARGEST,
    Stored,
    attach_to_report,
    attach_to_requests,
    content_of,
    filed,
    keep,
)
from models.files.kinds import KINDS, kind_of, without_traces
from models.files.records import File, ReportFile, RequestFile, files_of
from models.files.uploads import PURPOSES, Upload, held, must_have_room, note_named, remember, stored_of

__all__ = [
    "KINDS",
    "LARGEST",
    "PURPOSES",
    "File",
    "ReportFile",
    "RequestFile",
    "Stored",
    "Upload",
    "attach_to_report",
    "attach_to_requests",
    "content_of",
    "filed",
    "files_of",
    "held",
    "keep",
    "kind_of",
    "must_have_room",
    "note_named",
    "remember",
    "stored_of",
    "without_traces",
]
