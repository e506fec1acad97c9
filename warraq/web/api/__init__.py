"""The API: read-only JSON under /api/v1, described by OpenAPI 3.1; the HTML pages use the same functions."""
