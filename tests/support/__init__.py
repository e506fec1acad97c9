"""Helpers of the tests: demo crawls in a process, loopback servers, PostgreSQL, fixtures."""
