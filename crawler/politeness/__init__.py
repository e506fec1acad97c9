"""Politeness: the queue of each host, the log of requests, the backlog of all crawls, robots.txt rules."""
