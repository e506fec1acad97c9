"""The scouts: Scrapy settings, spiders, sources, discovery and middlewares."""
