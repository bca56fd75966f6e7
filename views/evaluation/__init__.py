"""评价 on pages: a scheme tried, the index of a village explained, appeals."""
