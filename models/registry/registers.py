"""Registers of persons are no data of a village: whatever looks like one is refused where it is defined and where it is typed."""

from __future__ import annotations

import re

from models.base.personal_numbers import MOBILE, must_hold_no_identity
from models.base.refusals import Invalid, Unreadable
from models.base.text import WIDE

PERSONS = (
    *("身份证", "身份证号", "身份证号码", "公民身份号码", "户主", "户主姓名", "家庭成员", "与户主关系"),
    *(
        "联系电话",
        "手机号",
        "手机号码",
        "电话",
        "家庭住址",
        "住址",
        "银行卡号",
        "银行账号",
        "出生日期",
        "出生年月",
    ),
)
"""Heads of columns that are told of one person each, beside 姓名."""
REGISTER = re.compile(
    "姓名|身份证|身份号码|户主|名单|名册|花名册|台账到人|到人台账|逐人|一人一档|一户一档|联系电话|手机号|家庭住址|银行卡|银行账号"
)
NOT_KEPT = "这里只收一个村的总数、金额或选项，不收到人的名册，请改成数字或选项。"


def must_be_no_register(text: str, field: str) -> None:
    """Raise Invalid for words that ask for persons one by one, or that tell of one by a number of theirs."""
    narrow = text.translate(WIDE)
    found = REGISTER.search(narrow)
    if found:
        raise Invalid(f"“{found[0]}”像是到人的名册：{NOT_KEPT}", field=field)
    if MOBILE.search(narrow):
        raise Invalid(f"这里写了手机号：{NOT_KEPT}", field=field)
    try:
        must_hold_no_identity(text)
    except Unreadable as no:
        raise Invalid(no.reason, field=field) from None
