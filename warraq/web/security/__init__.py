"""What keeps the reading room safe: headers, hosts and origins, the token, form tokens, signed replay addresses."""
