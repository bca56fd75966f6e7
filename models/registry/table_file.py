"""A wide table as an XLSX file of any length: every row goes to the disk as it comes, and so does where each cell came from.

Written by hand, since a cell costs a spreadsheet library forty millionths of a second, and half a million of them half a minute.
The second sheet has in the same place as each value its day, its way in and its number, and opens it where the site has an address.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from xml.sax.saxutils import escape, quoteattr

from models.base.settings import settings
from models.exporting import LOOKS_LIKE_A_FORMULA, NUMBER, as_text
from models.registry.masking import MASK
from models.registry.records import ORIGINS, Element
from models.registry.tables import Cell, Row, Total

PIECE = 1 << 16
WORDS, QUOTED, HEAD, STALE, STALE_WORDS = 1, 2, 3, 4, 5
"""Styles of cells, by their place in the list of styles; 0 is a number as it is."""
GREY = '<font><sz val="11"/><color rgb="FF767676"/><name val="Calibri"/></font>'
STYLES = f"""<styleSheet xmlns="{{main}}"><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font>{GREY}</fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf xfId="0"/>
<xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1" quotePrefix="1"/>
<xf numFmtId="49" fontId="1" applyFont="1" applyNumberFormat="1"><alignment wrapText="1" vertical="top"/></xf>
<xf fontId="2" applyFont="1"/><xf numFmtId="49" fontId="2" applyFont="1" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEADS = ("单位编码", "单位", "上级")
SHEETS = ("数据", "来历")
NOTE = "灰色的已过有效期；＊＊＊是不公开的数据。每一格的来历，在“来历”表的同一格。"


class WideFile:
    """Two sheets that grow row by row on the disk, and are packed at the end."""

    def __init__(self, title: str, elements: Sequence[Element]) -> None:
        self.title, self.elements = title, elements
        self.site = settings().address.rstrip("/")
        self.sheets = [TemporaryFile(), TemporaryFile()]  # noqa: SIM115 - closed once they are packed
        heads = [
            *HEADS,
            *(
                f"{one.name}（{one.measure}）" if one.measure and not one.options else one.name
                for one in elements
            ),
        ]
        self._write([_begun(len(heads)) for _ in SHEETS])
        for first in ([f"{title}。{NOTE}"], heads):
            self._write([_row(_words(one, HEAD) for one in first)] * 2)

    def add(self, rows: Sequence[Row], above: str) -> None:
        """The villages of one township."""
        for row in rows:
            place = [_words(one) for one in (row.unit.code, row.unit.name, above)]
            self._write(
                [_row([*place, *map(_shown, row.cells)]), _row([*place, *map(self._origin, row.cells)])]
            )

    def add_total(self, total: Total) -> None:
        """The sums of a place, and how much of each is covered."""
        place = [_words(one, HEAD) for one in (total.unit.code, f"{total.unit.name}合计", "")]
        sums = (f"<c><v>{one.sum}</v></c>" if one.counted else "<c/>" for one in total.columns)
        shares = (
            _words(
                f"{one.covered}/{total.villages} 个村有" + (f"，{one.masked} 个未公开" if one.masked else "")
            )
            for one in total.columns
        )
        self._write([_row([*place, *sums]), _row([*place, *shares])])

    def pieces(self) -> Iterator[bytes]:
        """The whole file, piece by piece."""
        self._write(["</sheetData></worksheet>"] * 2)
        with TemporaryFile() as packed:
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, content in _parts().items():
                    archive.writestr(name, content)
                for number, sheet in enumerate(self.sheets, 1):
                    sheet.seek(0)
                    with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as entry:
                        shutil.copyfileobj(sheet, entry, PIECE)
                    sheet.close()
            packed.seek(0)
            while piece := packed.read(PIECE):
                yield piece

    def _write(self, texts: Iterable[str]) -> None:
        for sheet, text in zip(self.sheets, texts, strict=True):
            sheet.write(text.encode())

    def _origin(self, cell: Cell | None) -> str:
        if cell is None:
            return "<c/>"
        told = f"{cell.as_of} {ORIGINS[cell.origin]} #{cell.number}"
        if not self.site:
            return _words(told)
        link = escape(f'HYPERLINK("{self.site}/values/{cell.number}","{told}")')
        return f'<c t="str"><f>{link}</f><v>{told}</v></c>'


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return "<c/>"
    if cell.text is None:
        return _words(MASK, STALE_WORDS)
    if NUMBER.fullmatch(cell.text):
        return f"<c><v>{cell.text}</v></c>" if cell.is_fresh else f'<c s="{STALE}"><v>{cell.text}</v></c>'
    return _words(cell.text, WORDS if cell.is_fresh else STALE_WORDS)


def _words(text: str, style: int = WORDS) -> str:
    """Words are words: nothing that a village typed is ever computed on the desk of who opens it."""
    if style == WORDS and text.lstrip().startswith(LOOKS_LIKE_A_FORMULA):
        style = QUOTED
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(as_text(text))}</t></is></c>'


def _row(cells: Iterable[str]) -> str:
    return f"<row>{''.join(cells)}</row>\n"


def _begun(columns: int) -> str:
    pane = '<sheetView workbookViewId="0"><pane xSplit="3" ySplit="2" topLeftCell="D3" state="frozen"/></sheetView>'
    widths = f'<col min="1" max="3" width="16" customWidth="1"/><col min="4" max="{columns}" width="14" customWidth="1"/>'
    return f'<worksheet xmlns="{MAIN}"><sheetViews>{pane}</sheetViews><cols>{widths}</cols><sheetData>'


def _parts() -> dict[str, str]:
    numbered = list(enumerate(SHEETS, 1))
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n, _ in numbered
    )
    links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered)
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{kinds}</Types>',
        "_rels/.rels": _links(_link("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(links + _link("rId9", "styles", "styles.xml")),
        "xl/styles.xml": STYLES.format(main=MAIN),
    }


def _links(inside: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
