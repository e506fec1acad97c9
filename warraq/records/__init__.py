"""Records: what is known of articles, changes and stories as plain values for JSON, one shape for command line, API and MCP."""
