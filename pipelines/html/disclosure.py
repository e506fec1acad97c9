"""Accordions: panels that a page shows once their switch is clicked, which stands visibly above them."""

from collections.abc import Mapping
from itertools import islice

from pipelines.html.dom import Element

#: Elements of the sibling before a panel that are searched for its switch; a heading with a button has a handful.
_MOST = 12
#: Words outside of links that a panel has at least: a shorter one is a menu, or what a button has to say.
_LEAST_WORDS = 14


def is_closed_panel(element: Element, attributes: Mapping[str, str]) -> bool:
    """Whether a hidden element is a closed panel of text, by the attributes that accessible pages give panels.

    That is WAI-ARIA's pattern: the switch before it has `aria-expanded`, or the panel is a region labelled by it. What
    is hidden otherwise (overlays, variants for other screens, texts for programs) is never shown to a reader.
    """
    is_region = attributes.get("role") == "region" and attributes.get("aria-labelledby")
    if not is_region and not _follows_switch(element):
        return False
    linked = sum(_words(link) for link in element.iter("a"))
    return _words(element) - linked >= _LEAST_WORDS and not _is_above_headline(element)


def _is_above_headline(element: Element) -> bool:
    """Whether the first headline is still to come: what can be opened above it is about the site."""
    return bool(element.xpath("boolean(following::h1) and not(preceding::h1)"))


def _follows_switch(element: Element) -> bool:
    before = element.getprevious()
    if before is None:
        return False
    return any(one.get("aria-expanded") is not None and _words(one) for one in islice(before.iter(), _MOST))


def _words(element: Element) -> int:
    return len(element.text_content().split())
