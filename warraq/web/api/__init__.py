"""The API: read-only JSON under /api/v1, described by OpenAPI 3.1; the pages show what the same functions find."""
