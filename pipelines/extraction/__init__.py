"""Extraction: a fetched page in, an article out, in worker processes with limits."""
