"""Politeness: the queue of each host, the log of requests, robots.txt rules."""
