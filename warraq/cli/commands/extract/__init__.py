"""`warraq extract`: saved pages in, articles out, without an archive."""
