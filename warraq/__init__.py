"""The desk: the program that people run."""

__version__ = "0.1.0"
