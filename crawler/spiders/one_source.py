"""One-source spider: what a crawl of a newspaper has from its source file."""

from typing import ClassVar

from crawler.middlewares.crawl import set_by_user
from crawler.sources.source import Source
from crawler.spiders.frontier import FrontierSpider


class OneSourceSpider(FrontierSpider):
    """A crawl of one source. Subclasses are made per source, with `name` and `source`."""

    source: ClassVar[Source]

    @property
    def frontier_key(self) -> str | None:
        return self.source.key

    @property
    def delay_s(self) -> float:
        given = self.context.config.delay_s
        return set_by_user(self.crawler.settings, "DOWNLOAD_DELAY", self.source.delay_s if given is None else given)

    @property
    def host_concurrency(self) -> int:
        return int(set_by_user(self.crawler.settings, "CONCURRENT_REQUESTS_PER_DOMAIN", self.source.concurrency))

    @property
    def revisit_budget(self) -> int | None:
        return self.source.revisit_budget

    def source_of(self, url: str) -> Source | None:
        return self.source

    def declare(self) -> None:
        """Tell the archive who this source is and where it announces its articles."""
        source = self.source
        self.context.put_source(source)
        self.context.archive.endpoints.declare(source.key, [(one.url, one.kind) for one in source.endpoint])

    def wants(self, url: str) -> bool:
        """Only if the source is to be walked."""
        return self.source.follow and bool(self.source.article_url) and self.source.matches(url)
