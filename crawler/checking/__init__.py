"""Checking sources: whether each endpoint works, and which endpoints a site has."""
