"""Rules for widgets in the text: known phrases, button vocabulary, picture credits, reading time."""

import re
from collections.abc import Iterator

from pipelines.cleaning.rules.passage import Passage
from pipelines.words.phrases import is_interface, opens_widget, whole

_READING = re.compile(
    r"^(?:\W*(?:مدة|وقت|زمن)?\s*(?:القراءة|قراءة)?\W*)?(?:\d+|أقل من|دقيقة واحدة|دقيقتان|دقيقتين)\s*(?:من\s*)?(?:دقيقة|دقائق|د|min(?:ute)?s?)?\s*(?:للقراءة|قراءة|read(?:ing)?)\W*$"  # noqa: E501  a regular expression
    r"|^\W*\d[\d,.]*\s*(?:مشاهدة|مشاهدات|تعليق(?:ات)?|قراءة|زيارة|views?|comments?|shares?|min(?:ute)? read)\W*$",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^[\(\[]?\s*(?:(?:ال)?صور(?:ة)?|مصدر الصورة|تصوير|photo|image|picture|credit|getty|reuters|ap photo)\b[^.؟!]{0,60}[\)\]]?$|^[\(\[][^()\[\]]{3,60}(?:/|via|getty|reuters|رويترز|أ ?ف ?ب|الأناضول|صورة)[^()\[\]]{0,40}[\)\]]$",  # noqa: E501  a regular expression
    re.IGNORECASE,
)


def phrases(passage: Passage) -> Iterator[int]:
    """A known phrase as the whole line, or at the start of a short line that is not a sentence."""
    for position, line in enumerate(passage.lines):
        if whole(line) or opens_widget(line, is_sentence=passage.ends(position)):
            yield position


def interface(passage: Passage) -> Iterator[int]:
    """Short lines made of button and label vocabulary."""
    for position, line in enumerate(passage.lines):
        if is_interface(line, is_sentence=passage.ends(position)):
            yield position


def reading_time(passage: Passage) -> Iterator[int]:
    """Reading times and view counts: `3 دقائق قراءة`, `1,204 مشاهدة`."""
    yield from (position for position, line in enumerate(passage.lines) if len(line) < 60 and _READING.match(line))


def credits(passage: Passage) -> Iterator[int]:
    """Picture credits."""
    yield from (position for position, line in enumerate(passage.lines) if len(line) < 90 and _CREDIT.match(line))
