"""The archive for language models: a read-only MCP server; every result includes URL, date and evidence."""
