"""Which departments own an element: by the kind that its definition names, and by what departments are called."""

from __future__ import annotations

CALLED = {
    "组织": ("组织部", "党建"),
    "宣传": ("宣传部",),
    "政法": ("政法",),
    "人武": ("人武部", "武装部"),
    "卫健": ("卫生健康", "卫健"),
    "住建": ("住房", "建设局", "住建"),
    "人社": ("人力资源", "人力社保", "人社"),
    "文旅": ("文化", "旅游", "文旅"),
    "应急": ("应急",),
    "民族宗教": ("民族", "宗教", "民宗"),
    "医保": ("医疗保障", "医保"),
    "残联": ("残疾人联合会", "残联"),
    "妇联": ("妇女联合会", "妇联"),
}
"""By the kind, words one of which is in the name of every such department; a kind that is not here is such a word itself."""


def owns(department: str, owner: str) -> bool:
    """Whether a department of this name is of the kind that owns an element."""
    return bool(owner) and any(word in department for word in CALLED.get(owner, (owner,)))
