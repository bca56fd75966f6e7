"""Every page, connection, export, stream and cursor that shows a place or a score, found in the code and laid over each other.

What one stranger finds named anywhere leaves three of each township's group unnamed.
"""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections import defaultdict
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from tortoise.transactions import in_transaction

from models import CONCEPTS, points, rankings
from models.base.clock import now, today
from models.base.events import Event, Mention
from models.base.records import Record
from models.base.viewer import Viewer
from models.compliance.dossier import commands
from models.people import Post
from models.points import Commendation
from models.points.commendations import may_be_told
from models.policies import set_policy
from models.rankings.placement import LEFT_UNNAMED
from models.schemes import Period, VillageIndex
from models.schemes.board_version import moved
from models.units import Unit
from schema.base.nodes import RECORDS, read_global_id
from tests.builders import Town, a_viewer
from tests.leaks.walking import DOOR, ROOTS, connections, node_type, nodes_in, selections
from tests.models.evaluation.test_index import a_city
from tests.schema.toys import ask
from tests.views.conftest import Site, site  # noqa: F401 - the fixture
from views.application import ROUTES

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
OF_PLACES = ("models.schemes", "models.points", "models.evaluation", "models.rankings")
MOST_ADDRESSES = 120
NUMBERS = range(1, 5)
"""Of the rows that addresses name: the first of each kind."""
STREAMS = ("/rankings/live", "/board/live")
"""They say only that something changed, which their own tests hold them to."""
LINK = re.compile(r'(?:href|action|data-live)="([^"#]+)')


def way_to_a_village(record: type[Record], steps: int = 2) -> str:
    """Through which relations a record names the village it is about; nothing where it names none."""
    fields = record._meta.fields_map
    if "unit" in record._meta.fk_fields:
        return "unit_id"
    for name in sorted(record._meta.fk_fields) if steps else ():
        further: Any = fields[name]
        if further.related_model.__module__.startswith(OF_PLACES):
            found = way_to_a_village(further.related_model, steps - 1)
            if found:
                return f"{name}__{found}"
    return ""


def records_of_places() -> dict[type[Record], str]:
    """Every record of the evaluation and the boards that is about a village, with the way to it."""
    for concept in CONCEPTS:
        import_module(concept)
    told = [one for one in Record.__subclasses__() if one.__module__.startswith(OF_PLACES)]
    return {one: way for one in told if (way := way_to_a_village(one))}


def roots_of_places() -> list[str]:
    """Connections at the root of GraphQL below which such a record is met."""
    named = {name for name, record in RECORDS.items() if record in records_of_places()}
    found = []
    for root in connections():
        node = node_type(ROOTS[root])
        met = {node.name} | {re.sub(r"\W|Connection$", "", str(field.type)) for field in node.fields.values()}
        if met & named:
            found.append(root)
    return found


def modules_of_places() -> set[str]:
    """The views whose code reads the evaluation or the boards."""
    found = set()
    for path in (ROOT / "views").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{one.name}" for one in node.names} | {node.module}
                if any(name.startswith(OF_PLACES) for name in names):
                    found.add(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return found


def routes_of_places() -> dict[str, Any]:
    """Every address of those views that is read, by its path."""
    modules = modules_of_places()
    read = (one for one in ROUTES if "GET" in (getattr(one, "methods", None) or ["GET"]))
    return {one.path: one for one in read if _written_in(one) in modules}


def _written_in(route: Any) -> str:
    return str(getattr(getattr(route, "endpoint", None), "__module__", ""))


async def test_the_lists_are_not_empty_and_hold_what_everybody_knows_of(town: str) -> None:
    records = {one.__name__ for one in records_of_places()}
    assert {
        "Placing",
        "VillageIndex",
        "Tally",
        "PersonScore",
        "PointEntry",
        "Commendation",
        "Commended",
    } <= records
    assert {"rankings", "villageIndices", "pointEntries", "commendations", "boards"} <= {
        *roots_of_places(),
        "boards",
    }
    routes = set(routes_of_places())
    assert {"/rankings", "/rankings/table.xlsx", "/points"} <= routes
    assert {path for path in routes if path.endswith("/live")} == set(STREAMS)


async def a_praised_city() -> tuple[Town, Viewer]:
    """Fifteen villages in two townships, every mode at its widest, and praise for whoever comes."""
    town = await a_city(12, seed=5)
    admin = await a_viewer("city_admin", town.city)
    for name in ("board_villages", "board_persons"):
        await set_policy(admin, town.city, name=name, value=3, reason="试行", from_on=today())
    await rankings.keep_up()
    for number, unit in enumerate(await Unit.filter(level="village").order_by("name")):
        if number % 2:
            made = await Commendation.create(
                unit=unit, subject_type="Award", subject_id=unit.pk, title="事", story="办得好，大家满意。",
                by_id=admin.post_id, by_label="市", made_at=now(), told=await may_be_told(unit),
            )  # fmt: skip
            await _note(made, admin)
    async with in_transaction():
        await moved()
    await rankings.keep_up()
    return town, await a_viewer("observer", town.county)


async def _note(made: Commendation, by: Viewer) -> None:
    """The event that the command would have written."""
    event = await Event.create(
        at=now(), actor_post_id=by.post_id, actor_label="市", command=points.praise_delivery.name,
        subject_type="Award", subject_id=made.subject_id, unit_path=made.trail_path(),
        details="{}", changes="{}", outcome=made.ref,
    )  # fmt: skip
    await Mention.create(event=event, subject_type="Commendation", subject_id=made.pk)


def commands_that_name() -> set[str]:
    """Commands that make what is about a village and not told to everybody of its area."""
    made = (get_type_hints(one.act).get("return") for one in commands())
    pairs = zip(commands(), made, strict=True)
    return {
        one.name for one, record in pairs if record in records_of_places() and "told" in record._meta.fields
    }


async def named_by_the_trail(viewer: Viewer) -> set[int]:
    """The villages that the trail's entries of such commands lie in, page by page."""
    paths = dict(await Unit.filter(level="village").values_list("path", "id"))
    rows = await _all_pages(viewer, "events", "__typename id command unitPath", "")
    return {paths[one["unitPath"]] for one in rows if one["command"] in commands_that_name()}


async def named_by_graphql(viewer: Viewer, town: Town) -> set[int]:
    """The villages that any row met below any root names, each connection page by page."""
    ways, met = records_of_places(), defaultdict[type[Record], set[int]](set)
    asked = [""] + [
        f', filter: {{area: {{code: "{area.code}"}}, period: "{period.key}", audience: {audience.upper()}}}'
        for area in (town.city, town.county, town.township, town.other_township)
        for period in await Period.all()
        for audience in rankings.AUDIENCES
    ]
    for root in roots_of_places():
        for nth, wanted in enumerate(selections(node_type(ROOTS[root]))):
            for more in asked if root == "rankings" and not nth else asked[:1]:
                for node in await _all_pages(viewer, root, wanted, more):
                    record, key = RECORDS.get(node["__typename"]), read_global_id(node["id"])
                    if record in ways and key is not None:
                        met[record].add(key[1])
    found: set[int] = set()
    for record, numbers in met.items():
        rows = record.filter(id__in=sorted(numbers)).values_list(ways[record], flat=True)
        found |= {int(str(one)) for one in await rows}
    return found


async def _all_pages(viewer: Viewer, root: str, wanted: str, more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        query = (
            f"{{ {root}(first: 6{after}{more}) {{ pageInfo {{ hasNextPage endCursor }} "
            f"edges {{ node {{ {wanted} }} }} }} }}"
        )
        answer = await ask(DOOR, viewer, query)
        assert "errors" not in answer, (root, answer["errors"])
        told = answer["data"][root]
        found += nodes_in(told)
        if not told["pageInfo"]["hasNextPage"]:
            return found
        after = f', after: "{told["pageInfo"]["endCursor"]}"'


async def named_by_pages(browser: Any) -> tuple[set[str], set[str]]:
    """The villages that any page or table names, followed link by link from every address, and the routes that answered."""
    routes = routes_of_places()
    names = dict(await Unit.filter(level="village").values_list("name", "id"))
    waiting = [
        re.sub(r"\{[^}]*\}", str(n), path)
        for path in routes
        for n in (NUMBERS if "{" in path else (1,))
        if path not in STREAMS
    ]
    seen, reached, found = set(waiting), set(), set()
    for address in waiting:
        route = next((p for p, one in routes.items() if one.path_regex.match(address.partition("?")[0])), "")
        if not route:
            continue
        answer = await browser.get(address)
        if answer.status_code != 200:
            continue
        reached.add(route)
        text = _text_of(answer)
        found |= {name for name in names if name in text}
        for link in LINK.findall(text):
            to = unescape(link)
            to = f"{address.partition('?')[0]}{to}" if to.startswith("?") else to
            further = to.startswith("/") and not to.startswith(STREAMS)
            if further and to not in seen and len(seen) < MOST_ADDRESSES:
                seen.add(to)
                waiting.append(to)
    return found, reached


def _text_of(answer: Any) -> str:
    """What a page says, or every part of a table."""
    if answer.content[:2] != b"PK":
        return str(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as table:
        return "".join(table.read(name).decode("utf-8", "replace") for name in table.namelist())


async def groups_of_townships() -> list[set[int]]:
    found = defaultdict(set)
    for one in await VillageIndex.exclude(exact="").select_related("unit"):
        found[one.period_id, one.unit.parent_id, one.group_id].add(one.unit_id)
    return list(found.values())


async def test_whatever_a_stranger_opens_anywhere_leaves_three_of_each_group_unnamed(site: Site) -> None:  # noqa: F811
    town, stranger = await a_praised_city()
    graphql = await named_by_graphql(stranger, town)
    browser = await site.signed_in(await Post.get(pk=stranger.post_id))
    names, reached = await named_by_pages(browser)
    pages = {int(str(one)) for one in await Unit.filter(name__in=names).values_list("id", flat=True)}
    trail = await named_by_the_trail(stranger)
    assert trail and commands_that_name(), "the trail tells of praise that everybody reads"
    told = graphql | pages | trail
    assert graphql and pages, "both doors name somebody"
    assert {"/rankings", "/rankings/table.xlsx", "/rankings/method"} <= reached
    for cell in await groups_of_townships():
        assert not told & cell or len(cell - told) >= LEFT_UNNAMED, (len(cell), len(cell & told))
