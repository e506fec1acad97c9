"""Crawl state: the URL frontier, endpoints, backfills, hosts and learned boilerplate, as rows with leases."""
