"""Fetching: request context, responses, failures, the resolver that guards addresses, the WARC exchange."""
