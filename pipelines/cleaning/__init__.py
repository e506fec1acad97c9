"""Cleaning of an article's lines by named rules; everything removed keeps its rule."""
