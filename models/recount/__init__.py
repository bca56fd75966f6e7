"""Recount (重算): an auditor's program: it reads the trail and the rows one by one, holds both against what is shown, and writes nothing."""

from models.recount.askers import recount_asker
from models.recount.burden import Recounted, recount_burden
from models.recount.ledger import Recount, recount_ledger
from models.recount.points import check_points

__all__ = ["Recount", "Recounted", "check_points", "recount_asker", "recount_burden", "recount_ledger"]
