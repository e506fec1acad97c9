"""Compare two versions of a text. Pure."""
