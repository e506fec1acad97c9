"""`warraq crawl`, with its options of backfilling."""
