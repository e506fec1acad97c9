"""Scrapy's settings that a crawl of a source does not honour, and what does their work instead."""

from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

#: Setting -> why it has no effect here. One that a user sets is refused, not passed over.
REFUSED = {
    "ROBOTSTXT_OBEY": "robots.txt is always obeyed, by crawler/middlewares/robots.py",
    "JOBDIR": "what is left to do is kept in the archive; the same command goes on where it was",
    "SCHEDULER": "requests come from the frontier in the archive",
    "DUPEFILTER_CLASS": "the frontier knows every address once",
    "RETRY_ENABLED": "the frontier tries again by itself, see docs/archive.md",
    "RETRY_TIMES": "the frontier tries again by itself, see docs/archive.md",
    "COOKIES_ENABLED": "no cookies are kept",
    "HTTPCACHE_ENABLED": "pages are kept in WARC files, and asked for again only if they changed",
    "HTTPPROXY_ENABLED": "addresses are judged where they are dialled, and a proxy would dial them unseen",
    "AUTOTHROTTLE_ENABLED": "the gap at a host follows its answers already; set DOWNLOAD_DELAY",
    "METAREFRESH_ENABLED": "an article is never behind a page that refreshes itself",
    "HTTPERROR_ALLOW_ALL": "every answer is judged, whatever its status",
    "DOWNLOAD_SLOTS": "set DOWNLOAD_DELAY or CONCURRENT_REQUESTS_PER_DOMAIN",
}

#: Settings that an ordinary spider expects as Scrapy has them.
SCRAPYS_OWN: dict[str, Any] = {
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    "HTTPERROR_ALLOW_ALL": False,
    "RETRY_ENABLED": True,
}


def refused(settings: BaseSettings) -> str | None:
    """What a user set and a crawl of a source does not honour, in one line; None if there is nothing."""
    own = SETTINGS_PRIORITIES["project"]
    for name, why in REFUSED.items():
        set_by_user = (settings.getpriority(name) or 0) > own
        if set_by_user and not (name == "ROBOTSTXT_OBEY" and settings.getbool(name)):
            return f"{name} is not honoured in a crawl of a source: {why}"
    return None
