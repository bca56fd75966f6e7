"""工分 and 表扬 on pages."""
