"""The DOM of a page: parsing, block elements, and removing elements. Shared by all DOM code of this package."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lxml import etree, html

from storage.text.characters import clean_markup

#: An element of an HTML tree; lxml has no type annotations.
Element = Any

#: Elements that run inside a line of text. Every other element begins a block.
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "picture",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)

#: Elements that never hold words of an article.
DEAD = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "canvas",
        "iframe",
        "object",
        "embed",
        "select",
        "option",
        "datalist",
        "dialog",
        "link",
        "meta",
        "input",
        "textarea",
        "button",
    ]
)

#: What the readers of a page are given for text that is nothing but white space.
BLANK = " "

_HEAD_TAGS = frozenset(["title", "meta", "link", "script", "style", "base", "noscript", "template"])

#: End of a sentence, with optional closing quotes and brackets.
SENTENCE_END = re.compile(r"[.!?؟…۔:؛][\"'”“’»)\]\s\u200f\u200e]*$|[.!?؟…][\"'”“’»)\]]")


#: One class for every element: lxml.html's own lookup asks Python each time an element is touched.
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


def parse(text: str, markup: bytes | None = None) -> Element:
    """Parse a page; never fails: a page without any element gives an empty document.

    `markup` is the text in UTF-8 where `clean_markup` would return it as it is, else None.
    The tree holds no character that XML refuses, so that text can be moved in it; see `storage.text.characters`.
    Comments and processing instructions are left out: trafilatura returns nothing for a tree that holds them.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False)
    parser.set_element_class_lookup(_ELEMENTS)
    body = clean_markup(text) if markup is None else markup
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        tree = None
    return _mend(tree) if tree is not None else html.document_fromstring("<html><body></body></html>")


def _mend(tree: Element) -> Element:
    """Move content that libxml2 (without HTML 5 support) left outside the body of a page without a `<body>` tag."""
    body, head = tree.find("body"), tree.find("head")
    strays = [child for child in tree if child.tag not in ("head", "body", "frameset")]
    strays = [child for child in (head if head is not None else ()) if child.tag not in _HEAD_TAGS] + strays
    others = [_as_division(other) for other in tree.itersiblings()]
    if others:
        body = etree.SubElement(tree, "body") if body is None else body
        body.extend(others)
    if not strays:
        return tree
    if body is None:
        body = etree.SubElement(tree, "body")
    for place, stray in enumerate(strays):
        body.insert(place, stray)
    return tree


def _as_division(root: Element) -> Element:
    """Turn a second `<html>` (a page that ends its first one early) into a part of the body."""
    for element in root.iter("html", "head", "body"):
        element.tag = "div"
    return root


@lru_cache(maxsize=16_384)  # of few letters there are few endings
def ends_a_sentence(tail: str) -> bool:
    """Whether a line with these last four characters ends as a sentence does."""
    return SENTENCE_END.search(tail) is not None


def squeeze(text: str) -> str:
    """One line: runs of white space become one space."""
    return " ".join(text.split())


def text_of(element: Element) -> str:
    """All text of an element on one line; words of neighbouring blocks do not run together."""
    return squeeze("".join(_pieces(element)))


def has_more_text(element: Element, characters: int) -> bool:
    """Whether an element has more than so many characters of text; stops reading when that is decided."""
    length = 0
    for text in element.itertext():
        length += len(text)
        if length > characters:
            return True
    return False


def lines_of(element: Element) -> list[str]:
    """Return the lines of a block, split at line breaks; empty ones are omitted."""
    lines = "".join("\n" if piece == "\n" else piece.replace("\n", " ") for piece in _pieces(element)).split("\n")
    return [squeezed for line in lines if (squeezed := squeeze(line))]


def _pieces(element: Element) -> Iterator[str]:
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if node.tag == "br":
                yield "\n"
            elif node.tag not in INLINE:
                yield " "
            yield node.text or ""
        else:
            if node.tag not in INLINE:
                yield " "
            if node is not element:
                yield node.tail or ""


def drop(element: Element) -> None:
    """Remove an element from its tree, but keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail
    if tail and tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)
