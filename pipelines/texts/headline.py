"""The headline inside a text: its first line if none was given, or the given headline repeated before the lead."""

import re
from collections.abc import Sequence

from pipelines.texts.worded_line import worded
from pipelines.words.normal import normal

#: Maximum number of words of a headline, and minimum of the paragraph that must follow.
_HEADLINE_WORDS = (3, 30)
_PARAGRAPH_WORDS = 15
#: Minimum and maximum number of words of a headline with a question or exclamation mark in a flattened text.
_ASKED_WORDS = (5, 30)
_REST_WORDS = 20
_NO_HEADLINE = re.compile(r"[.:：؛،,]\s*[\"”»]?\s*$")
_ASKED = re.compile(r"(.+?[؟!])\s+(?=\S)")


def first_line_title(lines: Sequence[str]) -> str | None:
    """Return the first line if it reads like a headline; None if it may be a sentence of the text."""
    if len(lines) < 2:
        return None
    least, most = _HEADLINE_WORDS
    words = len(normal(lines[0]).split())
    if not least <= words <= most or _NO_HEADLINE.search(lines[0].removesuffix("...").removesuffix("..")):
        return None
    following = len(normal(lines[1]).split())
    return lines[0].strip() if following >= _PARAGRAPH_WORDS and following > words else None


def flattened_title(line: str) -> tuple[str, str]:
    """Split a flattened text after a headline that ends in ? or !; the end of other headlines is not visible."""
    found = _ASKED.match(line)
    least, most = _ASKED_WORDS
    if found is None or not least <= len(found[1].split()) <= most or len(line[found.end() :].split()) < _REST_WORDS:
        return "", line
    if re.search(r"[^.][.]\s", found[1]):
        return "", line
    return found[1], line[found.end() :]


def without_title(line: str, title: str) -> str | None:
    """Return the rest of a line after the headline; None if it does not begin with it or has no rest."""
    wanted = normal(title).split()
    if len(wanted) < 4:
        return None
    words = worded(line)
    folded: list[str] = []
    for position in range(len(words)):
        folded += words[position].folded
        if len(folded) >= len(wanted):
            is_title = folded == wanted and len(words) - position - 1 >= _PARAGRAPH_WORDS
            return words.text(position + 1, len(words)) if is_title else None
        if folded != wanted[: len(folded)]:
            return None
    return None
