"""What the operating system says is wrong with a file or an address, in Chinese."""

from __future__ import annotations

import errno

SAID = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EEXIST: "已经存在",
    errno.EROFS: "所在的磁盘只能读",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.ENAMETOOLONG: "名称太长",
    errno.ELOOP: "链接绕回了自己",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正在被使用",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EINVAL: "不能这样用",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.ECONNREFUSED: "没有人应答，服务可能没有启动",
    errno.ETIMEDOUT: "等了太久没有应答",
    errno.EHOSTUNREACH: "找不到那台机器",
    errno.ENETUNREACH: "网络不通",
}


def why(error: BaseException) -> str:
    """The reason in a few words; by its number where the table does not know it."""
    if isinstance(error, UnicodeDecodeError):
        return "不是文本文件"
    if isinstance(error, OverflowError):
        return "数值超出范围"
    number = getattr(error, "errno", None)
    return SAID.get(number or 0, f"系统错误 {number}" if number else "原因不明")
