"""Prune the page before anything reads it: elements that say themselves that they are no article.

What an element is called (class, id, role, aria-label) and what it is (nav, aside, form, figcaption) decides here;
how it looks among its neighbours decides in `widgets.py`.
"""

import re
from collections.abc import Callable, Iterator

from pipelines.body.flow import Block
from pipelines.html.dom import Element, hints

_B = r"(?:^|[\s_\-:./]|(?<=[a-z])(?=[A-Z]))"
_E = r"(?:$|[\s_\-:./0-9])"


def _named(*words: str) -> re.Pattern[str]:
    return re.compile(_B + "(?:" + "|".join(words) + ")" + _E)


#: What page authors call parts that are not the article; whole words within names, measured on 160 pages (tests/bench/extract.py).
NAMES: dict[str, re.Pattern[str]] = {
    "share": _named("shar(?:e|ing|es)", "share-?(?:bar|box|tools|buttons|links|widget|this)", "sharethis", "addtoany", "a2a", "social(?:-?\\w+)?", "socials", "sharedaddy", "follow(?:-?us)?"),
    "related": _named("related", "related-?(?:posts|articles|content|stories|news|links|topics)", "read-?(?:also|more|next)", "recommended", "recommend(?:ation)?s?", "more-?(?:stories|news|on|from)", "you-?may-?(?:also-?)?like", "also-?like", "outbrain", "taboola", "trending", "most-?(?:read|popular|viewed)", "popular", "jp-relatedposts", "yarpp", "crp_related", "see-?also", "up-?next"),
    "newsletter": _named("newsletter", "news-?letter", "subscri(?:be|ption)", "sign-?up", "optin", "opt-in", "mailchimp", "mc4wp"),
    "comments": _named("comments?", "respond", "disqus(?:_thread)?", "comment-?(?:list|form|respond|area|section)", "fb-comments"),
    "ad": _named("ads?", "advert", "advertisement", "adsbygoogle", "dfp", "sponsor(?:ed)?", "promo", "promotion", "ad-?(?:wrapper|container|slot|unit|box|notice)", "banner-ad"),
    "author": _named("author-?(?:bio|box|info|card|description|about|profile|details)", "about-?(?:the-?)?author", "writer-?(?:bio|box|info)", "bio", "contributors?"),
    "byline": _named("by-?line", "post-?meta", "entry-?meta", "article-?meta", "meta-?info", "dateline", "timestamp", "publish(?:ed)?-?date", "date-?published", "reading-?time", "read-?time"),
    "tags": _named("tags?", "tag-?(?:list|cloud|links)", "tagcloud", "post-?tags", "keywords", "topics-?list", "hashtags?"),
    "caption": _named("caption", "wp-caption-text", "image-?(?:caption|credit)", "photo-?(?:caption|credit)", "img-?caption", "credit", "media-?credit"),
    "navigation": _named("nav", "navigation", "breadcrumbs?", "pagination", "pager", "post-?nav", "nav-?links", "next-?prev", "prev-?next", "toc", "table-of-contents", "menu"),
    "consent": _named("cookies?", "cookie-?(?:banner|notice|consent|bar)", "gdpr", "consent", "privacy-?(?:notice|banner)"),
    "poll": _named("polls?", "poll-?(?:widget|box)", "quiz", "survey", "vote"),
    "hidden": _named("d-none", "modal", "pop-?up", "popover", "overlay", "lightbox", "tooltip", "sr-only", "visually-hidden", "screen-reader-text", "wp-auth-check-wrap"),
    "disclaimer": _named("disclaimer", "disclosures?", "copyright", "print-?only", "post-?boilerplate"),
}  # fmt: skip

#: What the element itself is.
TAGS: dict[str, str] = {
    "nav": "navigation",
    "aside": "aside",
    "form": "form",
    "fieldset": "form",
    "footer": "footer",
    "figcaption": "caption",
    "dialog": "dialog",
    "menu": "navigation",
}

_INVISIBLE = re.compile(r"display:none|visibility:hidden", re.IGNORECASE)

ROLES: dict[str, str] = {
    "navigation": "navigation",
    "complementary": "aside",
    "contentinfo": "footer",
    "search": "form",
    "dialog": "dialog",
    "alert": "dialog",
    "banner": "navigation",
    "form": "form",
}

#: A page with more `<h1>` than this uses them for its sections.
MANY_HEADLINES = 2
#: An element that holds more than this share of the page's prose is the article, whatever it is called.
ARTICLE_SHARE = 0.4


def condemned(
    body: Element, prose: Callable[[Element], float], verdict: Callable[[Element], str | None]
) -> Iterator[tuple[str, Element]]:
    """Yield (rule, element) for what to take out, outermost first; `prose` gives the share of the page's prose in an element."""
    stack = list(reversed(body))
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        rule = verdict(element)
        if rule and prose(element) <= ARTICLE_SHARE:
            yield rule, element
        else:
            stack.extend(reversed(element))


#: Elements that are never condemned for their name: the page's frame, headings, and parts of tables.
_SPARED = frozenset(["html", "body", "main", "article", "h1", "h2", "h3", "h4", "tr", "td", "br", "img"])


def by_kind(element: Element) -> str | None:
    """What the element is: its tag, its role, hidden, a post embedded from elsewhere."""
    if element.tag in TAGS:
        return TAGS[element.tag]
    role = element.get("role")
    if role in ROLES:
        return ROLES[role]
    if element.get("hidden") is not None or _INVISIBLE.search((element.get("style") or "").replace(" ", "")):
        return "hidden"
    if "hidden" in (element.get("class") or "").split():
        return "hidden"
    if element.tag == "blockquote" and re.search(
        r"twitter-tweet|instagram-media|tiktok-embed|fb-post", element.get("class") or ""
    ):
        return "embed"
    return None


def by_name(element: Element) -> str | None:
    """What the page's author calls it."""
    called = hints(element) if element.tag not in _SPARED else ""
    if not called:
        return None
    for rule, pattern in NAMES.items():
        if pattern.search(called):
            return rule
    return None


def prose_share(found: list[Block]) -> Callable[[Element], float]:
    """Measure how much of the page's prose lies in an element."""
    weight: dict[Element, int] = {}
    total = 0
    for block in found:
        if block.is_prose:
            total += block.words
            element = block.element
            while element is not None:
                weight[element] = weight.get(element, 0) + block.words
                element = element.getparent()
    return lambda element: weight.get(element, 0) / total if total else 0.0


def headlines(body: Element) -> list[Element]:
    """The page's `<h1>`: the headline is kept apart from the text. A page that heads every section with one keeps the others."""
    found = list(body.iter("h1"))
    return found if len(found) <= MANY_HEADLINES else found[:1]
