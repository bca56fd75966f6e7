"""Tasks through GraphQL: the tasks themselves, and what the desk does beside them."""
