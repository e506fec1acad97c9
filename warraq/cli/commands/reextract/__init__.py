"""warraq reextract."""
