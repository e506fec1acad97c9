"""Re-extraction: apply newer rules to stored pages."""
