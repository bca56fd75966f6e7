"""Every field and every page, for everybody, against a table of rights written apart from the product's own."""
