"""SURT: the look-up key of web archives; host labels in reverse order, so that a site's URLs sort together.

Every index reader computes the key of a URL by the same rules, so ours must match them, quirks included: letter case,
default ports, a leading "www", the order of a query and session ids make no difference. The rules are those of the
Internet Archive's CDX server; tests compare with the library that pywb uses.
"""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urlsplit

import idna

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Printable ASCII that needs no escape; everything else, "#" and "%" included, is percent-encoded.
_PLAIN = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_WWW = re.compile(r"^www\d*\.")
#: A session id in a query: only what precedes and follows it counts.
_SESSIONS = tuple(
    re.compile(rf"(?P<before>.*)(?:{number})(?:&(?P<after>.*))?", re.DOTALL)
    for number in (
        r"jsessionid=[0-9a-z]{32}",
        r"phpsessid=[0-9a-z]{32}",
        r"sid=[0-9a-z]{32}",
        r"aspsessionid[a-z]{8}=[a-z]{24}",
        r"cfid=[^&]+&cftoken=[^&]+",
    )
)
#: ASP.NET's cookieless sessions.
_PATH_SESSION = re.compile(r"/\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)(?=/[^?]+\.aspx)")


def surt(url: str) -> str:
    """Return the key of a URL; for one that is neither http nor https, the URL itself.

    >>> surt("https://www.Example.com:443/b/../Khabar/?b=2&a=1#top")
    'com,example)/khabar?a=1&b=2'
    >>> surt("https://مثال.إختبار/خبر")
    'xn--kgbechtv,xn--mgbh0fb)/%d8%ae%d8%a8%d8%b1'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return url
    where = ",".join(reversed(_WWW.sub("", _ascii(parts.hostname)).split(".")))
    where += f":{port}" if port not in (None, _DEFAULT_PORTS[parts.scheme]) else ""
    query = _query(parts.query)
    return f"{where}){_path(parts.path)}{'?' + query if query else ''}"


def spelled(url: str) -> str:
    """Return the URL in the spelling that clients request: only the fragment is removed.

    >>> spelled("http://مثال.إختبار/خبر#1") == spelled("http://xn--mgbh0fb.xn--kgbechtv/%D8%AE%D8%A8%D8%B1")
    True
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return url
    query = f"?{_normal_encoding(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{_ascii(parts.hostname or '')}:{port}{_normal_encoding(parts.path) or '/'}{query}"


@lru_cache(maxsize=1024)  # an archive has few hosts
def _ascii(host: str) -> str:
    """Return the host in lower case, Arabic and other names in their DNS form."""
    name = unquote_to_bytes(host).decode("utf-8", "replace").strip(".").lower()
    try:
        return str(ipaddress.ip_address(name)) if name[:1].isdigit() else idna.encode(name, uts46=True).decode()
    except (ValueError, UnicodeError):
        return quote(name, safe=_PLAIN)


def _path(path: str) -> str:
    kept: list[str] = []
    for segment in _normal_encoding(path).lower().split("/")[1:]:
        if segment == ".." and kept:
            kept.pop()
        elif segment != ".":
            kept.append(segment)  # a ".." above the root stays, as in the reference rules
    return _PATH_SESSION.sub("", "/" + "/".join(filter(None, kept)))


def _query(query: str) -> str:
    text = _normal_encoding(query).lower()
    for session in _SESSIONS:
        if found := session.fullmatch(text):
            text = found["before"] + (found["after"] or "")
    return "&".join(sorted(text.split("&"), key=lambda pair: pair.split("=", 1)))


def _normal_encoding(text: str) -> str:
    """Decode percent signs until nothing changes, then encode where needed: one spelling per URL."""
    data, before = text.encode("utf-8", "surrogatepass"), b""
    while data != before:
        before, data = data, unquote_to_bytes(data)
    return quote(data, safe=_PLAIN)
