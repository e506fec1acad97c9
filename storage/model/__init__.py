"""Frozen values that every floor shares: article, visit, signature, opt-outs. No SQL."""
