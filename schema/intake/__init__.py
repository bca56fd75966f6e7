"""Work requests through GraphQL, and what of them is on file already."""
