"""Security of the reading room: headers, host and origin checks, access token, form tokens, signed replay URLs."""
