"""What scrapy.cfg names: the settings of `scrapy list` and `scrapy crawl SOURCE`, made from the environment."""

from crawler.config import load
from crawler.engine.settings import scrapy_settings

globals().update(scrapy_settings(load()))

#: Fits the settings to whatever spider or command runs.
ADDONS = {"crawler.engine.addon.OrdinaryProject": 100}
