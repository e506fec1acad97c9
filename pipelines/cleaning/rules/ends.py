"""Rules for what stands at the foot of the text: who wrote it, marks of the end, addresses."""

import re
from collections.abc import Iterator

from pipelines.cleaning.rules.passage import Passage

_AUTHOR = re.compile(
    r"^(?:كتب(?:ت|ه|ها)?|حاور(?:ه|ها|هم|ته|تها)|أجرى الحوار|بقلم|تحرير|إعداد|اعداد|ترجمة|الكاتب(?:ة)?|المصدر|المحرر|تصوير|مراسل|author|role|by|written by|reporting by|editing by|editor|source|"
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
#: A note of copyright is at most this long; a paragraph that quotes one is longer.
COPYRIGHT_WORDS = 40
_COPYRIGHT = re.compile(r"©|\(c\)\s*(?:19|20)\d\d|copyright\s+(?:19|20)\d\d", re.IGNORECASE)
_WORD = re.compile(r"\w")


def author_lines(passage: Passage) -> Iterator[int]:
    """`Author, …`, `بقلم: …`: a label of authorship and a name, no sentence, near an end of the text."""
    last = len(passage.lines)
    for position, line in enumerate(passage.lines):
        if 3 <= position < last - 4 or line.rstrip().endswith((".", "؟", "!")):
            continue
        if passage.words(position) <= 9 and (_AUTHOR.match(line) or _BY.match(line)):
            yield position


def copyright_notes(passage: Passage) -> Iterator[int]:
    """A line with the sign of copyright; no story has it, whatever its language."""
    for position, line in enumerate(passage.lines):
        if passage.words(position) <= COPYRIGHT_WORDS and _COPYRIGHT.search(line):
            yield position


def dangling_labels(passage: Passage) -> Iterator[int]:
    """A last line that promises more: `تابع الجزيرة نت على:`, whose links are gone."""
    last = len(passage.lines) - 1
    if last > 0 and passage.words(last) <= DANGLING_WORDS and passage.lines[last].rstrip().endswith((":", "：")):
        yield last


def end_marks(passage: Passage) -> Iterator[int]:
    """`// انتهى //` and its like."""
    yield from (
        position
        for position, line in enumerate(passage.lines)
        if len(line) < 30 and _END.match(line) and not line.isalpha()
    )


def ornaments(passage: Passage) -> Iterator[int]:
    """A line without a letter or figure: stars, dashes, dots."""
    yield from (position for position, line in enumerate(passage.lines) if not _WORD.search(line))


def web_addresses(passage: Passage) -> Iterator[int]:
    """A line that is only an address."""
    yield from (position for position, line in enumerate(passage.lines) if _ADDRESS.match(line.strip()))
