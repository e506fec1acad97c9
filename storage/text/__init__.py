"""Arabic text for search and comparison: folding, stemming and the lexicon behind it."""
