"""The people of the demo: who holds which post, and how they sign in."""

from __future__ import annotations

from dataclasses import dataclass

from models import accounts, people
from models.accounts import Account
from models.accounts.passwords import is_right, shared_hashes
from models.base.clock import today
from models.base.viewer import TOWN_CLOCK, Viewer
from models.people import Post
from models.people.roles import ROLES
from models.units import Unit, add

DEMO_PASSWORD = "xingcun-demo"  # noqa: S105  # meant to be read, in the README and on the terminal
TOWNSHIP, COUNTY, CITY = "330624004", "330624", "3306"
MEIZHU, TANG = "330624004214", "330624004204"

DEPARTMENTS = {
    "nongye": "新昌县农业农村局",
    "minzheng": "新昌县民政局",
    "yingji": "新昌县应急管理局",
    "huanbao": "绍兴市生态环境局新昌分局",
    "tongji": "新昌县统计局",
    "zhifaju": "新昌县综合行政执法局",
}
OFFICES = {"zhifadui": "综合行政执法队", "nongban": "农业农村办公室", "shehui": "社会事务办公室"}
GRIDS = {MEIZHU: "梅渚村第一网格", TANG: "棠村第一网格"}


@dataclass(frozen=True)
class Part:
    """One person of the demo with a post and a name to sign in with."""

    username: str
    name: str
    role: str
    place: str
    """A unit's code, or the key of a department or office above."""
    title: str = ""
    duties: tuple[str, ...] = ()


PARTS = (
    Part("admin", "陈国强", "city_admin", CITY, "市系统管理员"),
    Part("qingdan1", "沈丽萍", "list_keeper", CITY, "市委组织部清单管理员"),
    Part("qingdan2", "周建华", "list_keeper", CITY, "市委组织部清单管理员"),
    Part("xianqingdan", "竺美芳", "list_keeper", COUNTY, "县委组织部减负专班"),
    Part("kanban", "吴晓燕", "observer", COUNTY, "县减负看板观察员"),
    Part("jijian", "郑志明", "supervisor", COUNTY, "县纪委监督员"),
    Part("nongye", "王海燕", "department_officer", "nongye"),
    Part("minzheng", "李卫东", "department_officer", "minzheng"),
    Part("yingji", "赵永刚", "department_officer", "yingji"),
    Part("huanbao", "孙雪梅", "department_officer", "huanbao"),
    Part("tongji", "钱文斌", "department_officer", "tongji"),
    Part("zhifaju", "韩冰", "department_officer", "zhifaju"),
    Part("tongchou", "杨丽君", "coordinator", TOWNSHIP),
    Part("fenguan", "徐伟民", "leader", TOWNSHIP, "街道党工委副书记"),
    Part("fenguan2", "朱建平", "leader", TOWNSHIP, "街道办事处副主任", ("MZ", "WJ")),
    Part("zhuyao", "何志远", "head", TOWNSHIP, "街道党工委书记"),
    Part("zhifadui", "高峰", "office", "zhifadui"),
    Part("nongban", "林小芳", "office", "nongban"),
    Part("shehui", "罗敏", "office", "shehui"),
    Part("meizhu", "吕金木", "secretary", MEIZHU),
    Part("meizhu2", "吕秀英", "cadre", MEIZHU),
    Part("meizhugrid", "章国平", "grid_worker", MEIZHU + "-G01"),
    Part("lianxi", "俞晓峰", "liaison", MEIZHU),
    Part("diyi", "潘宇", "first_secretary", TANG),
    Part("tang", "石德法", "secretary", TANG),
    Part("tang2", "石美娟", "cadre", TANG),
    Part("cunjian", "吕永才", "supervisor", MEIZHU, "村务监督委员会主任"),
)
SURNAMES = "吕石章俞潘梁丁杨王陈张徐何朱盛黄董求竹袁"
GIVEN = (
    "国良",
    "建军",
    "志强",
    "小平",
    "永祥",
    "海江",
    "伯明",
    "秋萍",
    "月娥",
    "文君",
    "立新",
    "炳炎",
    "春华",
    "雪琴",
)


async def settle_places() -> dict[str, Unit]:
    """Departments, offices and grids of the demo beside the official tree; returns every place by its key."""
    county, township = await Unit.get(code=COUNTY), await Unit.get(code=TOWNSHIP)
    places = {code: await Unit.get(code=code) for code in (CITY, COUNTY, TOWNSHIP, MEIZHU, TANG)}
    for key, name in DEPARTMENTS.items():
        places[key] = await add(TOWN_CLOCK, county, name=name, level="department", kind="bureau")
    for key, name in OFFICES.items():
        places[key] = await add(TOWN_CLOCK, township, name=name, level="department", kind="office")
    for village, name in GRIDS.items():
        grid = await add(TOWN_CLOCK, places[village], name=name, level="grid")
        places[grid.code] = grid
    return places


async def settle_people(places: dict[str, Unit]) -> dict[str, Viewer]:
    """Everybody with an account, and a secretary for each other village; returns viewers by user name or code."""
    with shared_hashes():
        viewers = {part.username: await _settle(part, places[part.place]) for part in PARTS}
    villages = await Unit.filter(path__startswith=places[TOWNSHIP].path, level="village").order_by("path")
    for number, village in enumerate(villages):
        if village.code not in GRIDS:
            viewers[village.code] = await _secretary(village, number)
    here = {MEIZHU: "meizhu", TANG: "tang", f"{MEIZHU}-G01": "meizhugrid"}
    return viewers | {code: viewers[username] for code, username in here.items()}


async def _settle(part: Part, place: Unit) -> Viewer:
    post = await people.enrol(
        TOWN_CLOCK,
        place,
        name=part.name,
        phone=_phone(part.username),
        role=part.role,
        title=part.title,
        duties=list(part.duties),
    )
    account = await accounts.open_account(
        TOWN_CLOCK, post, username=part.username, password=f"first-{DEMO_PASSWORD}"
    )
    viewer = await accounts.viewer_of_account(account)
    await accounts.change_password(viewer, account, current=f"first-{DEMO_PASSWORD}", new=DEMO_PASSWORD)
    return viewer


async def _secretary(village: Unit, number: int) -> Viewer:
    name = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
    post = await people.enrol(TOWN_CLOCK, village, name=name, phone=_phone(village.code), role="secretary")
    return await viewer_of(post)


async def viewer_of(post: Post) -> Viewer:
    """A person as they act in one post, for those without an account."""
    await post.fetch_related("unit", "person")
    return Viewer(post.person.pk, None, post.person.name, (post.hat(),))


def _phone(key: str) -> str:
    """A number of a prefix that is not given out."""
    return f"1990000{sum(key.encode()) % 10_000:04d}"


async def demo_accounts() -> list[dict[str, str]]:
    """Sign-in name, password, role and unit of each demo account; empty unless this is a demo database."""
    found = {
        a.username: a for a in await Account.filter(username__in=[p.username for p in PARTS], ended_at=None)
    }
    admin = found.get("admin")
    if admin is None or not await is_right(DEMO_PASSWORD, admin.password_hash):
        return []
    rows = []
    for part in PARTS:
        if part.username in found:
            post = await Post.filter(person_id=found[part.username].person_id).select_related("unit").first()
            rows.append(_told(part, post.unit.name if post and post.holds_on(today()) else ""))
    return rows


def _told(part: Part, unit: str) -> dict[str, str]:
    return {
        "username": part.username,
        "password": DEMO_PASSWORD,
        "role": part.role,
        "role_name": part.title or ROLES[part.role],
        "name": part.name,
        "unit": unit,
    }
