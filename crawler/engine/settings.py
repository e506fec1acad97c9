"""Scrapy's settings, derived from Config. The complete flow of requests and responses:

```
source --discover--> URL --frontier (pending)--> fetch --record--> WARC + snapshot --> Page
  --extract (worker process)--> Article | NotArticle --store--> article, version, frontier state  [one transaction]
```

A request passes the middlewares from top to bottom, its response from bottom to top:

  guard        may a request be made of this address at all?
  known        a redirect to what is stored already ends here
  robots       does robots.txt allow it? (waits for the one fetch of it)
  conditional  only if the endpoint changed since
  user agent   (Scrapy's) the honest name
  redirect     (Scrapy's) at most ten, each hop again through all of this
  unpack       content coding undone, strictly and bounded
  record       the answer into the WARC, as it came
  polite       one at a time to a host, with a gap

What is durable is the frontier's: Scrapy's own retries, duplicate filter, job folder, cookies, caches, consoles and
proxies are off.
"""

from crawler.config import Config
from crawler.engine.loader import SourceLoader
from crawler.engine.logs import BriefLogFormatter
from crawler.engine.scheduler import FrontierScheduler
from crawler.fetching.bounded_head import BoundedHeadHandler
from crawler.fetching.request_context import MAX_PAGE_BYTES
from crawler.fetching.resolver import GuardedResolver
from crawler.middlewares.conditional import ConditionalMiddleware
from crawler.middlewares.guard import GuardMiddleware
from crawler.middlewares.politeness import PolitenessMiddleware
from crawler.middlewares.record import RecordMiddleware
from crawler.middlewares.robots import RobotsMiddleware
from crawler.middlewares.stored_redirect import StoredRedirectMiddleware
from crawler.middlewares.unpack import UnpackMiddleware
from pipelines.extraction.pool import cores
from pipelines.stages import ExtractStage, ItemStage, LearnedStage, StoreStage


def path_of(component: type) -> str:
    """Return the dotted path of a class: Scrapy merges a user's settings with ours by path; naming the class lets tools
    follow it."""
    return f"{component.__module__}.{component.__qualname__}"


def _by_path(components: dict[type, int]) -> dict[str, int]:
    return {path_of(component): place for component, place in components.items()}


OUR_MIDDLEWARES = _by_path(
    {
        GuardMiddleware: 10,
        StoredRedirectMiddleware: 15,
        RobotsMiddleware: 20,
        ConditionalMiddleware: 30,
        UnpackMiddleware: 590,
        RecordMiddleware: 900,
        PolitenessMiddleware: 950,
    }
)

#: Scrapy's middlewares and extensions, without those that ours replace and without its consoles: cookies and remote
#: control import an HTTP client each, 20 MB together, also where they are disabled. A user's settings may add any.
USED_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}
USED_EXTENSIONS = dict.fromkeys(
    (
        "scrapy.extensions.corestats.CoreStats",
        "scrapy.extensions.logcount.LogCount",
        "scrapy.extensions.memusage.MemoryUsage",
        "scrapy.extensions.memdebug.MemoryDebugger",
        "scrapy.extensions.closespider.CloseSpider",
        "scrapy.extensions.feedexport.FeedExporter",
        "scrapy.extensions.logstats.LogStats",
        "scrapy.extensions.spiderstate.SpiderState",
        "scrapy.extensions.throttle.AutoThrottle",
    ),
    0,
)

#: Bytes of pages of one crawl that wait for extraction, for each worker: two or three usual pages. Twenty newspapers
#: at once held 40 MB of pages with 2 MB each.
WAITING_BYTES = 500_000

#: The stages, one line each: a response passes them from top to bottom.
STAGES = _by_path(
    {
        LearnedStage: 10,
        ExtractStage: 20,
        StoreStage: 30,
    }
)

#: Under Scrapy's own commands: stored articles go on to feeds and a user's pipelines (100 and up) as plain items.
ITEM_STAGE = _by_path({ItemStage: 40})


def scrapy_settings(config: Config) -> dict[str, object]:
    """Return Scrapy's settings for a config; plain values, and the config itself as WARRAQ_CONFIG."""
    return {
        "BOT_NAME": "warraq",
        "WARRAQ_CONFIG": config,
        "WARRAQ_ALLOW_PRIVATE": config.allow_private,
        "SPIDER_LOADER_CLASS": path_of(SourceLoader),
        "SCHEDULER": path_of(FrontierScheduler),
        "DOWNLOADER_MIDDLEWARES_BASE": USED_MIDDLEWARES,
        "DOWNLOADER_MIDDLEWARES": OUR_MIDDLEWARES,
        "EXTENSIONS_BASE": USED_EXTENSIONS,
        "ITEM_PIPELINES": STAGES,
        "LOG_FORMATTER": path_of(BriefLogFormatter),
        # identity, and robots.txt obeyed (by middlewares/robots.py)
        "USER_AGENT": config.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "ar,*;q=0.5",
        },
        "ROBOTSTXT_OBEY": False,
        "REFERRER_POLICY": "no-referrer",
        # limits
        "CONCURRENT_REQUESTS": config.concurrency,
        "CONCURRENT_ITEMS": 1,  # one item per response; Scrapy starts this number of tasks for each response
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": WAITING_BYTES * (config.workers or cores()),
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,  # the turn at the host is Manners' to give
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": config.timeout_s,
        "DOWNLOAD_MAXSIZE": MAX_PAGE_BYTES,
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": 10,
        "REACTOR_THREADPOOL_MAXSIZE": 20,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "TWISTED_DNS_RESOLVER": path_of(GuardedResolver),
        # disabled: all other schemes, and everything that opens a socket or keeps its own state
        "DOWNLOAD_HANDLERS": {
            "http": path_of(BoundedHeadHandler),
            "https": path_of(BoundedHeadHandler),
            **dict.fromkeys(("data", "file", "ftp", "s3")),
        },
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "AUTOTHROTTLE_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "MEMUSAGE_ENABLED": False,
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
        "FEED_EXPORT_ENCODING": "utf-8",
        "LOG_LEVEL": config.log_level,
        "LOG_VERSIONS": [],
    }
