"""The registry on pages: tables of it, and where each value came from."""
