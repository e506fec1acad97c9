"""Backfill: walking back through a source's past."""
