"""Decide whether two URLs name one page, from the URLs alone."""

import re

_NUMBER_OR_SLUG = re.compile(r"\d|[^-_]+(?:[-_][^-_]+){3}")


def share_a_name(one: str, claimed: str) -> bool:
    """Whether a URL contains the number or slug at the end of the canonical URL that its page claims.

    >>> share_a_name("https://m.example.ma/amp/news/90401-slug", "https://example.ma/news/90401-slug")
    True
    >>> share_a_name("https://example.ma/news/story-b-90401", "https://example.ma/news/story-a-90400")
    False
    """
    names = [name for name in _names(claimed)[-1:] + _values(claimed) if _NUMBER_OR_SLUG.search(name)]
    return bool(names) and set(names) <= {*_names(one), *_values(one)}


def _names(url: str) -> list[str]:
    path = re.sub(r"^\w+://", "", url).split("?")[0]
    return [re.sub(r"\.(?:s?html?|php|aspx?|amp)$", "", name) for name in path.split("/") if name]


def _values(url: str) -> list[str]:
    return [pair.partition("=")[2] for pair in url.partition("?")[2].split("&") if "=" in pair]
