"""Why a value is not what it was: what is tapped beside a figure that changed."""

from __future__ import annotations

REASONS = {
    "changed": "情况有变化",
    "mistaken": "上次报错了",
    "counted": "统计口径不同",
    "bounds": "村社、网格有调整",
}
