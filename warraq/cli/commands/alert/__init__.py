"""warraq alert."""
