"""Sanitize text once, before it is stored, so that all databases have the same text.

Page text may contain NULs, lone surrogates, terminal escapes and direction overrides; PostgreSQL rejects some of them
and SQLite truncates at others, so neither ever receives them.
"""

import re
import unicodedata
from dataclasses import replace

from storage.model.article import Article, DateEvidence, Removed
from storage.text.characters import UNTEXTUAL, clean_characters, without_idle_marks, without_invisible

#: Maximum length of a value in characters. An article's text is never cut.
TITLE_LIMIT = 1_000
NAME_LIMIT = 300
DATE_LIMIT = 100

#: Byte order mark, interlinear annotation and object replacement characters: not text, though XML accepts them.
_SIGNS = re.compile("[\ufeff\ufff9-\ufffc]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
#: More than six marks on one letter are an attack on the display, not Arabic (fully vowelled text has at most three).
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_STACKED = re.compile(f"([{_MARKS}]{{6}})[{_MARKS}]+")
#: One class of letters and one of marks tell quickly that the rules above find nothing, as in nearly all texts.
_UNSAFE = re.compile(f"[\r\u2028\u2029\ufeff\ufff9-\ufffc{UNTEXTUAL}]")
_MANY_MARKS = re.compile(f"[{_MARKS}][{_MARKS}]{{6}}")


def safe_text(text: str) -> str:
    """Sanitize multi-line text: NFC, broken characters as U+FFFD, no controls, lines stripped, no empty lines."""
    if _UNSAFE.search(text):
        text = _SIGNS.sub("", clean_characters(_LINE_END.sub("\n", text)))
    if _MANY_MARKS.search(text):
        text = _STACKED.sub(r"\1", text)
    text = unicodedata.normalize("NFC", text)
    return "\n".join(line for line in (line.strip() for line in text.split("\n")) if line)


def safe_line(text: str, *, limit: int = TITLE_LIMIT) -> str:
    """Sanitize one line: `safe_text`, without invisible characters, white space folded, at most `limit` characters."""
    return " ".join(without_idle_marks(safe_text(text)).split())[:limit].rstrip()


def _safe_date(evidence: DateEvidence) -> DateEvidence:
    return replace(evidence, text=safe_line(evidence.text, limit=DATE_LIMIT))


def _safe_removed(removed: Removed) -> Removed:
    return replace(removed, text=safe_text(removed.text))


def _safe_names(names: tuple[str, ...]) -> tuple[str, ...]:
    lines = (without_invisible(safe_line(name, limit=NAME_LIMIT)) for name in names)
    return tuple(dict.fromkeys(line for line in lines if line))


def _safe_url(url: str) -> str:
    return _SIGNS.sub("", clean_characters(url))


def safe_article(article: Article) -> Article:
    """Return the article with every text field sanitized."""
    published = article.published
    return replace(
        article,
        url=_safe_url(article.url),
        title=safe_line(article.title),
        text=safe_text(article.text),
        authors=_safe_names(article.authors),
        published=published and replace(published, text=safe_line(published.text, limit=DATE_LIMIT)),
        dates=tuple(map(_safe_date, article.dates)),
        section=safe_line(article.section, limit=NAME_LIMIT) or None if article.section else None,
        tags=_safe_names(article.tags),
        image=_safe_url(article.image) if article.image else None,
        removed=tuple(map(_safe_removed, article.removed)),
    )
