"""揭榜挂帅 on pages: the board, the desk's projects, bids, scores, and what comes of them."""
