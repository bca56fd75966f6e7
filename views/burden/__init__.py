"""减负看板 and 部门派活 on pages."""
