"""The crawler: Scrapy settings, spiders, sources, discovery and middlewares."""
