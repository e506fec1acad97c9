"""Text excerpts and URLs for display."""

from urllib.parse import unquote, urlsplit


def plain_address(url: str) -> str:
    """Return a URL for display: without scheme, Arabic letters decoded, control characters still encoded.

    >>> plain_address("https://example.ma/%D8%AE%D8%A8%D8%B1")
    'example.ma/خبر'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    shown = url.removeprefix(f"{parts.scheme}://") if parts.scheme else url
    shown = shown.removesuffix("/") if parts.path == "/" else shown
    decoded = unquote(shown, errors="strict") if _decodes(shown) else shown
    return decoded if decoded.isprintable() and " " not in decoded else shown


def followable(url: str | None) -> str | None:
    """Return the URL if it is safe to link (http or https, a host, no user name, no control characters), else None."""
    if not url or not url.isprintable() or any(sign in url for sign in '\\ "<>'):
        return None
    try:
        parts = urlsplit(url)
        named = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and named and "@" not in parts.netloc else None


def _decodes(text: str) -> bool:
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return True
