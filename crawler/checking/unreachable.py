"""Why a home page cannot be fetched, in one line that says what to do."""

from urllib.parse import urlsplit

#: Reason of a failed fetch -> explanation for the user who entered the URL.
WORDS = {
    "no such host": "no such host; check the spelling",
    "connection refused": "the server refuses connections on this port",
    "private address": "a private address, which is not fetched; --allow-private allows it",
    "timeout": "no answer in time; --timeout gives it longer",
    "certificate": "the certificate of the server cannot be verified",
    "robots.txt": "robots.txt forbids this page",
    "robots.txt unreachable": "its robots.txt cannot be read, so nothing is fetched there",
}


def unreachable(url: str, reason: str) -> str:
    """Return the message for a URL whose fetch failed for `reason` (see `crawler.fetching.failures`)."""
    host = urlsplit(url).hostname or url
    cause = reason.removeprefix("robots.txt unreachable: ")
    return f"{host}: {WORDS.get(cause, reason)}"
