"""Each source file is a Scrapy spider, under Scrapy's own protocol; the settings keep every door shut."""

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.misc import load_object

from crawler.config import Config
from crawler.engine.settings import STAGES, scrapy_settings
from crawler.sources.source import load_all, source_of
from crawler.spiders.news import NewsSpider

SETTINGS = Settings(scrapy_settings(Config()))


def test_every_source_is_a_spider():
    loader = get_spider_loader(SETTINGS)
    assert loader.list() == list(load_all())
    spider = loader.load("hespress")
    assert issubclass(spider, NewsSpider)
    assert (spider.name, spider.source.key) == ("hespress", "hespress")


def test_an_unknown_spider_is_told_in_words():
    with pytest.raises(KeyError, match="there is no source 'nosuch'"):
        get_spider_loader(SETTINGS).load("nosuch")


def test_a_request_finds_its_source_by_host():
    loader = get_spider_loader(SETTINGS)
    assert loader.find_by_request(Request("https://hespress.com/x-1234567.html")) == ["hespress"]
    assert loader.find_by_request(Request("https://example.org/")) == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://en.hespress.com/x", "hespress"),
        ("https://www.bbc.com/arabic/articles/c1vldp9le52o", "bbc_arabic"),
        ("https://www.france24.com/ar/x/20260101-y", "france24_arabic"),
        ("https://example.org/", None),
    ],
)
def test_a_captured_address_finds_its_source(url, key):
    found = source_of(url, load_all())
    assert (found.key if found else None) == key


@pytest.mark.parametrize("name", ["TELNETCONSOLE", "REMOTE_CONTROL", "COOKIES", "HTTPPROXY", "METAREFRESH", "RETRY"])
def test_doors_that_we_do_not_use_are_shut(name):
    assert SETTINGS.getbool(f"{name}_ENABLED") is False


@pytest.mark.fault("A06")
def test_only_http_and_https_have_a_handler():
    handlers = SETTINGS.get_component_priority_dict_with_base("DOWNLOAD_HANDLERS")
    assert sorted(scheme for scheme, handler in handlers.items() if handler) == ["http", "https"]


def test_certificates_are_verified_and_addresses_judged():
    assert SETTINGS.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert SETTINGS["TWISTED_DNS_RESOLVER"] == "crawler.fetching.resolver.GuardedResolver"


def test_every_component_that_the_settings_name_exists():
    names = [name for name, place in SETTINGS["DOWNLOADER_MIDDLEWARES"].items()]
    for name in [*names, *STAGES, SETTINGS["SCHEDULER"], SETTINGS["LOG_FORMATTER"]]:
        assert load_object(str(name))


def test_a_contact_stands_in_the_user_agent():
    assert "(+desk@example.org)" in scrapy_settings(Config(contact="desk@example.org"))["USER_AGENT"]
