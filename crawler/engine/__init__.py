"""The engine: Scrapy settings, one crawl, the watch loop, scheduler and spider loader."""
