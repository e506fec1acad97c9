"""Alerts: saved searches, their matches, and the outbox of messages. No network."""
