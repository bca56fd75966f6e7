"""Schemes of evaluation through GraphQL: their words, how they are written, and how they are read."""
