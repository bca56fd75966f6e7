"""Tasks on pages: the township's, the villages', and emergencies."""
