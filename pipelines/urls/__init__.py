"""URLs: canonical keys, and the tracking parameters that are no part of them."""
