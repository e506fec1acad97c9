"""Commands: one file, or one folder, each."""
