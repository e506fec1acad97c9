"""Extraction of articles from pages, in worker processes with resource limits."""
