"""The article's body in the page's DOM: paragraphs made visible, widgets pruned, before and after trafilatura reads it."""
