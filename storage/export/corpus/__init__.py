"""Corpus packages: an export with its data card, split by outlet or month."""
