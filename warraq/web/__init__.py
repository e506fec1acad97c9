"""The reading room: the archive in a browser, right to left. Server-rendered, read-only but for captures."""
