"""JSON-LD of a page, tolerant of broken, nested and hostile data. Evidence for title, authors, dates and kind."""

import html
import json
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

#: Limits. Real pages have at most about 60 KB in one block; a review page of 2026 had 41 blocks.
MAX_CHARS = 500_000
MAX_BLOCKS = 100
MAX_DEPTH = 60
MAX_OBJECTS = 500

#: schema.org types (lower case) that are one article, as Arabic newsrooms name them.
ARTICLE_TYPES = frozenset(
    {
        "article",
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "askpublicnewsarticle",
        "advertisercontentarticle",
        "blogposting",
        "liveblogposting",
        "socialmediaposting",
        "report",
        "scholarlyarticle",
        "techarticle",
        "satiricalarticle",
    }
)

Object = dict[str, Any]

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,8});")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WRAPPING = re.compile(r"<!--|-->|(?://|/\*)?\s?<!\[CDATA\[\s?(?:\*/)?|(?://|/\*)?\s?\]\]>\s?(?:\*/)?")
_MARKUP = re.compile(r"</?(?:p|br|span|div)\b[^<>]{0,200}>", re.IGNORECASE)
_STRING_OR_STRAY_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+"?)|,(?=\s{0,99}[,}\]])', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(\\|(?!["/bfnrt]|u[0-9a-fA-F]{4}))')
#: Characters that may follow the closing quote of a string.
_AFTER_STRING = re.compile(r'\s*(?::|[}\]]|,\s*["{\[\d\-}\]tfn]|$)')


def objects(tree: HtmlElement) -> list[Object]:
    """Return the JSON-LD objects of a page in page order: arrays, `@graph` and `mainEntity` opened, other nesting kept.

    Strings come with entities decoded, NUL and lone surrogates as U+FFFD; numbers that no field can hold
    (NaN, 1e999, more than 18 digits) as None. An unreadable block is skipped.
    """
    found: list[Object] = []
    budget = MAX_CHARS
    for script in islice(_scripts(tree), MAX_BLOCKS):
        text = script.text or ""
        budget -= len(text)
        if budget < 0:
            break
        for value in _values(text):
            found.extend(_opened(_tidy(value)))
    return found[:MAX_OBJECTS]


def _scripts(tree: HtmlElement) -> Iterator[HtmlElement]:
    for script in tree.iter("script"):
        kind = script.get("type") or ""
        if "ld+json" in kind or "LD+JSON" in kind:
            yield script


def types(thing: Object) -> frozenset[str]:
    """Return the `@type` words in lower case, without "schema:" or "http://schema.org/" before them."""
    named = thing.get("@type")
    words = named if isinstance(named, list) else [named]
    return frozenset(re.split(r"[/:#]", word)[-1].strip().lower() for word in words if isinstance(word, str))


def article(found: list[Object]) -> Object | None:
    """Return the object of the page's article: the first of an article type, preferably with a headline."""
    articles = [thing for thing in found if types(thing) & ARTICLE_TYPES]
    return next((thing for thing in articles if thing.get("headline")), articles[0] if articles else None)


def linked(value: Any, found: list[Object]) -> Any:
    """Resolve `{"@id": ...}` to the object with that id; return other values unchanged."""
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and "@id" in value:
        return next((thing for thing in found if thing.get("@id") == value["@id"] and len(thing) > 2), value)
    return value


def _values(text: str) -> Iterator[Any]:
    """Yield the JSON values of a block, parsed as written, then with each usual fault repaired in turn."""
    text = text.strip("\ufeff \t\r\n")
    if not text or not _is_shallow(text):
        return
    for mend in (_as_written, _unwrapped, _without_markup, _with_quotes_escaped):
        text = mend(text)
        try:
            yield from _decode_all(text)
        except (ValueError, RecursionError):
            continue
        return


def _decode_all(text: str) -> list[Any]:
    """Decode consecutive JSON values: some themes write several into one script.

    Raises:
        ValueError: the text is not JSON.
    """
    decoder = json.JSONDecoder(strict=False, parse_int=_small_int, parse_float=_finite, parse_constant=lambda _: None)
    values: list[Any] = []
    place = 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        values.append(value)
        while place < len(text) and text[place] in " \t\r\n,;":
            place += 1
    return values


def _is_shallow(text: str) -> bool:
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            return False
    return True


def _small_int(digits: str) -> int | None:
    return int(digits) if len(digits) <= 18 else None


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _as_written(text: str) -> str:
    return text


def _unwrapped(text: str) -> str:
    """Remove comments, CDATA marks, stray commas and invalid escapes, and decode one layer of entities."""
    if "&quot;" in text and text.count('"') < text.count("&quot;"):
        text = html.unescape(text)
    text = _WRAPPING.sub("", text).strip().rstrip(";").strip()
    text = _BAD_ESCAPE.sub(lambda found: found[0] if found[1] else "", text)
    return _STRING_OR_STRAY_COMMA.sub(lambda found: found[1] or "", text)


def _without_markup(text: str) -> str:
    """Remove the <p> and <br /> that WordPress inserts into a pasted script."""
    return _STRING_OR_STRAY_COMMA.sub(lambda found: found[1] or "", _MARKUP.sub("", text))


def _with_quotes_escaped(text: str) -> str:
    """Escape quotation marks inside strings: `"headline": "قال "نعم" أمس",`.

    A quote ends a string only where JSON can go on.
    """
    parts: list[str] = []
    inside = False
    escaped = False
    for place, letter in enumerate(text):
        if letter == '"' and not escaped:
            if inside and not _AFTER_STRING.match(text, place + 1):
                parts.append("\\")
            else:
                inside = not inside
        escaped = letter == "\\" and not escaped
        parts.append(letter)
    return "".join(parts)


def _opened(value: Any) -> Iterator[Object]:
    if isinstance(value, list):
        for one in value:
            yield from _opened(one)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity"):
            yield from _opened(value.get(key))


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", _ENTITY.sub(lambda found: html.unescape(found[0]), value))
    if isinstance(value, list):
        return [_tidy(one) for one in value]
    if isinstance(value, dict):
        return {_tidy(key): _tidy(one) for key, one in value.items()}
    return value
