"""Boards: who stands where, and to whom it is shown."""
