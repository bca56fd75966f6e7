"""Taking a list away as a table that can be brought back: XLSX for desks, CSV for programs, both without loss."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from models.base.filenames import safe_name
from models.base.pools import PACKING
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.exporting import Cell, Table
from models.matters.columns import COLUMNS, cells_of, guarded
from models.matters.records import Demand, Matter, MatterList


async def export_matters(viewer: Viewer, matter_list: MatterList, kind: str) -> bytes:
    """All matters of a list in the order of their codes; the same list always gives the same cells."""
    if kind not in PACKED:
        raise NotFound("只能导出为 XLSX 或 CSV。")
    labels = await demand_labels()
    matters = await Matter.visible_to(viewer).filter(list_id=matter_list.pk)
    rows = [cells_of(matter, labels) for matter in sorted(matters, key=lambda matter: matter.code)]
    return await PACKING.run(PACKED[kind], matter_list, rows)


def export_name(matter_list: MatterList, kind: str) -> str:
    return safe_name(matter_list.title, f"-第{matter_list.number}版.{kind}")


async def demand_labels() -> dict[str, str]:
    """Demands by the words that stand for them in a table: their labels, where one label means one demand."""
    found = await Demand.all().order_by("position")
    told = [demand.label for demand in found]
    return {
        demand.code: demand.label
        for demand in found
        if told.count(demand.label) == 1 and len(demand.label.split()) == 1
    }


def _xlsx(matter_list: MatterList, rows: list[dict[str, Cell]]) -> bytes:
    table = Table(matter_list.title, [(column.head, column.width) for column in COLUMNS])
    for row in rows:
        table.add([row[column.name] for column in COLUMNS])
    return table.packed()


def _csv(matter_list: MatterList, rows: list[dict[str, Cell]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8, and nothing in it that they would compute."""
    out = io.StringIO(newline="")
    written = csv.writer(out)
    written.writerow([column.head for column in COLUMNS])
    written.writerows([_said(row, column.name) for column in COLUMNS] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _said(row: Mapping[str, Cell], name: str) -> str:
    value = row[name]
    return guarded(value) if isinstance(value, str) else "" if value is None else str(value)


PACKED = {"xlsx": _xlsx, "csv": _csv}
