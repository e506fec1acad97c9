"""Scrapy middlewares, one file each: guard, robots, conditional, unpack, record, politeness."""
