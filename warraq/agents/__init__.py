"""The archive for language models: a read-only MCP server whose every answer names address, date and evidence."""
