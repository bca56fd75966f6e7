"""过筛台账 on pages, and the spans of days that figures are asked for."""
