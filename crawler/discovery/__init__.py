"""Discovery of article URLs in feeds, sitemaps and section pages, and the poll interval of each."""
