"""Decide between a list and a single item.

Features are weighed; none decides alone, because each fails on some sites.
"""

import re
from collections.abc import Callable, Iterable

from pipelines.classification.page_features import PARAGRAPH_WORDS, Signs
from pipelines.urls.lists import is_list_url
from pipelines.words.normal import normal

Sign = tuple[int, str, Callable[[Signs], bool]]

_LIST_CLASSES = frozenset(
    ("archive", "category", "tag", "author", "search", "search-results", "search-no-results", "blog", "page-taxonomy", "page-taxonomy-term", "path-taxonomy", "page-search", "page-author", "date", "term-description")  # noqa: E501  a table row
)  # fmt: skip
_LIST_TYPES = frozenset(("collectionpage", "itemlist", "searchresultspage", "profilepage"))
_LIST_HEAD = re.compile(
    r"^(?:نتائج البحث|ارشيف|ال?وسم|ال?تصنيف|ال?قسم|كل مقالات|مقالات ال?كاتب|جميع مقالات|جميع الاخبار|اخر الاخبار|المزيد من|search results|category|tag|archives?|author)\b"  # noqa: E501  a regular expression
)
#: Pages about the site itself: long, but not news.
_SERVICE = frozenset(
    normal(name)
    for name in (
        "about", "about us", "contact", "contact us", "privacy", "privacy policy", "terms", "terms of use", "terms and conditions", "advertise", "advertise with us",  # noqa: E501  a table row
        "من نحن", "عن الموقع", "اتصل بنا", "تواصل معنا", "إتصل بنا", "سياسة الخصوصية", "شروط الاستخدام", "الشروط والأحكام", "اتفاقية الاستخدام", "أعلن معنا", "للإعلان معنا",  # noqa: E501  a table row
        "للاعلان معنا", "هيئة التحرير", "فريق العمل", "فريق التحرير", "خريطة الموقع", "سياسة التحرير", "أسئلة شائعة", "الأسئلة الشائعة", "وظائف شاغرة", "sitemap", "faq", "cookies policy", "سياسة ملفات الارتباط",  # noqa: E501  a table row
    )
)  # fmt: skip


def _has_paging(page: Signs) -> bool:
    if any(tag == "link" and attributes["rel"] in ("next", "prev") for _, tag, attributes in page.parsed.having("rel")):
        return True
    return "pagination" in page.parsed.all_classes or "pager" in page.parsed.all_classes


LIST_SIGNS: tuple[Sign, ...] = (
    (2, "address of a list", lambda page: is_list_url(page.url, path=page.path)),
    (
        3,
        "body class of a list",
        lambda page: bool(page.body_class & _LIST_CLASSES) and not page.body_class & {"single", "single-post"},
    ),
    (2, "schema type of a list", lambda page: bool(page.types & _LIST_TYPES) and not page.is_schema_article),
    (3, "several articles in its schema", lambda page: page.headlines > 2),
    (1, "twelve cards", lambda page: page.cards >= 12),
    (1, "thirty cards", lambda page: page.cards >= 30),
    (3, "text stands in cards", lambda page: page.listed > 0.6),
    (1, "og:type website", lambda page: page.og_type == "website"),
    (1, "address of a folder", lambda page: not page.has_own_address),
    (1, "short headline", lambda page: len(page.title.split()) <= 2),
    (2, "headline of a list", lambda page: bool(_LIST_HEAD.match(normal(page.title)))),
    (1, "no paragraph", lambda page: page.longest < PARAGRAPH_WORDS),
    (
        1,
        "paging",
        _has_paging,
    ),
    (1, "address is not the source's pattern", lambda page: page.matches_source is False),
)

ARTICLE_SIGNS: tuple[Sign, ...] = (
    (4, "schema type", lambda page: page.is_schema_article),
    (2, "og:type article", lambda page: page.says_article and page.headlines <= 2),
    (3, "the source's pattern", lambda page: page.matches_source is True),
    (2, "a written paragraph", lambda page: page.longest >= PARAGRAPH_WORDS and page.listed < 0.3),
    (1, "a long text", lambda page: page.words >= 150 and page.listed < 0.3),
    (1, "text outside of cards", lambda page: page.words >= 8 and page.listed < 0.3),
    (1, "an address of its own", lambda page: page.has_own_address),
    (1, "a date of its own", lambda page: page.has_own_date),
    (1, "a headline of five words", lambda page: len(page.title.split()) >= 5),
)

#: Signs that ask for the page's cards, and what they say at most for a list.
_OF_CARDS = frozenset(
    [
        "twelve cards",
        "thirty cards",
        "text stands in cards",
        "a written paragraph",
        "a long text",
        "text outside of cards",
    ]
)
_MOST_BY_CARDS = sum(points for points, name, _ in LIST_SIGNS if name in _OF_CARDS)

#: A page with this many words of written paragraphs outside of cards is no list, whatever else speaks for one, unless
#: most of its text is in cards: to lose an article is worse than to store a list.
WRITTEN_WORDS = 60
MOSTLY_LISTED = 0.5
#: Minimum points of a list, and minimum lead over the article.
LEAST = 4
MARGIN = 1


def list_or_article(page: Signs) -> str:
    """Return the evidence that the page is a list, or about the site itself; "" for an article."""
    if _is_service(page):
        return "a page about the site"
    if not _may_be_list(page):
        return ""
    signs = [(points, name) for points, name, holds in LIST_SIGNS if holds(page)]
    listed = sum(points for points, _ in signs)
    if listed < LEAST or listed < MARGIN + sum(points for points, _, holds in ARTICLE_SIGNS if holds(page)):
        return ""
    if page.written >= WRITTEN_WORDS and page.listed < MOSTLY_LISTED:
        return ""
    return f"{', '.join(name for _, name in signs)}; {page.cards} cards, longest paragraph {page.longest} words"


def _may_be_list(page: Signs) -> bool:
    """Whether the page can be a list if its cards say so: to find them costs more than all other signs together."""
    listed = _MOST_BY_CARDS + _points_without_cards(LIST_SIGNS, page)
    return listed >= LEAST and listed >= MARGIN + _points_without_cards(ARTICLE_SIGNS, page)


def _points_without_cards(signs: Iterable[Sign], page: Signs) -> int:
    return sum(points for points, name, holds in signs if name not in _OF_CARDS and holds(page))


def _is_service(page: Signs) -> bool:
    last = normal(page.path.rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return (
        normal(page.title) in _SERVICE and not page.is_schema_article and (last in _SERVICE or not page.has_own_address)
    )
