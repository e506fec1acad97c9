"""One small file each, in the shape of Scrapy's own: guard, robots, conditional, unpack, record, polite."""
