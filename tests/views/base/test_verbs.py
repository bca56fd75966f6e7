"""Forms of one command on one row are made in one place, whoever writes the next page."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.sources import ROOT

VIEWS = sorted((ROOT / "views").rglob("*.py"))


def made_by_hand(source: str) -> Iterator[str]:
    """Views that find one row, carry out one command on it with what was typed, say a fixed word and go on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef) and _does_three_things(
            [one for one in node.body if not _is_a_sentence(one)]
        ):
            yield node.name


def _is_a_sentence(one: ast.stmt) -> bool:
    return isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)


def _does_three_things(body: list[ast.stmt]) -> bool:
    match body:
        case [
            ast.Assign(targets=[ast.Name(id=row)], value=ast.Await()),
            ast.Expr(
                value=ast.Await(
                    value=ast.Call(
                        func=ast.Name(id="carry_out"), args=[_, _, ast.Name(id=subject)], keywords=[]
                    )
                )
            ),
            ast.Return(value=ast.Call(func=ast.Name(id="done"), keywords=told)),
        ]:
            said = next((one.value for one in told if one.arg == "say"), None)
            return row == subject and isinstance(said, ast.Constant)
    return False


def test_no_page_makes_such_a_form_by_hand() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in VIEWS
        if (names := list(made_by_hand(path.read_text("utf-8"))))
    }
    assert found == {}


def test_the_check_of_forms_can_fail() -> None:
    by_hand = (
        "async def drop(request):\n    task = await Task.find(request.state.viewer, 1)\n"
        "    await carry_out(request, tasks.drop, task)\n    return done(request, at='/tasks', say='已作废。')\n"
    )
    assert list(made_by_hand(by_hand)) == ["drop"]
    assert list(made_by_hand(by_hand.replace(", task)", ", task, key=1)"))) == []
