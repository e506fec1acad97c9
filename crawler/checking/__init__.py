"""Checking sources: does each endpoint work, and which endpoints does a site have."""
