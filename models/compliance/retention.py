"""For how long what is held is kept, and everything that the logs may be told."""

from __future__ import annotations

from dataclasses import dataclass

from models.accounts.sessions import SESSION_LASTS
from models.accounts.throttling import KEPT as TRIES_KEPT


@dataclass(frozen=True)
class Kept:
    """One kind of data with what it is for, how long it is kept and who reads it."""

    what: str
    purpose: str
    how_long: str
    read_by: str


KEPT = (
    Kept("登录状态", "不用每次输密码", f"最多 {SESSION_LASTS.days} 天，不用几天或退出即失效", "本人"),
    Kept(
        "输错密码的次数",
        "防止有人猜密码",
        f"最多 {TRIES_KEPT.total_seconds() / 3600:.0f} 小时",
        "没有人：只存加密后的代号",
    ),
    Kept(
        "认得的设备",
        "别人乱试密码时，本人在常用的设备上仍能登录",
        "一年，改密码即失效",
        "没有人：只在本人的浏览器里",
    ),
    Kept("密码", "登录时核对", "到改密码为止", "没有人：只存不能还原的摘要"),
    Kept("接口令牌", "别的系统来取数", "到令牌写明的日期，可随时吊销", "本人；只存摘要"),
    Kept("姓名、电话", "找得到办事的人", "任职期间；离任后随任职历史保存", "同一辖区的工作人员"),
    Kept("办理经过", "说得清谁办了什么", "长期；其中的个人信息单独存放，可依法删除", "本辖区和经办人"),
    Kept("消息", "没有事悄悄等着本人", "约一年；未读的记号由本人收起，不记什么时候、不留痕", "只有本人"),
    Kept("提醒", "任务到了告诉本人", "没发出的办完即删，发过的随业务保存", "本人"),
    Kept("提交编号", "同一张表提交两次只算一次", "随业务保存", "本人"),
    Kept("附件和照片", "证明办了事", "随业务保存；照片的位置和机型在保存前删去", "看得到这件事的人"),
)

LOGGED = {
    "xingcun.requests": {
        "scope['method']": "请求方式",
        "told_path(scope['path'])": "页面地址（不带查询内容和邀请链接）",
        "status": "结果代码",
        "took": "用时",
    },
    "xingcun": {
        "number": "错误编号",
        "error": "数据库打不开的原因（数据库自己的话）",
        "request.method": "请求方式",
        "told_path(request.url.path)": "页面地址（不带查询内容和邀请链接）",
    },
    "xingcun.graphql": {
        "reference": "错误编号",
        "error.path": "出错的字段",
        "path": "出错的字段",
    },
    "xingcun.evaluation": {"len(found)": "工分与办理经过不符的处数"},
    "xingcun.bidding": {"bid.pk": "竞榜书编号（打不开时）"},
    "xingcun.reminders": {
        "why": "提醒没发出的原因（不含号码）",
        "f'{to[:3]}****{to[-4:]}'": "遮住中间四位的电话（没有接短信时）",
        "text": "提醒的内容（没有接短信时）",
    },
}
"""By logger, every expression its lines may be given, with what that is in words; a test finds any other."""
