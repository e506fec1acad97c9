"""Features of a page for its classification, computed on first use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipelines.html import jsonld
from pipelines.html.links import resolve
from pipelines.html.parsed_page import ParsedPage
from pipelines.words.normal import normal

#: Minimum number of words of a written paragraph.
PARAGRAPH_WORDS = 25
#: Minimum number of words of a link that is a headline.
HEADLINE_WORDS = 4
#: Maximum number of characters around the headline link of a card.
CARD_CHARS = 700
#: Maximum number of headline links examined.
MAX_CARDS = 400

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_IN_LINE = ("a", "b", "strong", "span", "font", "em", "i", "u")
_DATE = re.compile(r"\b20[0-3]\d\b|٢٠[٠-٣][٠-٩]|\d{1,2}:\d\d|منذ|قبل \d")


@dataclass(frozen=True, kw_only=True)
class Signs:
    """One page. `lines` are those of the cleaned text, `headers` have names in lower case."""

    parsed: ParsedPage
    url: str
    status: int
    headers: Mapping[str, str]
    title: str
    lines: tuple[str, ...]
    #: Pattern of the source's article URLs; None if it has none.
    article_url: str | None
    #: See `jsonld.objects`.
    objects: list[jsonld.Object]

    @property
    def tree(self) -> HtmlElement:
        return self.parsed.tree

    @cached_property
    def _counts(self) -> list[int]:
        """Words of each line."""
        return [len(line.split()) for line in self.lines]

    @cached_property
    def words(self) -> int:
        """Words of the cleaned text."""
        return sum(self._counts)

    @cached_property
    def longest(self) -> int:
        """Words of the longest line of the cleaned text."""
        return max(self._counts, default=0)

    @cached_property
    def types(self) -> frozenset[str]:
        """schema.org types of the page's objects, lower case, microdata among them."""
        named = {name for thing in self.objects for name in jsonld.types(thing)}
        scoped = self.parsed.having("itemscope")
        scopes = [attributes["itemtype"] for _, _, attributes in scoped if "itemtype" in attributes][:50]
        marked = [scope.rsplit("/", 1)[-1].lower() for scope in scopes]
        return frozenset(named | {name for name in marked if marked.count(name) == 1})

    @cached_property
    def headlines(self) -> int:
        """Objects of an article type with different headlines: one for an article, many for a list."""
        return len({str(thing.get("headline")) for thing in self.objects if jsonld.types(thing) & jsonld.ARTICLE_TYPES})

    @cached_property
    def is_schema_article(self) -> bool:
        return bool(self.types & (jsonld.ARTICLE_TYPES - {"article"})) and self.headlines <= 2

    @cached_property
    def og_type(self) -> str:
        return next(
            (meta["content"].strip().lower() for meta in self.parsed.meta_tags if meta.get("property") == "og:type"),
            "",
        )

    @cached_property
    def body_class(self) -> frozenset[str]:
        body = self.tree.find("body")
        return frozenset((body.get("class") or "").lower().split()) if body is not None else frozenset()

    @cached_property
    def path(self) -> str:
        return unquote(urlsplit(self.url).path).lower()

    @cached_property
    def canonical(self) -> str | None:
        for _, tag, attributes in self.parsed.having("rel"):
            if tag == "link" and attributes["rel"] == "canonical" and "href" in attributes:
                return resolve(attributes["href"], base=self.url)
        return None

    @cached_property
    def head(self) -> str:
        """Document title and first headings, folded: where an error page or a challenge says what it is."""
        heads = islice(self.tree.iter("title", "h1", "h2"), 6)
        return normal(" ".join([self.title, *(self.parsed.text_of(head)[:200] for head in heads)]))

    @cached_property
    def first_words(self) -> str:
        """The first words of the body, folded."""
        body = self.tree.find("body")
        return normal(self.parsed.text_of(body)[:4_000]) if body is not None else ""

    @cached_property
    def all_words(self) -> int:
        """Words of the whole body, including menus, counted up to about 600."""
        return len(self.first_words.split())

    @cached_property
    def says_article(self) -> bool:
        """Whether the page declares one article, by schema type, Open Graph or the source's URL pattern."""
        if (self.types & jsonld.ARTICLE_TYPES and self.headlines <= 2) or self.og_type in (
            "article",
            "og:article",
            "news",
            "news_article",
        ):
            return True
        if self.body_class & {
            "single",
            "single-post",
            "node-type-article",
            "page-node-type-article",
            "page-node-type-news",
        }:
            return True
        return self.matches_source is True

    @cached_property
    def matches_source(self) -> bool | None:
        return bool(re.search(self.article_url, self.url)) if self.article_url else None

    @cached_property
    def has_own_address(self) -> bool:
        """Whether the URL looks like one item's: it ends in a number, a slug of four words, or a part after a date."""
        parts = urlsplit(self.url)
        last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
        if re.search(r"\d{3,}", last + parts.query) or re.search(r"/20\d\d/.*[^\d/]", parts.path):
            return True
        return len(re.split(r"[-_\s]+", last)) >= HEADLINE_WORDS

    @cached_property
    def has_own_date(self) -> bool:
        """Whether there is a date near the h1 or in the meta tags."""
        if self.parsed.metas.keys() & {"article:published_time", "datePublished"}:
            return True
        for heading in islice(self.tree.iter("h1"), 2):
            around = heading.getparent()
            if around is not None and _DATE.search(self.parsed.text_of(around)[:600].replace(self.title, "")):
                return True
        return False

    @cached_property
    def is_one_item(self) -> bool:
        """Whether headline plus declaration, or date and URL, suffice to make a breaking line an article."""
        words = len(self.title.split())
        return (self.says_article and words >= 2) or (
            words >= HEADLINE_WORDS and self.has_own_address and self.has_own_date
        )

    @cached_property
    def card_texts(self) -> dict[str, str]:
        """href -> folded text of each card: a standalone link of a headline's length, with its teaser."""
        links = {link: text for link, text in self.parsed.links if _is_headline(text)}
        cards: dict[str, str] = {}
        for link in list(links)[:MAX_CARDS]:
            card = _card_of(self.parsed, link, links)
            if len(card) > len(cards.get(link.get("href"), "")):
                cards[link.get("href")] = card
        return cards

    @cached_property
    def cards(self) -> int:
        return len(self.card_texts)

    @cached_property
    def listed(self) -> float:
        """Share of the text's words inside cards, 0 to 1; 0 if there are fewer than five cards."""
        if self.cards < 5 or not self.words:
            return 0.0
        counted = zip(self.lines, self._counts, strict=True)
        return sum(words for line, words in counted if self._is_in_card(line)) / self.words

    @cached_property
    def written(self) -> int:
        """Words of the text's written paragraphs outside of cards."""
        counted = zip(self.lines, self._counts, strict=True)
        return sum(words for line, words in counted if words >= PARAGRAPH_WORDS and not self._is_in_card(line))

    @cached_property
    def _all_cards(self) -> str:
        return "\n".join(self.card_texts.values())

    def _is_in_card(self, line: str) -> bool:
        folded = normal(line)
        return bool(folded) and folded in self._all_cards


def _is_headline(text: str) -> bool:
    return len(text) < CARD_CHARS and len(text.split()) >= HEADLINE_WORDS


def _card_of(parsed: ParsedPage, link: HtmlElement, links: Mapping[HtmlElement, str]) -> str:
    """Climb from a headline link to the largest box that has no other headline link.

    "" for a link inside a sentence.
    """
    box = link
    while box.tag in _IN_LINE and box.getparent() is not None:
        box = box.getparent()
    text = parsed.text_of(box)
    if len(text) > CARD_CHARS or (box.tag == "p" and len(text) > 1.5 * len(links[link])):
        return ""
    for _ in range(5):
        outer = box.getparent()
        if outer is None or outer.tag in ("body", "html", "main") or len(outer) > 30:
            break
        if any(other in links and other.get("href") != link.get("href") for other in outer.iter("a")):
            break
        if len(wider := parsed.text_of(outer)) > CARD_CHARS:
            break
        box, text = outer, wider
    return normal(text + _below(parsed, box, links))


def _below(parsed: ParsedPage, box: HtmlElement, links: Mapping[HtmlElement, str]) -> str:
    """Return the teaser in a list without boxes: the text between a heading and the next."""
    if box.tag not in _HEADINGS:
        return ""
    text = ""
    for sibling in box.itersiblings():
        if sibling.tag in _HEADINGS or len(text) > CARD_CHARS or any(link in links for link in sibling.iter("a")):
            break
        text += " " + parsed.text_of(sibling)
    return text if len(text) <= CARD_CHARS else ""
