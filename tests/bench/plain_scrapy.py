"""What a user would write without us: Scrapy, fetching alone or with trafilatura inline.

`plain_scrapy.py MODE URLS OUT`.

MODE is "fetch" or "trafilatura"; URLS a file with one address a line; the articles go to OUT as JSON lines.
"""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import TextResponse

MODE, URLS, OUT = sys.argv[1:4]


class Pages(scrapy.Spider):
    name = "pages"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in Path(URLS).read_text("utf-8").split():
            yield scrapy.Request(url)

    def parse(self, response: TextResponse) -> Iterator[dict[str, Any]]:
        if MODE == "fetch":
            yield {"url": response.url, "bytes": len(response.body)}
        elif found := trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True):
            yield found.as_dict() | {"body": None, "commentsbody": None}


if __name__ == "__main__":
    settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "FEEDS": {OUT: {"format": "jsonlines"}},
                "DOWNLOAD_DELAY": 0}  # fmt: skip
    process = CrawlerProcess(settings)
    process.crawl(Pages)
    process.start()
