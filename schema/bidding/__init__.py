"""揭榜挂帅 through GraphQL: projects, bids while they are written, more time for what is built."""
