"""`warraq crawl`, including its backfill options."""
