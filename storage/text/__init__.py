"""Text as characters and words: what may be stored, folding, stemming and the lexicon behind it."""
