"""Authors of an article: people and desks, never file names, URLs, accounts of the site's software or the site."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from pipelines.html import jsonld
from pipelines.html.parsed_page import ParsedPage
from pipelines.html.surroundings import Surroundings
from pipelines.metadata.bylines import bylines
from pipelines.metadata.title import clean_line
from pipelines.words.normal import normal
from pipelines.words.persons import PLACES, is_person, split_persons
from pipelines.words.roles import without_role
from storage.text.characters import without_invisible

#: Maximum length of a name, in characters and words; longer texts are sentences.
MAX_CHARS = 60
MAX_WORDS = 7
#: Maximum number of authors of one article.
MAX_AUTHORS = 12

#: Maximum number of meta tags read.
MAX_METAS = 200
#: Elements that hold a byline if their class says so.
_BYLINE_TAGS = frozenset(["a", "span", "div", "p", "address", "h3", "h4", "li", "strong"])

#: Accounts and placeholders that sites print instead of a name, folded.
NOBODY = frozenset(
    normal(name)
    for name in (
        "admin", "administrator", "root", "user", "editor", "webmaster", "superuser", "super user", "super admin", "author", "guest",  # noqa: E501  a table row
        "unknown", "none", "null", "undefined", "n/a", "anonymous", "test", "wordpress", "default", "site admin", "web master",  # noqa: E501  a table row
        "إدارة الموقع", "ادارة الموقع", "مدير الموقع", "مسؤول الموقع", "المدير", "الأدمن", "أدمن", "ادمن", "الادارة", "المشرف", "مشرف",  # noqa: E501  a table row
        "المشرف العام", "الموقع", "غير معروف", "مجهول", "بدون", "كاتب", "الكاتب", "المؤلف", "محرر", "زائر", "المدون", "لا يوجد",  # noqa: E501  a table row
        "by", "par", "بقلم", "كتب", "كتبت", "إعداد", "تحرير", "المصدر", "تحكم", "مستخدم", "مدير", "مدير النظام", "خاص", "admin admin", "مدير التحرير العام للموقع",  # noqa: E501  a table row
    )
)  # fmt: skip

_WORD_BEFORE = (
    r"بقلم|بقلم الكاتبة?|كتبت?|كتبها?|كتبه|إعداد|اعداد|أعده|أعدها|تحرير|تقرير|تحقيق|حوار|حاوره|حاورته|حاورها|أجرى الحوار|ترجمة|ترجمه|المصدر|الكاتبة?|"  # noqa: E501  a regular expression
    r"المؤلف|المحرر|الناشر|نشر بواسطة|كتب بواسطة|بواسطة|مراسل(?:ة|نا|تنا)?|by|written by|posted by|author|par|من"
)
_BEFORE = re.compile(rf"^\s*(?:{_WORD_BEFORE})\s*(?:[:：/|\-–—]\s*|\s+(?=\S))", re.IGNORECASE)
#: Desks whose first word also occurs before a name: "المحرر السياسي", "مراسل الشؤون".
_DESK = re.compile(r"^(?:المحررة?|مراسلة?)\s+\S+$")
_SPLIT = re.compile(r"\s*(?:[،,;؛|•·\n]|\s\+\s|\s/\s|/(?=\D)|\s&\s|\sand\s|\set\s|\sو\s)\s*", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—]+\s+|\s*[–—]\s*")
_ROLE = re.compile(
    r"^(?:مراسلة?|كاتبة?|صحفية?|صحافية?|محررة?|باحثة?|أستاذة?|خبيرة?|رئيسة? تحرير|إعلامية?|senior|staff|reporter|editor|correspondent|writer|journalist)\b",  # noqa: E501  a regular expression
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?:|://|\bwww\.|^/|^[\w-]+(?:/[\w-]+)+$", re.IGNORECASE)
#: Marks of an address, a file, a date, a reading time, a sentence.
_NEVER = re.compile(
    r"@|\.\w{2,4}$|[<>{}=#%_]|\d{2,}|^\W*$|[؟?!]$|\b(?:دقيقة|دقائق|قراءة|منذ|ساعة|ساعات|تعليق|تعليقات|مشاركة|min read|ago|read|updated|published)\b"  # noqa: E501  a regular expression
    r"|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d|^(?:تاريخ|نشر|آخر تحديث|الأحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت)\b",  # noqa: E501  a regular expression
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author(?:s|-?name|-?info|-?title|_name)?|writer(?:-?name)?|reporter|كاتب|الكاتب|katib|writt?en?-?by|write-?by|auteur)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_BYLINE = re.compile(
    r"bio|about|avatar|image|img|photo|thumb|comment|related|card|widget|sidebar|social|desc|more|box|list|date|time",
    re.IGNORECASE,
)


def authors(parsed: ParsedPage, found: list[jsonld.Object], *, sites: set[str], near: Surroundings) -> tuple[str, ...]:
    """Return the people or desks named as authors, in page order; empty if there are none.

    Sources in order: JSON-LD, meta tags, marked bylines, lines near the headline such as "كتب: ..."; the first with a
    name wins. `sites` are the folded names of the site itself.
    """
    for source in (_from_jsonld(found), _from_meta(parsed), _from_bylines(parsed), bylines(near, sites=sites)):
        named = _unique(name for raw in source for name in names(raw) if normal(name) not in sites)
        if named:
            return named
    return ()


def names(raw: str) -> list[str]:
    """Read the names out of a byline.

    >>> names("كتب: محمد علي وسارة حسن - القاهرة")
    ['محمد علي', 'سارة حسن']
    """
    raw = without_invisible(clean_line(raw[:400]))
    if _ADDRESS.search(raw):
        return []
    inside = re.findall(r"[(\[]\s*([^()\[\]]{2,30})\s*[)\]]", raw)
    outside = re.sub(r"[(\[][^()\[\]]*[)\]]", " ", raw)
    out: list[str] = []
    for part in _SPLIT.split(_without_word(outside)):
        for named in _without_places(_without_word(part)):
            out += map(_trimmed, split_persons(named))
    return [name for name in (*out, *map(_trimmed, inside)) if _is_name(name)]


def _without_word(part: str) -> str:
    return part if _DESK.match(part.strip()) else _BEFORE.sub("", without_role(part))


def _without_places(part: str) -> list[str]:
    """Keep the part before a dash, and after it only clear persons: usually a place, a role or the outlet follows."""
    pieces = [piece for piece in _DASH.split(part) if piece]
    named = [piece for piece in pieces if normal(piece) not in PLACES]
    return named[:1] + [piece for piece in named[1:] if is_person(piece)]


def _trimmed(name: str) -> str:
    return name.strip(" \u00a0:-–—|/\\.،,;؛*_\"'«»“”•")


def _is_name(name: str) -> bool:
    folded = normal(name)
    return (
        2 <= len(name) <= MAX_CHARS
        and len(name.split()) <= MAX_WORDS
        and folded not in NOBODY
        and folded not in PLACES
        and not _NEVER.search(name)
        and not _ROLE.match(name)
    )


def _unique(found: Iterator[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for name in found:
        first.setdefault(normal(name), name)
    return tuple(first.values())[:MAX_AUTHORS]


def _from_jsonld(found: list[jsonld.Object]) -> Iterator[str]:
    thing = jsonld.article(found) or {}
    for key in ("author", "creator"):
        yield from _people(thing.get(key), found)


def _people(value: Any, found: list[jsonld.Object]) -> Iterator[str]:
    value = jsonld.linked(value, found)
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value[:MAX_AUTHORS]:
            yield from _people(one, found)
    elif isinstance(value, dict):
        yield from _people(value.get("name"), found)


def _from_meta(parsed: ParsedPage) -> Iterator[str]:
    wanted = (
        "author",
        "article:author",
        "article:author_name",
        "dc.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
        "dcterms.creator",
    )
    for meta in parsed.meta_tags[:MAX_METAS]:
        if (meta.get("name") or meta.get("property") or "").lower() in wanted:
            yield meta["content"]


def _from_bylines(parsed: ParsedPage) -> Iterator[str]:
    """Yield the texts of the first byline of the page marked as author, an inner element before its box."""
    for element in islice(_marked(parsed), 3):
        inner = element.xpath(".//*[@itemprop='name']")
        yield (
            inner[0].get("content") or parsed.text_of(inner[0])
            if inner
            else element.get("content") or parsed.text_of(element)
        )
    for element, tag, attributes in parsed.having("class"):
        if tag in _BYLINE_TAGS and _names_author(attributes["class"]):
            text = parsed.text_of(element)
            if text and len(text) <= 2 * MAX_CHARS and any(map(_is_name, names(text))):
                yield text
                return


def _marked(parsed: ParsedPage) -> Iterator[HtmlElement]:
    """Yield the elements that the page marks as its author."""
    for element, _, attributes in parsed.having_any({"rel", "itemprop"}):
        if attributes.get("rel") == "author" or attributes.get("itemprop") == "author":
            yield element


@lru_cache(maxsize=8192)  # a site uses a few hundred classes
def _names_author(classes: str) -> bool:
    return bool(_BYLINE.search(classes)) and not _NOT_BYLINE.search(classes)
