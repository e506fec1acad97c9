"""Pipelines: turn a fetched page into a clean article. Pure functions inside, thin Scrapy classes in `stages.py`."""
