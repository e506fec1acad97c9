"""Metadata of an article: title, authors, section, kind."""
