"""The index (领雁指数): villages compared by what came of their work, fairly for small ones too."""
