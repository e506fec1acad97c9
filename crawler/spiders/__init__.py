"""Spiders: news (a source), capture (given URLs), backfill, pending."""
