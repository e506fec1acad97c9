"""Furniture joined to the end of a text; operators' numbers, permalinks and end marks between its sentences."""

import re
from collections.abc import Iterator
from functools import cache

from pipelines.texts.flattened import Stripped
from pipelines.words.phrases import table

_EMAIL = r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+"
_OPERATORS = r"(?:stc|mobily|zain|الاتصالات|موبايلي|زين)"
#: Rule -> pattern at the end of a text. The first match is removed, then all are tried again.
_TAILS: dict[str, re.Pattern[str]] = {
    "end-mark": re.compile(
        r"\s*\((?:انته[ىي]|يتبع)\)\s*$|\s*(?:[/\\*#=\-–]{1,3}\s*)?(?<![^\W_])(?:انته[ىي]|يتبع)\s*[/\\*#=\-–.]{1,3}(?:\s*\d{1,4}\s?[:.]?\s?\d{0,2}\s*(?:ت\s?م|ج\s?م|ص|م|جمت)?)*"
        r"\s*(?:www\.\S+|\d{1,6})?\s*$"
    ),
    "permalink": re.compile(
        r"\s*(?<![^\W_])(?:ال)?رابط (?:ال)?(?:خبر|مقال|مقالة|موضوع|تقرير)(?:\s[^:：]{0,40})?\s*[:：][^\n]{0,220}$"
    ),
    "sms": re.compile(
        rf"\s*(?:لل?تواصل مع الكاتب(?:ة)?\s*)?(?:ا|أ)رسل رسال[ةه] sms[^.؟!]{{0,160}}$|(?:\s*\d{{4,6}}\s*[-–:]\s*{_OPERATORS}\b)+\s*$"  # noqa: E501  a regular expression
        rf"|(?:\s*{_OPERATORS}\s*[-–:]\s*\d{{4,6}})+\s*$",
        re.IGNORECASE,
    ),
    "address": re.compile(
        rf"(?:(?<=[.!؟?…»\"”)])|(?<=\s))\s*(?:(?:لل?تواصل|لمراسلة|البريد|بريد|الإلكتروني|الالكتروني|إيميل|ايميل|تويتر|الكاتب(?:ة)?|مع|على|"
        rf"e-?mail|twitter)[\s:：.\-]*){{0,5}}(?:(?:{_EMAIL}|@\w{{3,30}}|www\.\S+)[\s,،/|-]*)+$",
        re.IGNORECASE,
    ),
    "hashtag": re.compile(r"(?<=[.!؟?…»\"”)])(?:\s*#[\w_]+)+\s*$"),
    "more": re.compile(r"(?<=[.…])\s*\.{0,4}\s*المزيد\s*\.{0,3}\s*$"),
}
#: Rule -> words of which one is in all that its pattern matches: most texts have none, which is quicker told.
_HINTS: dict[str, tuple[str, ...]] = {
    "end-mark": ("انته", "يتبع"),
    "permalink": ("رابط",),
    "sms": ("sms", "stc", "mobily", "zain", "الاتصالات", "موبايلي", "زين"),
    "address": ("@", "www."),
    "hashtag": ("#",),
    "more": ("المزيد",),
}
#: An address that is part of a sentence is kept: "عبر البريد الإلكتروني name@example.com".
_BEFORE_ADDRESS = re.compile(r"(?:^|[.!؟?…»\"”)\]])\s*$")
#: Number of last characters in which a tail may begin: the longest has some 400.
_TAIL_CHARS = 700
#: Number of last characters searched for joined headlines, and minimum number of words of a joined phrase.
_GLUED_CHARS = 700
_GLUED_WORDS = 3


def strip_tail(line: str, *, whole: bool = False) -> Stripped:
    """Remove furniture after the last sentence of a text's last line. `whole`: the entire line may be removed."""
    removed: list[tuple[str, str]] = []
    changed = True
    while changed and line:
        changed = False
        for rule, start in (*_glued(line), *_tail_matches(line)):
            if not (whole or line[:start].strip()):
                continue
            removed.insert(0, (rule, line[start:].strip()))
            line, changed = line[:start].rstrip(), True
            break
    return Stripped(line, tuple(removed))


def _tail_matches(line: str) -> Iterator[tuple[str, int]]:
    tail = line[-_TAIL_CHARS:].lower()
    for rule, pattern in _TAILS.items():
        if not any(hint in tail for hint in _HINTS[rule]):
            continue
        found = pattern.search(line, max(0, len(line) - _TAIL_CHARS))
        if found is None or found.start() == found.end():
            continue
        if rule == "address" and not _BEFORE_ADDRESS.search(line[: found.start()]):
            continue
        yield rule, found.start()


def _glued(line: str) -> Iterator[tuple[str, int]]:
    """Find a label of other articles that is joined to a name: "مقالات أخرى للكاتبعبدالله"."""
    from_end = max(0, len(line) - _GLUED_CHARS)
    plain = _one_seat(line[from_end:])
    here = {first for first in _first_words() if first in plain}
    for first, pattern in _labels() if here else ():
        found = pattern.search(line, from_end) if first in here else None
        if found and not line[found.end() : found.end() + 1].isspace() and not _is_prose(line[found.end() :]):
            yield "related-headline", found.start()


def _is_prose(rest: str) -> bool:
    return rest.count(".") - rest.count("..") * 2 > 2


@cache
def _labels() -> list[tuple[str, re.Pattern[str]]]:
    """The labels that a name can be glued to, each with its first word: most texts hold none of those."""
    texts = [text for text, phrase in table().items() if phrase.kind == "related" and phrase.opens]
    words = [text.split() for text in texts if len(text.split()) >= _GLUED_WORDS]
    return [(_one_seat(one[0]), re.compile(r"\s+".join(map(_spelled, one)) + r"(?=[^\W\d_])")) for one in words]


@cache
def _first_words() -> frozenset[str]:
    return frozenset(first for first, _ in _labels())


_SPELLINGS = {"ا": "[اأإآ]", "ي": "[يى]", "ه": "[هة]"}


def _one_seat(text: str) -> str:
    """One spelling for all that `_SPELLINGS` accepts. Five replacements are faster than one `translate`."""
    for written, letter in (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ى", "ي"), ("ة", "ه")):
        text = text.replace(written, letter)
    return text


def _spelled(word: str) -> str:
    return "".join(_SPELLINGS.get(letter, re.escape(letter)) for letter in word)
