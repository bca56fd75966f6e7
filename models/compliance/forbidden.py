"""What must never be collected, the rule behind each ban, and the names that would betray it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ban:
    """One kind of data that is not collected, why, and how a column for it would be called."""

    what: str
    instead: str
    rule: str
    betrayed_by: re.Pattern[str]


@dataclass(frozen=True)
class Found:
    """A name that betrays data of a forbidden kind."""

    name: str
    ban: Ban


def _words(*patterns: str) -> re.Pattern[str]:
    """Whole words of a name, which are set apart by underscores: "face" is not in "surface"."""
    return re.compile(rf"(?:^|_)(?:{'|'.join(patterns)})(?:_|$)")


COUNTED = "(?:counts?|number|total|times|days|hours|minutes|seconds|duration)"
"""How a name ends that counts or measures something."""
WHEN = "(?:at|on|by)"
HOW = f"(?:{COUNTED}|{WHEN})"

OPINION = "《关于防治“指尖上的形式主义”的若干意见》（2023年12月18日）"
RULES = "国办函〔2026〕12号《管理办法》（2026年1月25日）"
BURDEN = "《整治形式主义为基层减负若干规定》（2024年8月6日）"
PRIVACY = "《个人信息保护法》第六条：只收集办事必需的最少信息"

BANS = (
    Ban(
        "在线时长",
        "不计时。干得怎么样看办成的事。",
        f"{RULES}：不得统计在线时长；{OPINION}",
        _words(
            "online",
            "time_spent",
            "heartbeats?",
            f"dwell(?:_time|_{COUNTED})?",
            "screen_time",
            "session_(?:started|began|begun|ended)",
            "(?:usage|stay|active|session)_time",
            f"(?:active|online|session)s?_{COUNTED}",
        ),
    ),
    Ban(
        "登录次数和最近登录",
        "不计数。本人可以看自己登录着的设备，别人都看不到。",
        f"{RULES}：不得强制定期登录；{OPINION}",
        _words(
            "logins?",
            "logons?",
            f"(?:log|sign)(?:ged|ed)?_?(?:in|on)s?_{HOW}",
            "last_(?:seen|log_?in|log_?on|sign_?in|signed_in|active|used|visit(?:ed)?|access(?:ed)?|open(?:ed)?|viewed|read|action|online)",
            f"active_{WHEN}",
        ),
    ),
    Ban(
        "打卡签到",
        "没有打卡。开会签到是会议程序，只属于那一次会议。",
        f"{RULES}：不得设置打卡签到等强制功能；{OPINION}",
        _words(
            "check_?ins?", "clock_?(?:in|out)s?", "punch(?:es)?", "streaks?", f"attend(?:ance|ed)s?_{COUNTED}"
        ),
    ),
    Ban(
        "活跃度、安装率和使用率",
        "不统计。任务没人签收时，只告诉派任务的人该给谁打电话。",
        f"{RULES}：不得考核、通报安装率和使用率",
        _words(
            "dau|mau|wau",
            "(?:daily|monthly|weekly)_active",
            "activity|activeness",
            "activations?",
            "install(?:s|ed|ations?)?",
            "usage",
            "page_?views?|page_?hits?|visits|clicks|hits",
            f"(?:click|hit|visit|access|open)(?:s|es|ed)?_{HOW}",
            "(?:app|page|screen)_opens?",
            f"uses?_{COUNTED}",
        ),
    ),
    Ban(
        "谁看过、谁没看",
        "不记录谁看过。签收是办事的一步，由本人点。",
        f"{OPINION}：不得要求即时回复；{RULES}",
        _words(
            f"(?:read|seen|view|viewed|views)_{HOW}",
            "read_receipts?",
            "(?:is|has|was)_(?:read|seen|viewed|opened|clicked)",
            "(?:read|seen|viewed|opened)_it",
            "unread",
            "(?:read|seen|viewed)_(?:status|state|flag)",
            "(?:response|reply|replies|respond)_(?:rank|speed|rate|time|minutes|seconds)",
        ),
    ),
    Ban(
        "点赞、转发和学习时长",
        "没有这些功能，也不计分。",
        f"{RULES}：不得把点赞、投票、转发、学习时长作为考核依据",
        _words(
            "likes?(?:_count)?",
            "thumbs",
            "(?:share|forward|repost)_count|forwards|reposts",
            "(?:study|learning)_(?:hours|minutes|time)",
        ),
    ),
    Ban(
        "会议、照片和材料的数量得分",
        "不按数量计分，只看别人认可的结果。",
        f"{BURDEN}：不得以开会、发文、留痕多少评价工作",
        _words(f"(?:meeting|photo|picture|document|paper|record)s?_(?:points|score|credit|held|{COUNTED})"),
    ),
    Ban(
        "行动轨迹和定位",
        "不定位。照片里的位置信息在保存前删去，地点由人写。",
        f"{RULES}：非必要不得要求上传照片、视频、轨迹",
        _words(
            "lat|lng|lon|latitude|longitude",
            "gps|geo|geo_?(?:hash|location|point)|coordinates",
            "locations?|track_?points?|trajectory",
            "altitude|geo_?fences?",
        ),
    ),
    Ban(
        "人脸、指纹等生物特征",
        "不收集。用账号和密码登录。",
        "《个人信息保护法》第二十八条：敏感个人信息非必要不处理",
        _words(
            "face|faces|face_(?:id|image)", "finger_?prints?", "iris|retina", "voice_?print", "biometrics?"
        ),
    ),
    Ban(
        "身份证、银行卡和护照号码",
        "不收集。村民办事不用注册，干部只登记姓名和电话。",
        PRIVACY,
        _words(
            "id_?card(?:_number)?",
            "identity(?:_card|_number|_no)?",
            "id_?(?:number|no)",
            "citizen_(?:id|number)",
            "passport(?:_number)?",
            "bank_(?:card|account)|card_number",
            "social_security",
        ),
    ),
    Ban(
        "村民的名册和到人的台账",
        "不存。数据项只是一个村的总数、金额或选项；写了身份证号的内容一律不收，办理经过、日志和下载的表格里手机号都遮住。",
        PRIVACY,
        _words(
            "rosters?",
            "name_?lists?",
            "(?:villager|resident|household)_(?:names?|registers?)",
            "home_address",
        ),
    ),
    Ban(
        "设备编号和网络地址",
        "不保存。只记手机或电脑的类型，供本人认出自己的登录；防止猜密码用加密后的代号，24 小时内删除。",
        PRIVACY,
        _words(
            "imei|imsi|oaid|idfa|android_id",
            "(?:phone|device|handset)_(?:id|model|number|serial)",
            "we_?chat(?:_id)?|union_?id",
            "mac_address|user_agent|ip|ip_address",
            "(?:remote|client|peer|source)_(?:addr|address|host)",
            "push_(?:token|id)",
        ),
    ),
    Ban(
        "广告和跟踪",
        "没有广告，没有跟踪，不连外网。",
        f"{RULES}：不得从事商业活动",
        _words("ads?|ad_(?:id|slot)|adverts?", "tracking_?(?:id|pixel)?|tracker", "sponsor", "utm"),
    ),
)


ALLOWED = {
    "document_number": "来文的文号，不是件数",
    "opens_at": "竞榜从什么时候开始",
    "opens_on": "调查从哪天开始回答",
    "opened_at": "竞榜书什么时候开标",
    "opened_by": "调查由哪位管理员开启，起草的人不能自己开启",
    "opened_by_id": "调查由哪位管理员开启，起草的人不能自己开启",
    "village_like": "导入的单位表里对“类似村的单位”的叫法",
}
"""Whole names that are built like forbidden ones and lawful, each with what it holds."""


def ban_of(name: str) -> Ban | None:
    """The ban a name of a column, a detail, a field or a log entry breaks, if any."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    if words in ALLOWED:
        return None
    return next((ban for ban in BANS if ban.betrayed_by.search(words)), None)


def checked(names: Iterable[str]) -> list[Found]:
    """Every name among these that betrays data of a forbidden kind."""
    return [Found(name, ban) for name in names if (ban := ban_of(name)) is not None]


def names_in(expression: str) -> list[str]:
    """The identifiers and quoted keys of an expression, for judging what a log line is given."""
    return re.findall(r"[A-Za-z_][A-Za-z0-9_]*", expression)
