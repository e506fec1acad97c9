"""The host of a URL, as boilerplate is learned by it."""

from urllib.parse import urlsplit


def host(url: str) -> str:
    """Return the host for which a page's boilerplate is learned; "" for a page without URL."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
