"""Work requests on pages: asked, amended, and what of them is on file already."""
