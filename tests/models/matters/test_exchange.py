"""Lists as tables: taken away and brought back the same, with nothing a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from models import matters
from models.base.refusals import Invalid, NotFound
from models.exporting import LOOKS_LIKE_A_FORMULA
from models.matters import Matter, shipped_demands
from models.matters.columns import COLUMNS, guarded, plain, unguarded
from tests.builders import a_town, a_viewer
from tests.models.matters.drafts import GOOD, a_draft

pytestmark = pytest.mark.anyio
NASTY = (
    "=1+1",
    "'=1",
    "''=1",
    "' =1",
    "-1",
    "+86 138",
    "@SUM(A1)",
    "＝１",
    "'",
    "''",
    '他说"好"，\n然后走了',
    "两行\r\n三行\r四行",
    " \u3000前后有空 ",
    "_x000D_",
    "_x0041_",
    "\x07响铃\x1f",
    "123",
    "1.50",
    "1e5",
    "TRUE",
    "是",
    "2026-01-31",
    "a,b;c\td",
    "\ufeff标记",
    "\u2028行\x85行",
    "😀",
    "\u200b=1",
)


async def test_a_list_taken_away_and_brought_back_is_the_same_to_the_byte_and_the_cell(town: str) -> None:
    place, chance = await a_town(), random.Random(3)
    keeper = await a_viewer("list_keeper", place.city)
    made = await matters.draft_list(keeper, place.city, title="旧")
    for number, text in enumerate(NASTY):
        more: dict[str, Any] = {
            "demands": chance.sample([d.code for d in shipped_demands()], number % 4),
            "evidence": {"kinds": ["photo"], "reason": text} if number % 3 and plain(text) else {},
            "form": ["resident_household"] if number % 2 else [],
            "norm_days": (None, 0, 5)[number % 3],
            "effort_hours": (None, Decimal("2.50"), Decimal("3"), Decimal("99999"))[number % 4],
            "weight": (None, Decimal("0.05"))[number % 2],
            "yearly_cap": (None, 12)[number % 2],
            "major": bool(number % 2),
            "emergency": bool(number % 3),
        }
        words = dict.fromkeys(("scope", "village_does", "village_must_not", "lead_department"), text)
        category = list(matters.CATEGORIES)[number % 6]
        await matters.put_matter(
            keeper,
            made,
            code=f"-{number}",
            title=f"{text}{number}",
            category=category,
            legal_basis=text,
            **words,
            **more,
        )
    kept = await matters.export_matters(keeper, made, "csv")
    book = await matters.export_matters(keeper, made, "xlsx")
    for name, content in (("表.csv", kept), ("表.xlsx", book)):
        copy = await matters.draft_list(keeper, place.city, title="旧")
        done = await matters.import_matters(keeper, copy, name, content)
        assert (done.made, done.errors) == (len(NASTY), [])
        assert await matters.export_matters(keeper, copy, "csv") == kept, name
        assert cells(await matters.export_matters(keeper, copy, "xlsx")) == cells(book), name
        again = await matters.import_matters(keeper, copy, name, content)
        assert (again.same, again.changed, again.made) == (len(NASTY), 0, 0), name
        same = [f.name for f in COLUMNS if f.name not in {"evidence_kinds", "evidence_reason"}]
        pairs = [
            await Matter.filter(list=one).order_by("id").values(*same, "evidence") for one in (made, copy)
        ]
        assert sorted(pairs[0], key=str) == sorted(pairs[1], key=str), name


def cells(book: bytes) -> list[list[tuple[Any, str]]]:
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


async def test_nothing_in_a_list_taken_away_is_computed_by_a_spreadsheet(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    await matters.put_matter(keeper, draft, **GOOD | {"scope": "=HYPERLINK(1)", "title": "\u3000@SUM(1)"})
    text = (await matters.export_matters(keeper, draft, "csv")).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not [cell for cell in row if cell.lstrip().startswith(LOOKS_LIKE_A_FORMULA)]
    assert "'=HYPERLINK(1)" in text
    for row in cells(await matters.export_matters(keeper, draft, "xlsx")):
        assert "f" not in {kind for _, kind in row}
    with pytest.raises(NotFound):
        await matters.export_matters(keeper, draft, "pdf")


@given(st.text(alphabet="'=+-@＝ \tab\n1中"))
def test_the_apostrophe_that_guards_a_cell_is_the_one_that_is_taken_away(text: str) -> None:
    kept = plain(text)
    assert unguarded(guarded(kept)) == kept
    assert not guarded(kept).lstrip().startswith(LOOKS_LIKE_A_FORMULA)


async def test_a_table_may_speak_chinese_or_codes_and_says_which_column_it_lacks(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    both = (
        "编码,名称,类别,法律依据,可以要求的\nXZ-A-01,甲,协助,《法》,巡查发现 data\n",
        "code,title,category,legal_basis,demands\nXZ-A-02,甲,assist,《法》,patrol 报送数据\n",
    )
    for table in both:
        await matters.import_matters(keeper, draft, "a.csv", table.encode())
    assert [m.demands for m in await Matter.filter(title="甲")] == [["patrol", "data"]] * 2
    with pytest.raises(Invalid, match="缺少列：类别（category）、法律依据（legal_basis）"):
        await matters.import_matters(keeper, draft, "a.csv", "编码,名称\n1,甲\n".encode())


@pytest.mark.parametrize(
    "evidence", [{"kinds": ["photo"]}, {"kinds": ["two words"], "reason": "x"}, {"track": "gps"}]
)
async def test_evidence_is_kinds_with_a_reason_and_nothing_else(town: str, evidence: dict[str, Any]) -> None:
    keeper, draft = await a_draft(await a_town())
    with pytest.raises(Invalid) as no:
        await matters.put_matter(keeper, draft, **GOOD | {"evidence": evidence})
    assert no.value.field == "evidence"
