"""Presentation of values: dates, numbers, text direction, highlighting. HTML is never built from strings here."""
