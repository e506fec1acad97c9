"""Rules for the top of a text: the repeated headline, date and place."""

import re
from collections.abc import Iterator

from pipelines.cleaning.rules.passage import Passage
from pipelines.words.normal import normal

#: Number of first lines that are examined.
HEAD_LINES = 4
#: A line made only of these words and digits states a date or time.
_DATE_WORDS = frozenset(
    normal(
        "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد يوم يناير فبراير مارس أبريل إبريل مايو ماي يونيو يونيه يوليو يوليوز "  # noqa: E501  a table row
        "أغسطس غشت سبتمبر شتنبر أكتوبر نوفمبر نونبر ديسمبر دجنبر كانون الثاني الأول شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين "  # noqa: E501  a table row
        "جانفي فيفري أفريل جوان جويلية أوت محرم صفر ربيع الآخر جمادى الأولى الآخرة رجب شعبان رمضان شوال ذو ذي القعدة الحجة هـ م ه "  # noqa: E501  a table row
        "صباحا مساء ظهرا الساعة بتوقيت غرينتش جرينتش مكة المكرمة القاهرة توقيت ص آخر تحديث نشر في تم النشر تاريخ بتاريخ الموافق التحديث "  # noqa: E501  a table row
        "منذ ساعة ساعات دقيقة دقائق أيام يومين ساعتين "
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "  # noqa: E501  a table row
        "november december jan feb mar apr jun jul aug sep sept oct nov dec am pm gmt utc est edt published updated posted last on at"  # noqa: E501  a table row
    ).split()
)
#: Maximum length of a signature, and minimum length of the paragraph next to it.
SIGNATURE_WORDS = 7
STORY_WORDS = 12
_SIGNATURE = re.compile(
    r"^\W*[^\W\d]+(?:\s[^\W\d]+){0,3}(?:\s+[-–—ـ|]\s*|\s*[-–—|]\s+|\s*/\s*)[^\W\d]+(?:\s[^\W\d]+){0,2}\W*$"
)
#: Honorific wishes between dashes after a name: `الملك عبدالعزيز - رحمه الله -`.
_PIOUS = re.compile(
    r"\b(?:رحم(?:ه|ها|هم|هما)|يرحم(?:ه|ها|هم)|حفظ(?:ه|ها|هم)|يحفظ(?:ه|ها|هم)|رعا(?:ه|ها)|رضي|صلي|طيب|ايد(?:ه|ها)"
    r"|اعز(?:ه|ها)) الله\b"
)
_DIGIT = re.compile(r"\d")


def headline_repeats(passage: Passage) -> Iterator[int]:
    """Repetitions of the headline among the first lines."""
    title = normal(passage.title)
    if not title:
        return
    for position, line in enumerate(passage.normals[:HEAD_LINES]):
        if line == title or (
            len(line.split()) >= 4
            and not passage.ends(position)
            and (line in title or title in line)
            and abs(len(line) - len(title)) < 25
        ):
            yield position


def datelines(passage: Passage) -> Iterator[int]:
    """Lines that contain only a date or time: weekday, digits, month, hour."""
    for position, line in enumerate(passage.normals):
        if (
            2 <= passage.words(position) <= 16
            and _DIGIT.search(line)
            and all(word in _DATE_WORDS or word.isdigit() for word in line.split())
        ):
            yield position


def signatures(passage: Passage) -> Iterator[int]:
    """A first or last line of a name and a place or desk: `سلوى المدني – جدة`, `القاهرة/ الأناضول`."""
    last = len(passage.lines) - 1
    for position, neighbour in ((0, 1), (last, last - 1)):
        if last < 1 or passage.ends(position) or passage.words(position) > SIGNATURE_WORDS:
            continue
        if _PIOUS.search(passage.normals[position]):
            continue
        if _SIGNATURE.match(passage.lines[position]) and passage.words(neighbour) >= STORY_WORDS:
            yield position
