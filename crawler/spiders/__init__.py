"""The spiders: news (a source), capture (addresses given by hand)."""
