"""Fuzzing of what reads other people's bytes; see __main__."""
