"""The lists of the filing dossier say what the records, commands and logs really hold."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from models import compliance
from models.compliance.dossier import commands
from models.compliance.forbidden import ALLOWED
from models.compliance.inventory import NOT_SAID, READ_BY, _tables

pytestmark = pytest.mark.anyio


def rows_of(content: bytes) -> list[tuple[str, ...]]:
    sheet = load_workbook(io.BytesIO(content), read_only=True).active
    return [tuple(str(cell or "") for cell in row) for row in sheet.iter_rows(values_only=True)]


async def test_the_data_list_holds_every_column_with_its_meaning_and_who_reads_it(town: str) -> None:
    head, *rows = rows_of(compliance.data_list())
    assert head[:6] == ("类别", "表", "内容", "栏", "含义", "个人信息")
    told = {(row[1], row[3]): row for row in rows}
    columns = {(t.name, c.name) for tables in compliance.held().values() for t in tables for c in t.columns}
    assert set(told) == columns and len(rows) == len(columns)
    assert told["person", "phone"][4:7] == ("电话", "是", "在办理经过里单独存放，可依法删除")
    assert told["account", "password_hash"][6:] == ("不写入办理经过", "没有人")
    assert told["task", "title"][5:7] == ("否", "")
    assert all(row[7] for row in rows)


async def test_every_table_and_column_is_told_in_words_and_none_that_is_gone(town: str) -> None:
    tables = [table for held in compliance.held().values() for table in held]
    assert [f"{one.name}.{c.name}" for one in tables for c in one.columns if c.meaning == NOT_SAID] == []
    assert [one.name for one in tables if one.read_by == READ_BY] == [], "nobody said who reads it"
    assert set(_tables()) <= {table.name for table in tables}


async def test_the_function_list_holds_every_command_with_who_may_and_what_is_remembered(town: str) -> None:
    _, *rows = rows_of(compliance.function_list())
    told = {row[1]: row for row in rows}
    assert set(told) == {one.name for one in commands()} and len(told) > 100
    assert told["tasks.urge"][0] == "催办" and told["tasks.urge"][2]
    assert "new" in told["accounts.change_password"][6] and not told["accounts.change_password"][4]
    assert "电话（phone）" in told["people.enrol"][5]


@pytest.mark.parametrize(
    ("command", "called"),
    [
        ("tasks.accept", "意见或说明（note）"),
        ("tasks.approve", "意见或说明（note）"),
        ("matters.look_at_basis", "查阅的说明（note）"),
        ("bidding.score_bid", "评分（百分制）（points）"),
        ("evaluation.change_scheme", "计分（points）"),
        ("intake.submit", "事项编码（matter_code）"),
        ("tasks.amend_request", "事项编码（matter_code）"),
        ("matters.give_opinion", "事项（matter_code）"),
    ],
)
async def test_what_a_command_is_told_is_called_as_where_it_is_kept(
    town: str, command: str, called: str
) -> None:
    [own] = [row for row in rows_of(compliance.function_list()) if row[1] == command]
    assert called in "、".join(own[4:7]).split("、")


BETRAYING = {
    "在线时长": (
        "online_time",
        "onlineMinutes",
        "time_spent",
        "session_seconds",
        "heartbeat_at",
        "dwell_seconds",
        "screen_time",
        "session_started_at",
    ),
    "登录次数和最近登录": (
        "login_count",
        "loginCount",
        "logins",
        "last_seen",
        "lastLoginAt",
        "last_access_at",
        "last_opened_at",
        "last_action_at",
        "active_at",
        "signin_count",
        "sign_in_count",
        "logon_count",
    ),
    "打卡签到": ("checkin", "check_in_at", "clock_in", "clockIns", "attendance_days"),
    "活跃度、安装率和使用率": (
        "dau",
        "dailyActive",
        "install_count",
        "usage",
        "page_views",
        "click_count",
        "visit_count",
        "open_count",
        "app_opens",
        "use_count",
        "page_hits",
    ),
    "谁看过、谁没看": (
        "read_at",
        "readReceipts",
        "seen_by",
        "is_read",
        "has_read",
        "viewed_on",
        "view_counts",
        "unread_days",
        "unread_count",
        "read_status",
        "response_rank",
        "reply_minutes",
    ),
    "点赞、转发和学习时长": ("likes", "like_count", "forwards", "study_hours"),
    "会议、照片和材料的数量得分": (
        "photo_points",
        "meetingsScore",
        "photo_count",
        "meetings_count",
        "meetings_held",
    ),
    "行动轨迹和定位": (
        "latitude",
        "gps_track",
        "location_trace",
        "geoHash",
        "location",
        "altitude",
        "geofence",
    ),
    "人脸、指纹等生物特征": ("face", "face_image", "fingerprint"),
    "村民的名册和到人的台账": ("roster", "name_list", "villager_names", "household_register", "home_address"),
    "身份证、银行卡和护照号码": ("id_card", "identity_card", "identityNumber", "bank_card"),
    "设备编号和网络地址": (
        "device_id",
        "imei",
        "user_agent",
        "ip_address",
        "client_ip",
        "wechat_id",
        "phone_model",
        "push_token",
        "remote_addr",
    ),
    "广告和跟踪": ("ad_id", "advert", "trackingId"),
}


@pytest.mark.parametrize("ban", compliance.BANS, ids=lambda ban: ban.what)
def test_each_ban_recognises_the_names_that_would_betray_it_and_says_its_rule(ban: compliance.Ban) -> None:
    for name in BETRAYING[ban.what]:
        assert compliance.ban_of(name) == ban, name
    assert "《" in ban.rule


def test_lawful_names_built_like_forbidden_ones_are_listed_one_by_one_with_what_they_hold() -> None:
    for name, holds in ALLOWED.items():
        assert compliance.ban_of(name) is None and len(holds) > 5
        assert any(ban.betrayed_by.search(name) for ban in compliance.BANS), f"{name} needs no leave"
        assert compliance.ban_of(f"last_{name}") is not None


@pytest.mark.parametrize(
    "name",
    [
        "surface",
        "platform",
        "relation",
        "added_at",
        "title",
        "place",
        "device",
        "reader",
        "signed_at",
        "phone",
    ],
)
def test_ordinary_names_are_left_alone(name: str) -> None:
    assert compliance.ban_of(name) is None
