"""The registry through GraphQL: what may be put on file, what is, and tables of it."""
