"""The terminal: console, log, and Arabic on terminals that cannot shape it."""
