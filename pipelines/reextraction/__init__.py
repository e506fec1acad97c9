"""Re-extraction: newer rules over the archived pages."""
