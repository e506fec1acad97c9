"""Vocabulary: phrases, agencies, persons, languages, and the normal form of a line."""
