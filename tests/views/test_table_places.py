"""Every place that takes a table in, found in the code: judged first, read by the one reader, off the event loop, whatever is sent."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from models import matters, people, registry, units, workdays
from models.base.refusals import NotAllowed, Refusal
from models.base.viewer import Viewer
from models.importing import Import
from models.matters.columns import COLUMNS
from models.pinyin import initials
from models.tables import reader
from models.tables.table import Table, read
from tests.builders import Town, a_viewer
from tests.fuzz.conftest import chance  # noqa: F401 - a fixture
from tests.fuzz.judging import INTERNAL, Judge
from tests.heart import beating
from tests.models.tables.books import a_book, with_rows
from tests.sources import ROOT, WRITTEN
from tests.views.conftest import Site
from tests.views.test_table_cases import CASES, a_place

pytestmark = pytest.mark.anyio
Bring = Callable[[Viewer, Town, str, bytes], Awaitable[Any]]


async def bring_matters(actor: Viewer, place: Town, name: str, content: bytes) -> Any:
    return await matters.import_matters(
        actor, await matters.MatterList.all().prefetch_related("region").get(), name, content, dry_run=True
    )


PLACES: dict[str, tuple[Bring, tuple[str, ...]]] = {
    "models/units/importing.py": (
        lambda actor, _, name, content: units.import_units(actor, name, content, dry_run=True),
        ("编码", "名称", "级别", "上级编码"),
    ),
    "models/people/importing.py": (
        lambda actor, place, name, content: people.import_people(
            actor, place.city, name, content, dry_run=True
        ),
        ("姓名", "电话", "单位编码", "职务", "称呼", "任职日期", "结束日期", "分管领域"),
    ),
    "models/matters/importing.py": (
        bring_matters,
        (*(column.head for column in COLUMNS), "别名"),
    ),
    "models/holidays.py": (
        lambda actor, place, name, content: workdays.year_in(actor, place.city, name, content),
        ("日期", "安排"),
    ),
    "models/registry/value_import.py": (
        lambda actor, place, name, content: registry.import_values(
            actor, place.township, name, content, dry_run=True
        ),
        ("单位编码", "单位", "数据项", "数值", "数据日期", "姓名"),
    ),
}
"""Each place that reads a table, by its file, with how it is reached and the heads it knows."""
RIGHT: dict[str, str] = {
    "姓名": "王伟", "电话": "13800000000", "单位编码": "330624004201", "职务": "村社干部", "编码": "330624004201",
    "级别": "村社", "上级编码": "330624004", "类别": "协助", "法律依据": "《条例》", "日期": "2027-02-05", "安排": "放假",
}  # fmt: skip
"""Cells that pass under some heads; under the others an empty one does."""
OWN_TABLES = {"csv.reader", "csv.DictReader"}
SHIPPED = {
    "models/compliance/inventory.py",
    "models/demo/bidding.py",
    "models/demo/matters.py",
    "models/demo/requests.py",
    "models/likeness/alike.py",
    "models/likeness/lexicon.py",
    "models/likeness/mentions.py",
    "models/likeness/prohibited.py",
    "models/matters/demands.py",
    "models/matters/reference_cases.py",
    "models/registry/shipped.py",
    "models/registry/templates.py",
    "models/screening/red_lines.py",
    "models/tables/texts.py",
}
"""What reads tables that come with the program, and the reader itself."""


def called_in(source: str) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}


def test_every_place_that_reads_a_table_is_known_and_reads_it_by_the_one_reader() -> None:
    calls = {str(path.relative_to(ROOT)): called_in(path.read_text("utf-8")) for path in WRITTEN}
    assert {path for path, called in calls.items() if "read_table" in called} == set(PLACES)
    assert {path for path, called in calls.items() if called & OWN_TABLES} == SHIPPED
    opening = {
        path for path, called in calls.items() if called & {"load_workbook", "ExcelReader", "iterparse"}
    }
    assert opening == {"models/tables/workbooks.py"}


@pytest.mark.parametrize("path", PLACES)
async def test_nothing_is_read_before_the_right_to_bring_it_in_was_judged(
    town: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    place, _ = await a_place()
    asked: list[str] = []
    monkeypatch.setattr(reader, "read", lambda *_: asked.append("read"))
    monkeypatch.setattr(reader, "_read_apart", lambda *_: asked.append("read"))
    stranger = await a_viewer("grid_worker", place.grid)
    for content in (b"a,b\n", a_book([["a"]])):
        with pytest.raises(NotAllowed):
            await PLACES[path][0](stranger, place, "表.xlsx", content)
    assert asked == []


CELLS = (
    "梅渚村", "", " ", "GK-01", "330624004201", "3306", "村社干部", "cadre", "协助", "负数", "是", "√", "2026-02-30",
    "2026年1月31日", "46053", "1e400", "-1", "１２", "1_000", "13800000000", "+86 138 0000 0000", "报送数据、上门入户", "photo",
    "\u202e\u200b", "\ue863", "'=1", "=1+1", "NaN", "长" * 9000, "0" * 5000, "村社", "街道", "放假", "上班", "\ud83d\ude00",
    "2027-02-05 至 2027-02-11", "编码", "null", "注：说明", "a\nb", "\ufffd?",
)  # fmt: skip


def made_table(chance: Random, heads: tuple[str, ...]) -> tuple[str, bytes]:  # noqa: F811
    """Heads in any order, some missing, some twice, and any cells below them, as text or as a workbook."""
    some = chance.sample(heads, chance.randint(max(1, len(heads) - 2), len(heads)))
    some += chance.choices(("备注", "", *heads), k=chance.randint(0, 2))
    rows = [_row(chance, some) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.3:
        safe = [[cell.encode("utf-8", "ignore").decode() for cell in row] for row in (some, *rows)]
        return "表.xlsx", a_book(safe)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([some, *rows])
    return "表.csv", out.getvalue().encode(chance.choice(("utf-8", "gb18030", "utf-16")), "ignore")


def _row(chance: Random, heads: list[str]) -> list[str]:  # noqa: F811
    """Any cells at all, or a row that is right but for a cell here and there."""
    if chance.random() < 0.2:
        return [chance.choice(CELLS) for _ in range(chance.randint(0, len(heads) + 1))]
    right = [RIGHT.get(head, "梅渚村" if head == "名称" else "") for head in heads]
    return [chance.choice(CELLS) if chance.random() < 0.05 else cell for cell in right]


EXAMPLES = pytest.mark.parametrize("examples", [120, pytest.param(2_500, marks=pytest.mark.nightly)])
"""Of each of the four places, on each database."""


@EXAMPLES
async def test_whatever_is_in_a_table_each_row_is_taken_or_refused_in_words(
    town: str,
    monkeypatch: pytest.MonkeyPatch,
    chance: Random,  # noqa: F811
    examples: int,
) -> None:
    place, _ = await a_place()
    actor, outcomes, tables = await a_viewer("city_admin", place.city), list[Import](), list[Table]()
    _read_beside(monkeypatch, tables)
    judged = Import.must_be_right

    def noted(outcome: Import) -> None:
        outcomes.append(outcome)
        judged(outcome)

    monkeypatch.setattr(Import, "must_be_right", noted)
    right = 0
    for number in range(examples):
        path = list(PLACES)[number % len(PLACES)]
        bring, heads = PLACES[path]
        name, content = made_table(chance, heads)
        tables.clear()
        try:
            outcome = await bring(actor, place, name, content)
        except Refusal as no:
            assert not INTERNAL.search(no.reason) and max(no.reason) >= "\u4e00", (path, no.reason, content)
            assert no.field == "file" or outcomes[-1].faults, (path, no.reason)
        else:
            counted = isinstance(outcome, Import)
            taken = outcome.made + outcome.changed + outcome.same if counted else len(tables[0].rows)
            assert taken == len(tables[0].rows), (path, content)
            right += bool(taken)
    assert right > examples / 20


def _read_beside(monkeypatch: pytest.MonkeyPatch, tables: list[Table]) -> None:
    """The same reading without a process for each table, whose rows are remembered."""

    def noting(*asked: Any) -> Table:
        tables.append(read(*asked))
        return tables[-1]

    monkeypatch.setattr(reader, "read", noting)
    monkeypatch.setattr(reader, "_read_apart", noting)


@EXAMPLES
async def test_no_table_breaks_a_page(
    town: str,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    chance: Random,  # noqa: F811
    figure: Callable[[str], None],
    examples: int,
) -> None:
    place, draft = await a_place()
    _read_beside(monkeypatch, [])
    keeper, judge = await site.as_a("city_admin", place.city), Judge()
    pages = (
        (f"/lists/{draft.pk}/import", "file", "models/matters/importing.py"),
        (f"/workdays/{place.city.pk}", "table", "models/holidays.py"),
    )
    for _ in range(examples // 4):
        address, field, path = chance.choice(pages)
        name, content = made_table(chance, PLACES[path][1])
        data = {"try": chance.choice(("", "1")), "year": "2027", "source": "国办发明电"}
        answer = await keeper.post(address, data=data, files={field: (name, content)})
        judge.hear(answer, content)
    figure(f"{examples // 4} tables; {judge.told}")
    assert not judge.wrong, "\n\n".join(judge.wrong[:5])
    assert judge.statuses[422] and set(judge.statuses) <= {200, 303, 422}, judge.told


def many_matters(count: int) -> bytes:
    rows = (
        f"GK-{number},第 {number} 项,协助,《条例》第 {number} 条,报送数据,5,2.5,是\n"
        for number in range(count)
    )
    return (
        "编码,名称,类别,法律依据,可以要求的,时限（工作日）,估计工时（小时）,重大\n" + "".join(rows)
    ).encode()


def worst(size: int) -> dict[str, bytes]:
    kept = {
        name: (CASES / name).read_bytes() for name in ("c02_far_styled_cell.xlsx", "m05_last_row_styled.xlsx")
    }
    book, heads = a_book([["编码", "名称", "类别", "法律依据"]]), "编码,名称,类别,法律依据".encode()
    return kept | {
        "行.xlsx": with_rows(book, '<row s="0"/>' * 20_000 * size),
        "一行.csv": heads + b",x" * 200_000 * size,
        "一格.csv": heads + b"\n1," + b"x" * 500_000 * size,
        "错.csv": heads + b"\n" + b"!,,?,\n" * 6_000 * size,
        "多.csv": many_matters(100 * size),
    }


@pytest.mark.parametrize("size", [1, pytest.param(10, marks=pytest.mark.nightly)])
async def test_nobody_is_kept_waiting_while_the_worst_tables_are_brought_in(
    town: str, site: Site, figure: Callable[[str], None], size: int
) -> None:
    initials("村")  # as a server does before it answers anybody
    place, draft = await a_place()
    keeper = await site.as_a("list_keeper", place.city)
    await keeper.get(f"/lists/{draft.pk}")
    with beating() as heart:
        for name, content in worst(size).items():
            for trying in ("1", "") if name == "多.csv" else ("1",):
                heart.doing = name
                data, sent = {"try": trying}, {"file": (name, content)}
                answer = await keeper.post(f"/lists/{draft.pk}/import", data=data, files=sent)
                assert answer.status_code in (200, 303, 422), name
    figure(f"longest stillness {heart.longest * 1000:.0f} ms")
    assert heart.stilled == []
