"""Importing pages, articles and URLs from files."""
