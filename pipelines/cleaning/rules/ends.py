"""Rules for the end of a text: author lines, end marks, web addresses."""

import re
from collections.abc import Iterator

from pipelines.cleaning.rules.passage import Passage

_AUTHOR = re.compile(
    r"^(?:كتب(?:ت|ه|ها)?|حاور(?:ه|ها|هم|ته|تها)|أجرى الحوار|بقلم|تحرير|إعداد|اعداد|ترجمة|الكاتب(?:ة)?|المصدر|المحرر|تصوير|مراسل|author|role|by|written by|reporting by|editing by|editor|source|"  # noqa: E501  a regular expression
    r"photo(?:graph)?s? by)\s*[:：،,\-–—/|]\s*\S.{0,80}$",
    re.IGNORECASE,
)
_BY = re.compile(r"^(?:بقلم|by)\s+\S+(?:\s+\S+){0,5}$", re.IGNORECASE)
_END = re.compile(r"^\W*(?:انته[ىي]|يتبع|تم|النهاية|the end|ends)(?:\s*[/\\]\s*\w{1,3})*\W*$", re.IGNORECASE)
_ADDRESS = re.compile(
    r"^(?:https?://|www\.)\S+$|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|^[\w.-]+\.(?:com|net|org|tv|info)(?:/\S*)?$|^@\w+$",
    re.IGNORECASE,
)
DANGLING_WORDS = 10
#: Maximum length of a copyright notice; a paragraph that quotes one is longer.
COPYRIGHT_WORDS = 40
_COPYRIGHT = re.compile(r"©|\(c\)\s*(?:19|20)\d\d|copyright\s+(?:19|20)\d\d", re.IGNORECASE)
_WORD = re.compile(r"\w")


def author_lines(passage: Passage) -> Iterator[int]:
    """Author lines near either end of the text: a label and a name, not a sentence (`Author, …`, `بقلم: …`)."""
    last = len(passage.lines)
    for position, line in enumerate(passage.lines):
        if 3 <= position < last - 4 or line.rstrip().endswith((".", "؟", "!")):
            continue
        if passage.words(position) <= 9 and (_AUTHOR.match(line) or _BY.match(line)):
            yield position


def copyright_notes(passage: Passage) -> Iterator[int]:
    """Lines with a copyright sign, which articles of no language contain."""
    for position, line in enumerate(passage.lines):
        may_be = "©" in line or "c" in line or "C" in line
        if may_be and passage.words(position) <= COPYRIGHT_WORDS and _COPYRIGHT.search(line):
            yield position


def dangling_labels(passage: Passage) -> Iterator[int]:
    """A last line that introduces links, after the links were removed: `تابع الجزيرة نت على:`."""
    last = len(passage.lines) - 1
    if last > 0 and passage.words(last) <= DANGLING_WORDS and passage.lines[last].rstrip().endswith((":", "：")):
        yield last


def end_marks(passage: Passage) -> Iterator[int]:
    """End marks such as `// انتهى //`."""
    yield from (
        position
        for position, line in enumerate(passage.lines)
        if len(line) < 30 and _END.match(line) and not line.isalpha()
    )


def ornaments(passage: Passage) -> Iterator[int]:
    """Lines without a letter or digit: stars, dashes, dots."""
    yield from (position for position, line in enumerate(passage.lines) if not _WORD.search(line))


def web_addresses(passage: Passage) -> Iterator[int]:
    """Lines that contain only a URL."""
    yield from (position for position, line in enumerate(passage.lines) if _ADDRESS.match(line.strip()))
