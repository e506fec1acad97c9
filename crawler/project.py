"""The module named in scrapy.cfg: settings for `scrapy list` and `scrapy crawl SOURCE`, built from the environment."""

from crawler.config import load
from crawler.engine.settings import scrapy_settings

globals().update(scrapy_settings(load()))

#: Adapts the settings to the spider or command.
ADDONS = {"crawler.engine.addon.OrdinaryProject": 100}
