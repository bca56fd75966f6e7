"""The rules of the contract that follow from the records: their moments, their relations, their codes and their lists."""

from __future__ import annotations

from schema.base.nodes import RECORDS
from tests.schema.test_contract import CORE

SHOWN = {name: record for name, record in RECORDS.items() if name in CORE.type_map}
TYPE_OF = {record.__name__: name for name, record in reversed(SHOWN.items())}
WHO = {"Person", "Post"}
"""Links to who did something are not followed back: a person is no list of what they have done."""
