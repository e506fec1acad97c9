"""Why a home page cannot be fetched, in one line that says what to do."""

from urllib.parse import urlsplit

#: What a fetch failed with -> what it means for a person who typed the address.
_WORDS = {
    "no such host": "no such host; check the spelling",
    "connection refused": "the server refuses connections on this port",
    "private address": "a private address, which is not fetched; --allow-private allows it",
    "timeout": "no answer in time; --timeout gives it longer",
    "certificate": "the certificate of the server cannot be verified",
    "robots.txt": "robots.txt forbids this page",
    "robots.txt unreachable": "its robots.txt cannot be read, so nothing is fetched there",
}


def unreachable(url: str, reason: str) -> str:
    """The line for an address whose fetch failed for `reason` (see `crawler.fetching.failures`)."""
    host = urlsplit(url).hostname or url
    return f"{host}: {_WORDS.get(reason, reason)}"
