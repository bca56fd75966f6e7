"""The documents of clients, asked of a served demo: each tells what it is written for, by one of those who would ask it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from models.demo.cast import COUNTY, MEIZHU, TOWNSHIP

DOCUMENTS = (Path(__file__).parent / "documents.graphql").read_text("utf-8")
OPERATION = re.compile(r"^(?:query|mutation) (\w+).*?^}\n", re.M | re.S)
PATIENCE = 60
Said = dict[str, Any]


class Client:
    """One account's program: a token and an address."""

    def __init__(self, address: str, token: str) -> None:
        self.to, self.head = f"{address}/graphql", {"Authorization": f"Bearer {token}"}

    def ask(self, name: str, **variables: Any) -> Any:
        """The data of one document; an error, or a cost beyond the limit, fails."""
        asked = {"query": document(name), "variables": variables, "operationName": name}
        answer = httpx.post(self.to, json=asked, headers=self.head, timeout=PATIENCE, trust_env=False).json()
        assert "errors" not in answer, (name, answer["errors"])
        return answer["data"]


def document(name: str) -> str:
    return next(found.group(0) for found in OPERATION.finditer(DOCUMENTS) if found.group(1) == name)


def names() -> list[str]:
    return [found.group(1) for found in OPERATION.finditer(DOCUMENTS)]


def ask_everything(client_of: Callable[[str], Client], today: date) -> set[str]:
    """Every document by whoever would ask it; returns which were asked."""
    year = {"range": {"since": str(today - timedelta(days=365)), "until": str(today)}}
    watcher, department, desk = client_of("kanban"), client_of("nongye"), client_of("tongchou")
    _burden(watcher.ask("BurdenOfCounty", county=COUNTY, over=year))
    told = watcher.ask("Burden", within={"code": COUNTY}, since=year["range"]["since"], until=str(today))
    assert told["burden"]["figures"]["tasks"] > 0 and told["burden"]["figures"]["load"]["perVillage"] > 0
    _wall(client_of("qingdan1"), today)
    _index(client_of("meizhu"), today)
    _open_tasks(desk.ask("OpenTasks", within={"code": TOWNSHIP}, until=str(today + timedelta(days=400))))
    _projects(desk.ask("OpenAndLate"))
    _own_request(department, today)
    return set(names())


def _burden(told: Said) -> None:
    rows = told["byVillage"]["nodes"]
    assert rows and all(len(one["periodKey"]) == 7 and one["sent"] > 0 for one in rows)
    (township, *_) = [one for one in told["byTownship"]["nodes"] if one["sent"]]
    assert township["villages"] > 0 and township["perVillage"] > 0
    # The same copies counted in two ways: by village and month, and by township.
    assert sum(one["sent"] for one in rows) == sum(one["sent"] for one in told["byTownship"]["nodes"])
    assert {one["verdict"] for one in told["rejections"]["nodes"]} & {"ADMITTED", "ANSWERED", "NOT_LISTED"}


def _months(today: date) -> list[str]:
    """This month and those before it, the newest first."""
    first = [today.replace(day=1)]
    for _ in range(4):
        first.append((first[-1] - timedelta(days=1)).replace(day=1))
    return [f"{one:%Y-%m}" for one in first]


def _wall(client: Client, today: date) -> None:
    boards = [client.ask("Wall", area=TOWNSHIP, period=month)["board"] for month in _months(today)]
    shown = [board for board in boards if board is not None and board["places"]["nodes"]]
    assert shown, "some month has a board with places"
    for board in shown:
        places = board["places"]["nodes"]
        assert board["modeLabel"] and [one["rank"] for one in places] == sorted(one["rank"] for one in places)
        assert all(1 <= one["rank"] <= one["among"] and one["unit"]["parent"] for one in places)
    then = {one["unit"]["code"]: one["rank"] for one in shown[-1]["places"]["nodes"]} if shown[1:] else {}
    now = (
        {one["unit"]["code"]: one["previousRank"] for one in shown[-2]["places"]["nodes"]}
        if shown[1:]
        else {}
    )
    assert all(rank in (None, then.get(code)) for code, rank in now.items())


def _index(client: Client, today: date) -> None:
    told = [client.ask("IndexOf", unit=MEIZHU, period=month)["unit"] for month in _months(today)]
    found = [one for unit in told for one in unit["indices"]["nodes"]]
    assert found and all(len(unit["indices"]["nodes"]) <= 1 for unit in told)
    assert any(one["contributions"] for one in found)


def _open_tasks(told: Said) -> None:
    rows = told["tasks"]["nodes"]
    assert rows and all(one["state"] == "DISPATCHED" and one["matter"]["code"] for one in rows)
    assert {one["township"]["code"] for one in rows} == {TOWNSHIP}


def _projects(told: Said) -> None:
    rows = told["projects"]["nodes"]
    closing = [one["closesAt"] for one in rows]
    assert rows and closing == sorted(closing) and all(one["lateDays"] >= 0 for one in rows)
    assert any(one["awards"]["nodes"] for one in rows)


def _own_request(client: Client, today: date) -> None:
    """Submitted, and once more by the same key; and what became of those of before."""
    given = {
        "idempotencyKey": "wall-2026-1",
        "department": {"code": f"{COUNTY}-B01"},
        "units": [{"code": MEIZHU}],
        "title": "秸秆禁烧巡查",
        "body": "请各村巡查。",
        "matterCode": "XZ-NY-01",
        "demands": ["patrol"],
        "dueOn": str(today + timedelta(days=40)),
    }
    first, again = (client.ask("Submit", input=given)["submitRequest"] for _ in range(2))
    assert first["refusals"] == again["refusals"] == []
    assert not first["isReplay"] and again["isReplay"] and first["batch"] == again["batch"]
    (made,) = first["batch"]["requests"]["nodes"]
    assert made["screenings"]["nodes"][0]["sentence"]
    assert client.ask("AnswersOf", id=made["id"])["workRequest"]["answers"]["nodes"] == []
    own = client.ask("OwnRequests", department=given["department"]["code"])["workRequests"]["nodes"]
    assert made["id"] == own[0]["id"] and own == sorted(own, key=lambda one: one["createdAt"], reverse=True)
    _answers([client.ask("AnswersOf", id=one["id"])["workRequest"] for one in own if _is_answered(one)])


def _is_answered(one: Said) -> bool:
    return bool(one["answers"]["totalCount"]["count"])


def _answers(told: list[Said]) -> None:
    rows = [answer for one in told for answer in one["answers"]["nodes"]]
    said = [report for answer in rows for report in answer["reports"]["nodes"]]
    assert said and all(one["words"] for one in said), "villages have answered"
    for one in told:
        count = one["answers"]["totalCount"]["count"]
        assert (
            one["accepted"]["totalCount"]["count"] <= count and one["overdue"]["totalCount"]["count"] <= count
        )
        assert one["tasks"]["nodes"][0]["summaryUrl"].endswith("/summary.xlsx")
