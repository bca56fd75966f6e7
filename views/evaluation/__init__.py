"""评价 on pages: schemes and their simulation, the index of a village explained, appeals."""
