"""What every page shares: `pages` shows, `forms` reads, `paging` pages, templates/base/*.html are the macros."""
