"""Convert text fields with HTML entities and tags into plain lines."""

import html
import re

#: Tags that start a new line, tags whose content is not text, and all other HTML tags.
_BREAKS = re.compile(
    r"<\s*/?\s*(?:p|br|div|li|ul|ol|h[1-6]|tr|table|blockquote|section|article|header|footer)\b[^<>]*>", re.IGNORECASE
)
_DEAD = re.compile(r"<\s*(script|style)\b.*?<\s*/\s*\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"<\s*/?\s*(?:a|abbr|b|big|center|cite|code|dd|dl|dt|em|figcaption|figure|font|i|iframe|img|ins|main|mark|s|small|"
    r"span|strike|strong|sub|sup|td|th|time|u|video)\b[^<>]*/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_ANY_LINE_END = re.compile(r"[\r\u2028\u2029\x0b\x0c\x85]")
#: White space within a line that is more than one space.
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_ODD_SPACE = re.compile(r"[^\S\n ]")
#: Maximum number of times to unescape: "&amp;quot;" is an entity that was escaped twice.
_ESCAPED_TWICE = 2


def resolve(text: str) -> str:
    """Remove tags and entities; each block tag becomes a line break, white space within lines a single space.

    Only names of HTML elements count as tags: "a < b" and "<<" stay.

    >>> resolve("<p>&quot;موبايلي&quot; تعلن<br>نتائجها</p>")
    '"موبايلي" تعلن\\nنتائجها'
    """
    if "<" in text:
        text = _without_tags(text)
    for _ in range(_ESCAPED_TWICE):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
        if "<" in text:
            text = _without_tags(text)
    text = text.removeprefix("\ufeff")
    if _ANY_LINE_END.search(text):
        text = _LINE_ENDS.sub("\n", text)
    if "  " in text or _ODD_SPACE.search(text):
        text = _SPACES.sub(" ", text)
    return "\n".join(map(str.strip, text.split("\n"))).strip("\n")


def _without_tags(text: str) -> str:
    return _TAG.sub("", _BREAKS.sub("\n", _DEAD.sub("", text)))


def one_line(text: str) -> str:
    """Convert a field to one line.

    >>> one_line("&quot;موبايلي&quot;  تعلن")
    '"موبايلي" تعلن'
    """
    return " ".join(resolve(text).split())
