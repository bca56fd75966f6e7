"""The township's people on pages, and their pages as they see them."""
