"""The matter list on pages: in force, and its versions."""
