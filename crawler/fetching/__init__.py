"""Fetching: request context, responses, failures, the resolver that blocks private addresses, the WARC exchange."""
