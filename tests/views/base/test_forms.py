"""Forms read what the command declares, and a refusal loses nothing that was typed."""

from __future__ import annotations

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_origin

import pytest
from jinja2 import ChoiceLoader, DictLoader
from starlette.requests import Request
from starlette.routing import Route

import views
from models.base.commands import SECRET, Personal, Secret, command, rule
from models.base.optional_details import kind_of
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.files import Stored
from models.units import Unit
from tests.builders import a_town
from tests.models.base.test_days import COMMANDS
from views.base import pages
from views.base.bodies import takes_files
from views.base.forms import KEEPING, READERS, carry_out, shown_again
from views.base.pages import done, page

pytestmark = pytest.mark.anyio
told: dict[str, object] = {}


@rule("不是这里的人。")
def anybody(actor: Viewer, unit: Unit) -> bool:
    return actor.signed_in


@command(said="试一下", who=anybody)
async def note_down(
    actor: Viewer,
    unit: Unit,
    *,
    words: str,
    count: int,
    money: Decimal | None = None,
    on: date | None = None,
    urgent: bool = False,
    demands: list[str],
    units: list[Unit],
    pin: Secret[str] = "",
    contact: Personal[str] = "",
    files: list[Stored] = [],  # noqa: B006
) -> Unit:
    """A command with a detail of every kind."""
    if words == "no":
        raise Invalid("换个说法。", field="words")
    told.clear()
    told.update(words=words, count=count, money=money, on=on, urgent=urgent, demands=demands, files=files)
    told.update(units=[one.pk for one in units], pin=pin, contact=contact)
    return unit


FORM = """{% extends "base.html" %}{% import "base/forms.html" as f with context %}
{% block title %}记一笔{% endblock %}{% block main %}
{% call f.form("/look/note", files=true) %}
{{ f.text("words", "说明", hint="写清楚。", required=true) }}{{ f.field("count", "数量", required=true) }}
{{ f.date("on", "日期") }}{{ f.tick("urgent", "紧急") }}
{{ f.choices("demands", "要求", [("a", "报数据"), ("b", "上门")]) }}
{{ f.select("kind", "种类", [(1, "一"), (2, "二")]) }}
{{ f.field("pin", "口令", type="password") }}{{ f.file("files", "附件") }}{{ f.submit("提交") }}{% endcall %}
{% call f.form("/look/other") %}{{ f.text("words", "另一张表", value="原样") }}{% endcall %}
{% endblock %}"""


async def show(request: Request):
    return page(request, "note.html")


@takes_files
@shown_again(show)
async def post(request: Request):
    unit = await Unit.find(request.state.viewer, (await request.form())["unit"])
    await carry_out(request, note_down, unit)
    return done(request, at="/look/note", say="记下了。")


@pytest.fixture
async def browser(site, monkeypatch):
    loader = ChoiceLoader([pages.templates.loader, DictLoader({"note.html": FORM})])
    monkeypatch.setattr(pages.templates, "loader", loader)
    monkeypatch.setattr(note_down, "name", "units.note_down")
    routes = [Route("/look/note", show), Route("/look/note", post, methods=["POST"])]
    site.app.router.routes[:0] = routes
    town = await a_town()
    made = await site.as_a("secretary", town.village)
    made.town = town
    yield made
    del site.app.router.routes[:2]


def filled(town, **changed):
    return {
        "key": "k-1",
        "unit": str(town.village.pk),
        "words": " 三月五日 ",
        "count": "3",
        "demands": ["a", "b"],
        "units": [str(town.village.pk), str(town.second_village.pk)],
    } | changed


async def test_every_kind_of_detail_is_read(browser):
    town = browser.town
    data = filled(town, money="12.50", on="2026-03-05", urgent="1", pin=" s ", contact="138")
    answer = await browser.post("/look/note", data=data, files={"files": ("a.txt", "内容".encode())})
    assert answer.status_code == 303
    assert told["money"] == Decimal("12.50") and told["on"] == date(2026, 3, 5)
    assert told["urgent"] is True and told["demands"] == ["a", "b"] and told["count"] == 3
    assert told["units"] == [town.village.pk, town.second_village.pk]
    assert [file.name for file in told["files"]] == ["a.txt"]


async def test_what_is_not_said_is_left_to_the_command(browser):
    data = filled(browser.town, money="", on="")
    assert (await browser.post("/look/note", data=data)).status_code == 303
    assert told["money"] is None and told["on"] is None and told["urgent"] is False


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("count", "三", "请填写整数"),
        ("count", "9" * 30, "数值太大"),
        ("count", "", "请填写这一项"),
        ("money", "NaN", "请填写数字"),
        ("on", "2026-13-40", "日历上没有"),
        ("units", ["999999"], "请重新选择"),
        ("units", ["abc"], "请重新选择"),
    ],
)
async def test_what_cannot_be_read_is_refused_at_its_field(browser, field, value, sentence):
    answer = await browser.post("/look/note", data=filled(browser.town, **{field: value}))
    assert answer.status_code == 422
    assert re.search(rf'id="refusal"[^>]*><p><a href="#look-note-{field}">[^<]*{sentence}', answer.text)


async def test_a_refusal_keeps_what_was_typed(browser):
    data = filled(browser.town, words="no", count="<7>", on="2026-03-05", urgent="1", demands=["b"], kind="2")
    data |= {"pin": "geheim", "count": "7"}
    answer = await browser.post("/look/note", data=data)
    assert answer.status_code == 422
    page = answer.text
    assert "换个说法。" in re.search(r'id="refusal".*?</div>', page, re.S).group()
    assert re.search(r'id="look-note-words-wrong">换个说法。', page)
    assert re.search(r'<textarea id="look-note-words"[^>]*aria-invalid="true"[^>]*>\nno</textarea>', page)
    assert 'value="7"' in page and 'value="2026-03-05"' in page
    assert re.search(r'value="1" checked', page) and re.search(r'value="b" checked', page)
    assert not re.search(r'value="a" checked', page)
    assert '<option value="2" selected>' in page
    assert "geheim" not in page
    assert "请重新选择文件" in page
    assert page.count("原样</textarea>") == 1, "the other form on the page keeps its own value"


async def test_htmx_gets_the_sentence_alone(browser):
    answer = await browser.post(
        "/look/note", data=filled(browser.town, words="no"), headers={"hx-request": "true"}
    )
    assert answer.status_code == 422
    assert answer.headers["hx-retarget"] == "#refusal"
    assert "换个说法。" in answer.text and "<html" not in answer.text


async def test_a_form_posted_twice_counts_once_and_other_content_gets_a_fresh_key(browser):
    data = filled(browser.town)
    first, second = await browser.post("/look/note", data=data), await browser.post("/look/note", data=data)
    assert first.status_code == second.status_code == 303
    other = await browser.post("/look/note", data=data | {"words": "别的"}, headers={"hx-request": "true"})
    assert other.status_code == 422
    assert re.search(r'name="key" id="look-note-key" value="[^"]{20}" hx-swap-oob="true"', other.text)


async def test_a_form_without_a_key_is_refused(browser):
    data = filled(browser.town)
    del data["key"]
    answer = await browser.post("/look/note", data=data)
    assert answer.status_code == 422 and "提交编号" in answer.text


async def test_every_page_shows_another_key(browser):
    keys = re.findall(r'name="key"[^>]*value="([^"]+)"', (await browser.get("/look/note")).text)
    keys += re.findall(r'name="key"[^>]*value="([^"]+)"', (await browser.get("/look/note")).text)
    assert len(keys) == len(set(keys)) == 4


async def test_the_next_page_says_once_that_it_worked(browser):
    await browser.post("/look/note", data=filled(browser.town))
    first, second = await browser.get("/look/note"), await browser.get("/look/note")
    assert "记下了。" in first.text and first.headers["cache-control"] == "no-store"
    assert "记下了。" not in second.text


async def test_nobody_else_can_put_words_on_the_page(browser):
    browser.cookies.set("flash", "5oKo5Lit5aWW5LqG.0000")
    answer = await browser.get("/look/note")
    assert re.search(r'id="said" role="status"></p>', answer.text)


HOSTILE = (
    "\x00",
    "\ud800",
    "\u202e",
    "9" * 400,
    "٣٠٠",
    "1_000",
    "1e400",
    "-0",
    "0001-01-01",
    "9999-12-31T24:00",
    "²",
    "也许",
)


async def test_every_detail_of_every_command_that_a_page_sends_is_read_by_a_gate_or_refused() -> None:
    """Also what no page offers: a form is written by whoever sends it."""
    read = 0
    for name, one in COMMANDS.items():
        for detail, hint in one.details.items():
            kind = kind_of(hint).item if kind_of(hint).is_many else kind_of(hint).type
            if kind in READERS:
                read += 1
                for typed in HOSTILE:
                    try:
                        assert type(READERS[kind](typed)) is kind, (name, detail, typed)
                    except Invalid as no:
                        assert no.reason.endswith("。"), (name, detail, typed)
            else:
                of_files_and_rows = kind in KEEPING or (isinstance(kind, type) and issubclass(kind, Record))
                by_hand = get_origin(kind) is dict or SECRET in kind_of(hint).marks
                assert of_files_and_rows or by_hand, (name, detail)
    assert read > 250


NUMBERS_READ = {
    "surveys/answers.py": "one of the answers that the page offers",
    "tasks/assignments.py": "the place of a figure in the lists that the page itself made",
    "accounts.py": "one of the person's own posts",
    "burden/askers.py": "a mark that the page itself made",
    "bidding/board.py": "numbers of rows",
    "base/budget.py": "an address on the network",
    "burden/dashboard.py": "a number that the city set",
    "terminal/cli.py": "how a task at the terminal ended",
    "terminal/clock.py": "how far a clock is off",
    "base/words.py": "how long something is ago",
    "base/middleware.py": "the length that a request announces of itself",
}
"""Who makes numbers of texts beside the gate, and of which."""


def test_no_page_reads_a_number_beside_the_gate() -> None:
    found = set()
    root = Path(views.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_call = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"int", "float", "Decimal"}
            )
            if is_call and not isinstance(
                node.args[0], ast.Attribute | ast.Subscript | ast.BinOp | ast.BoolOp
            ):
                found.add(str(path.relative_to(root)))
    assert found <= set(NUMBERS_READ), found - set(NUMBERS_READ)
