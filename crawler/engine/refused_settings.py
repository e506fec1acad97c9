"""Scrapy settings that a crawl of a source does not support, and their replacements."""

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

#: Setting -> why it has no effect here. A setting given by a user is refused, not ignored.
REFUSED = {
    "ROBOTSTXT_OBEY": "robots.txt is always obeyed, by crawler/middlewares/robots.py",
    "JOBDIR": "pending work is stored in the archive; the same command resumes it",
    "SCHEDULER": "requests come from the frontier in the archive",
    "DUPEFILTER_CLASS": "the frontier stores every URL once",
    "RETRY_ENABLED": "the frontier retries by itself, see docs/archive.md",
    "RETRY_TIMES": "the frontier retries by itself, see docs/archive.md",
    "COOKIES_ENABLED": "no cookies are kept",
    "HTTPCACHE_ENABLED": "pages are stored in WARC files, and fetched again only if they changed",
    "HTTPPROXY_ENABLED": "IP addresses are checked on connecting, and a proxy would bypass the check",
    "AUTOTHROTTLE_ENABLED": "the gap at a host already adapts to its responses; set DOWNLOAD_DELAY",
    "METAREFRESH_ENABLED": "articles are never behind a meta refresh",
    "HTTPERROR_ALLOW_ALL": "every response is judged, whatever its status",
    "DOWNLOAD_SLOTS": "set DOWNLOAD_DELAY or CONCURRENT_REQUESTS_PER_DOMAIN",
}

#: Settings that an ordinary spider expects with Scrapy's values.
SCRAPYS_OWN: dict[str, object] = {
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    "HTTPERROR_ALLOW_ALL": False,
    "RETRY_ENABLED": True,
}


def refused(settings: BaseSettings) -> str | None:
    """Return in one line what a user set but a crawl of a source does not support; None if there is nothing."""
    own = SETTINGS_PRIORITIES["project"]
    for name, why in REFUSED.items():
        set_by_user = (settings.getpriority(name) or 0) > own
        if set_by_user and not (name == "ROBOTSTXT_OBEY" and settings.getbool(name)):
            return f"{name} is not supported in a crawl of a source: {why}"
    return None
