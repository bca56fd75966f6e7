"""An opened project by hand, as the township's desk reads it before its bids are compared."""

from __future__ import annotations

from tests.bench.by_hand.lists import DEPTHS, KINDS
from tests.bench.by_hand.page import ByHand, Reader

PROJECT = """SELECT p.*, u.name AS township, f.id AS follower, f.title AS followed_by FROM project p
  JOIN unit u ON u.id = p.township_id LEFT JOIN project f ON f.instead_of_id = p.id AND f.state <> 'draft'
  WHERE p.id = {} AND (p.state <> 'draft' OR p.township_id = {})"""
ENTRANTS = (
    "SELECT u.name FROM entrant e JOIN unit u ON u.id = e.unit_id WHERE e.project_id = {} ORDER BY e.id"
)
CRITERIA = "SELECT title, weight, guidance FROM criterion WHERE project_id = {} ORDER BY position"
FILES = """SELECT f.id, f.name, f.size FROM project_file p JOIN file f ON f.id = p.file_id
  WHERE p.project_id = {} ORDER BY p.id"""
AWARDS = """SELECT w.id, w.state, w.reason, w.announced_at, u.name FROM award w JOIN unit u ON u.id = w.unit_id
  WHERE w.project_id = {} ORDER BY w.id"""


def project(reader: Reader, number: int) -> ByHand:
    statements = {
        "projects": (PROJECT, [number, reader.unit]),
        "entrants": (ENTRANTS, [number]),
        "criteria": (CRITERIA, [number]),
        "files": (FILES, [number]),
        "awards": (AWARDS, [number]),
    }
    known = {"kinds": KINDS, "depths": DEPTHS, "states": {"opened": "比选中"}}
    return ByHand("project.html", f"/board/{number}", reader, statements, known=known)
