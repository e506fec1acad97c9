"""Records: articles, changes and stories as plain values for JSON, shared by command line, API and MCP."""
