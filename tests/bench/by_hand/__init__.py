"""Pages written by hand: each with its own few statements and one template, for the same content as ours."""
