"""Boilerplate of a source: learn the blocks that recur across its articles, and strip them."""
