"""Cleaning of an article's lines by named rules; each removed line is stored with the name of its rule."""
