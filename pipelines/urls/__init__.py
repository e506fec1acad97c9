"""URLs: canonical keys, without tracking parameters."""
