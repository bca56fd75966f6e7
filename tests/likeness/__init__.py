"""Requests as departments and people write them, labelled, and how well the ranker does on them."""
