"""Snippets: the part of a text that best shows why it matches, with the matching words marked.

The analyser itself finds the matches, not a database's highlighter, so they are the same on every engine and are at the
words as written (`الحكومةَ`, `غـــزة`).
"""

from collections import deque
from collections.abc import Iterable, Sequence

from storage.search.base import Excerpt
from storage.search.query import Term
from storage.text.folding import analyse_word
from storage.text.forms import WORD, has_forms, parts

#: Length of a snippet and of its part before the first match, in words.
WORDS = 30
_BEFORE = 8
#: Characters read from one text; a book-length page is not read to its end for thirty words.
_READ = 100_000

_Span = tuple[int, int]


def excerpt(text: str, terms: Sequence[Term], *, words: int | None = WORDS) -> Excerpt:
    """Return the densest part of `words` words with its matches marked; the whole text if `words` is None."""
    text_read = text[:_READ]
    spans, tokens = _tokens(text_read)
    marked = _marked(tokens, terms)
    if has_forms(text_read):
        marked |= _marked_in_parts(text_read, spans, tokens, terms)
    if words is None or len(spans) <= words:
        return _cut(text, spans, marked, 0, len(spans))
    first = _densest(sorted(marked), words)
    start = max(0, min(first - _BEFORE, len(spans) - words))
    return _cut(text, spans, marked, start, start + words)


def _tokens(text: str) -> tuple[list[_Span], list[str]]:
    spans = [match.span() for match in WORD.finditer(text)]
    words = [text[start:end] for start, end in spans]
    tokens = [analyse_word(word) or " ".join(parts(word)) for word in words]
    if "" in tokens:  # a single direction mark is not a word
        spans = [span for span, token in zip(spans, tokens, strict=True) if token]
        tokens = [token for token in tokens if token]
    return spans, tokens


def _marked(tokens: list[str], terms: Iterable[Term]) -> set[int]:
    """Return the positions of matching words; for a phrase, of every word."""
    marked: set[int] = set()
    for term in terms:
        *before, last = term.tokens
        width = len(before)
        if term.beginning is None:
            ends = [at for at, token in enumerate(tokens) if token == last]
        else:
            ends = [at for at, token in enumerate(tokens) if term.ends_with(token)]
        for at in ends:
            if at >= width and tokens[at - width : at] == before:
                marked.update(range(at - width, at + 1))
    return marked


def _marked_in_parts(text: str, spans: Sequence[_Span], tokens: Sequence[str], terms: Iterable[Term]) -> set[int]:
    """Return the positions of matching words whose forms are compared in their parts."""
    split = [parts(text[start:end]) or [token] for (start, end), token in zip(spans, tokens, strict=True)]
    whose = [at for at, of_word in enumerate(split) for _ in of_word]
    return {whose[at] for at in _marked([token for of_word in split for token in of_word], terms)}


def _densest(marked: Sequence[int], words: int) -> int:
    """Return the first marked position of the window with the most marks; the earliest of ties, 0 without marks."""
    best, best_count = 0, 0
    window: deque[int] = deque()
    for at in marked:
        window.append(at)
        while at - window[0] >= words - _BEFORE:
            window.popleft()
        if len(window) > best_count:
            best, best_count = window[0], len(window)
    return best


def _cut(text: str, spans: Sequence[_Span], marked: set[int], first: int, last: int) -> Excerpt:
    """Return the words from `first` up to `last`, with the characters between and around them at the text's ends."""
    start = 0 if first == 0 else spans[first][0]
    end = min(len(text), _READ) if last >= len(spans) else spans[last - 1][1]
    marks = ((spans[at][0] - start, spans[at][1] - start) for at in range(first, min(last, len(spans))) if at in marked)
    return Excerpt(
        text=text[start:end], start=start, marks=tuple(marks), cut_before=start > 0, cut_after=end < len(text)
    )
