"""Alerts while crawling: what an alert may say, when it may send, and the sending, apart from the crawl."""
