"""Benches: each door beside a hand-written endpoint that does the same one statement in the same process."""
