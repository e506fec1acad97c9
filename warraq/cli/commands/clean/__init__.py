"""`warraq clean`: texts in, clean texts out, without an archive."""
