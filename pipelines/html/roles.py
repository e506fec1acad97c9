"""Roles of elements that are not article text: hidden, navigation, share bar, caption.

Derived from tag, role and name (class, id, label). Whether to use it is decided when the page's prose is known: an
element that contains much of it is the article, regardless of its names.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_B = r"(?:^|[\s_\-:./]|(?<=[a-z])(?=[A-Z]))"
_E = r"(?:$|[\s_\-:./0-9])"

#: Names of parts that are not the article; whole words within class names and ids.
_WORDS: dict[str, tuple[str, ...]] = {
    "share": ("shar(?:e|ing|es)", "share-?(?:bar|box|tools|buttons|links|widget|this)", "sharethis", "addtoany", "a2a", "social(?:-?\\w+)?", "socials", "sharedaddy", "follow(?:-?us)?",),
    "related": ("related", "related-?(?:posts|articles|content|stories|news|links|topics)", "read-?(?:also|more|next)", "recommended", "recommend(?:ation)?s?", "more-?(?:stories|news|on|from)", "you-?may-?(?:also-?)?like", "also-?like", "outbrain", "taboola", "trending", "most-?(?:read|popular|viewed)", "popular", "jp-relatedposts", "yarpp", "crp_related", "see-?also", "up-?next",),
    "newsletter": ("newsletter", "news-?letter", "subscri(?:be|ption)", "sign-?up", "optin", "opt-in", "mailchimp", "mc4wp",),
    "comments": ("comments?", "respond", "disqus(?:_thread)?", "comment-?(?:list|form|respond|area|section)", "fb-comments",),
    "ad": ("ads?", "advert", "advertisement", "adsbygoogle", "dfp", "sponsor(?:ed)?", "promo", "promotion", "ad-?(?:wrapper|container|slot|unit|box|notice)", "banner-ad",),
    "author": ("author[-_]{0,2}(?:bio|box|info|card|description|about|profile|details?)", "about-?(?:the-?)?author", "writer-?(?:bio|box|info)", "bio", "contributors?",),
    "byline": ("by-?line", "post-?meta", "entry-?meta", "article-?meta", "meta-?info", "dateline", "timestamp", "publish(?:ed)?-?date", "date-?published", "reading-?time", "read-?time",),
    "tags": ("tags?", "tag-?(?:list|cloud|links)", "tagcloud", "post-?tags", "keywords", "topics-?list", "hashtags?",),
    "caption": ("caption", "wp-caption-text", "image-?(?:caption|credit)", "photo-?(?:caption|credit)", "img-?caption", "credit", "media-?credit",),
    "navigation": ("nav", "navigation", "breadcrumbs?", "pagination", "pager", "post-?nav", "nav-?links", "next-?prev", "prev-?next", "toc", "table-of-contents", "menu",),
    "consent": ("cookies?", "cookie-?(?:banner|notice|consent|bar)", "gdpr", "consent", "privacy-?(?:notice|banner)",),
    "poll": ("polls?", "poll-?(?:widget|box)", "quiz", "survey", "vote",),
    "hidden": ("d-none", "modal", "pop-?up", "popover", "overlay", "lightbox", "tooltip", "sr-only", "visually-hidden", "screen-reader-text", "wp-auth-check-wrap",),
    "disclaimer": ("disclaimer", "disclosures?", "copyright", "print-?only", "post-?boilerplate",),
}  # fmt: skip


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(_B + "(?:" + "|".join(words) + ")" + _E)


NAMES = {rule: _pattern(words) for rule, words in _WORDS.items()}
_RULES = tuple(NAMES)
_NO_RULE = len(_RULES)
_ANY = _pattern(word for words in _WORDS.values() for word in words)

#: Rules by tag.
TAGS: dict[str, str] = {
    "nav": "navigation",
    "aside": "aside",
    "form": "form",
    "fieldset": "form",
    "footer": "footer",
    "figcaption": "caption",
    "dialog": "dialog",
    "menu": "navigation",
    "button": "button",
}

ROLES: dict[str, str] = {
    "navigation": "navigation",
    "complementary": "aside",
    "contentinfo": "footer",
    "search": "form",
    "dialog": "dialog",
    "alert": "dialog",
    "banner": "navigation",
    "form": "form",
    "button": "button",
}

#: Elements never judged by name: page structure, headings, and parts of tables.
_SPARED = frozenset(["html", "body", "main", "article", "h1", "h2", "h3", "h4", "tr", "td", "br", "img"])
#: Attributes by which authors name an element, in the order in which their words are joined.
_NAMING = ("class", "id", "role", "data-testid", "aria-label", "data-component", "itemprop")
_NAMES = frozenset(_NAMING)
#: Attributes from which a role can follow, and those of them that are not the class.
_TELLING = frozenset([*_NAMING, "hidden", "style"])
_MORE_THAN_CLASS = _TELLING - {"class"}
_INVISIBLE = re.compile(r"display:none|visibility:hidden", re.IGNORECASE)
_EMBED = re.compile(r"twitter-tweet|instagram-media|tiktok-embed|fb-post|telegram-post")


def role_of(tag: str, attributes: Mapping[str, str]) -> str | None:
    """Return the rule that an element suggests; None if there is none."""
    if not _MORE_THAN_CLASS.isdisjoint(attributes):
        return _role_of(tag, attributes)
    if "class" in attributes:
        return _role_of_class(tag, attributes["class"])
    return TAGS.get(tag)


@lru_cache(maxsize=16_384)  # most elements have no other name than the class that they share with many
def _role_of_class(tag: str, names: str) -> str | None:
    return _role_of(tag, {"class": names})


def _role_of(tag: str, attributes: Mapping[str, str]) -> str | None:
    if tag in TAGS:
        return TAGS[tag]
    if "role" in attributes and attributes["role"] in ROLES:
        return ROLES[attributes["role"]]
    if _is_hidden(attributes):
        return "hidden"
    return None if tag in _SPARED else named(attributes)


def hints(attributes: Mapping[str, str]) -> str:
    """Class, id, role and labels of an element, in one lower-case line."""
    return " ".join(filter(None, map(attributes.get, _NAMING))).lower()


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes:
        return True
    if "class" in attributes and "hidden" in attributes["class"] and "hidden" in attributes["class"].split():
        return True
    return "style" in attributes and bool(_INVISIBLE.search(attributes["style"].replace(" ", "")))


def is_embed(attributes: Mapping[str, str]) -> bool:
    """Whether a quotation is an embedded social media post with its text."""
    return bool(_EMBED.search(attributes.get("class", "")))


def named(attributes: Mapping[str, str]) -> str | None:
    """Return the rule that the names of an element suggest: the first of `NAMES` that matches one of them."""
    place = min([_first_rule(attributes[name]) for name in _NAMES.intersection(attributes)], default=_NO_RULE)
    return _RULES[place] if place < _NO_RULE else None


@lru_cache(maxsize=16_384)  # a site uses a few hundred classes
def _first_rule(names: str) -> int:
    """The place in `NAMES` of the first rule that a word among these speaks for; `_NO_RULE` if none does."""
    return min(map(_rule_of_word, names.lower().split()), default=_NO_RULE)


@lru_cache(maxsize=16_384)  # ids are endless, the words in them are not
def _rule_of_word(word: str) -> int:
    """The same for one word: no pattern reaches over white space."""
    if not _ANY.search(word):
        return _NO_RULE
    return next(place for place, pattern in enumerate(NAMES.values()) if pattern.search(word))
