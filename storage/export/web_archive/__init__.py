"""WARC and WACZ exports: every record of the exported articles, with redirects and revisits."""
