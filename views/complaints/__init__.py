"""减负投诉建议 on pages, by name and without."""
