"""Identity of URLs: which URLs are the same page, and which canonical claims of a page are accepted.

The key is only for comparison; the URL is fetched as discovered.
"""

import functools
import ipaddress
import posixpath
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import idna

from pipelines.urls.lists import is_list_url
from pipelines.urls.trackers import is_tracker
from storage.errors import WarraqError
from storage.model.url_names import share_a_name

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

#: Maximum length of a URL in characters; Arabic slugs of 300 letters are about 2,000 when percent-encoded.
MAX_LENGTH = 8_000

#: Characters with the same meaning raw and percent-encoded; other ASCII characters keep their form.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!*'(),:@$")
_DELIMITERS = frozenset("&=+;/?")
_ESCAPE_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
#: Marks copied with a URL out of right-to-left text, and characters that browsers strip.
_EDGES = (
    "".join(map(chr, range(0x21)))
    + "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\u00a0"
)
#: A URL that `absolute` returns as it is, if its origin is sound; most links of a page are such.
_PLAIN_URL = re.compile(r"(https?://[a-z0-9.-]+)/[\w\-.~!$&'()*+,;=:@%/]{0,2000}(?:\?[\w\-.~!$&'()*+,;=:@%/]{1,2000})?")
_REMOVED = str.maketrans("", "", "\t\r\n")
_FEW_WORDS = 4
#: What a BadUrl says; here for the catalogue.
WORDS = {"bad": "not an address of a page: {url} ({why})"}


class BadUrl(WarraqError):
    """The URL is not valid for a page. `url` contains it, truncated to 200 characters."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url[:200]
        super().__init__(WORDS["bad"].format(url=repr(self.url), why=why))


def canonical_key(url: str) -> str:
    """Return the canonical key of a URL. Idempotent.

    Equal: http and https, "www.", default ports, letters and their percent-encoding, order of parameters, repeated
    and trailing slashes, dot segments. Dropped: fragments ("#!" too: without a browser it is the same page), trackers,
    session ids, empty queries. Different: mobile and AMP pages (their rel=canonical joins them), letter case of paths.

    >>> canonical_key("HTTP://www.Example.ma:80/%d8%b3/?utm_source=x&b=2&a=1#c")
    'https://example.ma/س?a=1&b=2'

    Raises:
        BadUrl: not http(s), no host, a user name, too long, or unparsable.
    """
    parts = _split(url)
    host = _host(parts, url).removeprefix("www.")
    return f"https://{host}{_port(parts, url)}{_path(parts.path)}{_query(parts.query)}"


def absolute(url: str) -> str:
    """Return an absolute http(s) URL, cleaned as by browsers: no outer white space, tabs, newlines or fragment.

    Raises:
        BadUrl: as `canonical_key`.
    """
    plain = _PLAIN_URL.fullmatch(url)
    if plain and _is_plain_origin(plain[1]):
        return url
    return _cleaned(url)


@functools.lru_cache(maxsize=4096)
def _is_plain_origin(origin: str) -> bool:
    """Whether a scheme and host are written as `absolute` writes them."""
    try:
        return _cleaned(f"{origin}/") == f"{origin}/"
    except BadUrl:
        return False


def _cleaned(url: str) -> str:
    parts = _split(url)
    _host(parts, url)
    _port(parts, url)
    cleaned = parts._replace(fragment="").geturl()
    return "".join(
        _encoded(letter) if letter in ' "<>\\^`{|}' or not letter.isprintable() else letter for letter in cleaned
    )


def same_site(one: str, other: str) -> bool:
    """Say whether two URLs have the same registered domain (example.com.sa).

    Hosts without one must be equal, including the port.

    Shared hosting (blogspot.com, wordpress.com) counts by tenant. False if either is not a URL.
    """
    try:
        return _site(one) == _site(other)
    except BadUrl:
        return False


def site_of(url: str) -> str | None:
    """Return what `same_site` compares; None if this is not a URL."""
    try:
        return _site(url)
    except BadUrl:
        return None


def is_home(url: str) -> bool:
    """Say whether a URL is a home page: only a language or start document as path, no query that names a page."""
    key = urlsplit(canonical_key(url))
    return not key.query and bool(
        re.fullmatch(r"/?(?:ar|en|fr|arabic|home|index|default|main)?(?:\.(?:html?|php|aspx?|jsp))?", key.path, re.I)
    )


def choose_canonical(fetched: str, claimed: str | None) -> str:
    """Return the URL to cite: the page's canonical claim if plausible, else the fetched URL.

    A claim counts on the same registered domain, and when it names a page: many sites give every article the
    home page or its section as canonical. Whether it is true is decided where the texts can be compared.
    """
    if not claimed:
        return fetched
    try:
        claim = absolute(claimed)
        believed = (
            same_site(fetched, claim)
            and not is_home(claim)
            and (_is_specific(claim) or not _is_specific(fetched))
            and not _is_only_list(fetched, claim)
        )
    except BadUrl:
        return fetched
    return claim if believed else fetched


def _is_only_list(fetched: str, claim: str) -> bool:
    """Say whether a claim is a section's or tag's URL, and not another form of the fetched page's URL."""
    key = canonical_key(claim)
    return is_list_url(key, path=urlsplit(key).path) and not share_a_name(canonical_key(fetched), key)


def _is_specific(url: str) -> bool:
    """Say whether a URL looks like that of one page: a number, a long slug, or a path with a query."""
    key = urlsplit(canonical_key(url))
    last = key.path.rsplit("/", 1)[-1]
    return bool(re.search(r"\d", last + key.query)) or len(re.split(r"[-_\s]+|%20|\+", last)) >= _FEW_WORDS


def _split(url: str) -> SplitResult:
    if len(url) > MAX_LENGTH:
        raise BadUrl(url, f"longer than {MAX_LENGTH} characters")
    url = url.strip(_EDGES).translate(_REMOVED)
    try:
        parts = urlsplit(url.replace("\\", "/") if "?" not in url else url)
    except ValueError as error:
        raise BadUrl(url, str(error)) from error
    if parts.scheme not in ("http", "https"):
        raise BadUrl(url, "only http and https")
    if "@" in parts.netloc:
        raise BadUrl(url, "it names a user")
    return parts


def _host(parts: SplitResult, url: str) -> str:
    """Return the host in lower case, international names in their ASCII form."""
    try:
        host = (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise BadUrl(url, str(error)) from error
    if ":" in host:
        return _ip_literal(host, url)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError as error:
            raise BadUrl(url, f"host: {error}") from error
    host = host.lower()
    if not _HOST.fullmatch(host) or ".." in host or len(host) > 253:
        raise BadUrl(url, "no host" if not host else "the host is not a name")
    return host


def _ip_literal(host: str, url: str) -> str:
    try:
        return f"[{ipaddress.IPv6Address(host)}]"
    except ValueError as error:
        raise BadUrl(url, str(error)) from error


def _port(parts: SplitResult, url: str) -> str:
    try:
        port = parts.port
    except ValueError as error:
        raise BadUrl(url, "the port is not a number up to 65535") from error
    return "" if port in (None, 80, 443) else f":{port}"


def _path(path: str) -> str:
    path = _same_form(_SESSION_IN_PATH.sub("", path), plain=_PLAIN, kept=_DELIMITERS)
    path = posixpath.normpath("/" + path.lstrip("/"))
    return "/" if path in ("/", "//") else path.rstrip("/")


def _query(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        name, equals, value = (
            _same_form(part, plain=_PLAIN | {"/", "?"}, kept=frozenset(";"))
            for part in pair.replace("+", "%20").partition("=")
        )
        if (name or value) and not is_tracker(name, value):
            kept.append((name, name + ("=" if equals else "") + value))
    kept.sort(key=lambda one: one[0])
    return "?" + "&".join(pair for _, pair in kept) if kept else ""


def _same_form(text: str, *, plain: frozenset[str], kept: frozenset[str]) -> str:
    """Decode letters, percent-encode everything else once, in capitals; bytes that are not UTF-8 remain encoded."""
    out: list[str] = []
    place = 0
    for run in _ESCAPE_RUN.finditer(text):
        out += [letter if letter in kept else _formed(letter, plain) for letter in text[place : run.start()]]
        raw = bytes.fromhex(run[0].replace("%", ""))
        out += [_formed(letter, plain) for letter in raw.decode("utf-8", "surrogateescape")]
        place = run.end()
    out += [letter if letter in kept else _formed(letter, plain) for letter in text[place:]]
    return "".join(out)


def _formed(letter: str, plain: frozenset[str]) -> str:
    if letter in plain or (letter > "\x7f" and unicodedata.category(letter)[0] in "LNMSP"):
        return letter
    return _encoded(letter)


def _encoded(letter: str) -> str:
    return "".join(
        f"%{byte:02X}"
        for byte in letter.encode("utf-8", "surrogateescape" if "\udc80" <= letter <= "\udcff" else "replace")
    )


@functools.lru_cache(maxsize=4096)  # the home pages of some hundred sources are queried again for every URL
def _site(url: str) -> str:
    parts = _split(url)
    host = _host(parts, url)
    return _suffixes().privatesuffix(host) or host + _port(parts, url)


@functools.cache
def _suffixes() -> "PublicSuffixList":
    """Return the public suffix list that its library brings: never fetched. Under unknown endings nothing is a site."""
    from publicsuffixlist import PublicSuffixList  # reads it: 70 ms that listing sources does not need

    return PublicSuffixList(accept_unknown=False)
