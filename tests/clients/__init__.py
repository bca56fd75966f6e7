"""Clients that others' generators write of our schema, and the documents that programs are written with."""
