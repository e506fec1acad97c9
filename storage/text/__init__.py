"""Text as characters and words: sanitizing, folding, stemming and its lexicon."""
