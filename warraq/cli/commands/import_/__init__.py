"""warraq import."""
