"""Whatever comes: hostile documents, forms and uploads against the whole site, seeded in every run but by night."""
