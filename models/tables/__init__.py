"""Tables that people send: what kind of file it is, its cells as a person saw them, its heads, and how to save it again."""
