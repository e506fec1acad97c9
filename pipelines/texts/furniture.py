"""Rules for lines of scraped texts: related headlines, SMS lines, lines of addresses and hashtags, permalinks."""

import re
from collections.abc import Iterator, Mapping

from pipelines.cleaning.rules import RULES, Passage, Rule
from pipelines.cleaning.rules.widgets import interface
from pipelines.texts.runs import is_label
from pipelines.words.phrases import opening, whole

#: Maximum number of headlines, one per line, after a label, and of words in one.
_HEADLINES = 6
_HEADLINE_WORDS = (3, 22)
_BULLET = re.compile(r"^\s*[-•*·▪■◦–]\s+")

_SHORT_WORDS = 16
_EMAIL = r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+"
_HANDLE = r"@\w{2,30}"
_URL = r"(?:https?://|www\.)\S+"
_LABEL = (
    r"(?:(?:لل?تواصل|تواصل|لمراسلة|مراسلة|البريد|بريد|الكتروني|الإلكتروني|الالكتروني|إيميل|ايميل|تويتر|فيسبوك|سناب|انستغرام|الكاتب(?:ة)?|"
    r"كاتب(?:ة)?|مع|على|عبر|حساب|حسابي|e-?mail|mail|twitter|facebook|fax|فاكس|هاتف|جوال|ص\.?ب)[\s:：.\-–/|،,]*)"
)
_ADDRESSES = re.compile(
    rf"^[\W_]*{_LABEL}{{0,6}}(?:(?:{_EMAIL}|{_HANDLE}|{_URL})[\W_]*{_LABEL}{{0,4}})+$", re.IGNORECASE
)
_TAGS = re.compile(r"^(?:\s*[#＃][\w_]+){1,12}\s*$")
_OPERATOR = re.compile(
    r"^\W*(?:\d{4,6}\W+(?:stc|mobily|zain|الاتصالات|موبايلي|زين|الجوال)|(?:stc|mobily|zain|الاتصالات|موبايلي|زين|الجوال)\W+\d{4,6})"
    r"(?:\W+(?:\d{4,6}|stc|mobily|zain|الاتصالات|موبايلي|زين))*\W*$",
    re.IGNORECASE,
)
_SMS = re.compile(r"\bsms\b|رسال[ةه] (?:نصي[ةه]|جوال|قصير[ةه])|نص الرسال[ةه]", re.IGNORECASE)
_SMS_SAYS = re.compile(
    r"(?:^|\s)(?:لل?تواصل|ارسل|أرسل|أرسلوا|تبدأ|للاشتراك|اشترك|بالرمز|الرمز|إلى الرقم|الى الرقم|على الرقم)(?:\s|$)"
)
_PERMALINK = re.compile(
    r"^\W*(?:ال)?رابط (?:ال)?(?:خبر|مقال|مقالة|موضوع|تقرير|مصدر)(?:\s[^:：\n]{0,40})?\s*[:：]", re.IGNORECASE
)
_HOUR = r"\d{1,2}\s?[:.]?\s?\d{2}\s*(?:ت\s?م|ج\s?م|جمت|بتوقيت غرينتش|تغ)"
_CLOSING = re.compile(rf"^[/\\*#\s\-–]*(?:(?:انته[ىي]|يتبع)[/\\*#\s\-–.]*)?(?:{_HOUR})?[\W_]*$")
#: Beginnings of captions in normal form, and maximum number of words of a caption, and of one that begins with "من".
_CAPTION = re.compile(r"(?:جانب من|لقط(?:ه|ات)|صوره ارشيفيه|صوره جماعيه)\b")
_CAPTION_WORDS = 10
_PART_WORDS = 4
#: Minimum number of words of a line that is surely article, next to lines that may not be.
PARAGRAPH_WORDS = 12
#: Number of last lines in which an end mark is recognised.
_FOOT_LINES = 5
_MORE = re.compile(r"^[\s.…،>»<«\-–]*(?:ال|لل)?مزيد[\s.…>»<«]*$")


def related_headlines(passage: Passage) -> Iterator[int]:
    """Related headlines: short lines under a label, none of which ends like a sentence."""
    after_label, taken = False, 0
    least, most = _HEADLINE_WORDS
    for position, line in enumerate(passage.lines):
        if _is_label_line(line):
            after_label, taken = True, 0
        elif after_label and taken < _HEADLINES and least <= passage.words(position) <= most:
            bullet = bool(_BULLET.match(line))
            if passage.ends(position) and not line.rstrip().endswith(("؟", "!")) and not bullet:
                after_label = False
                continue
            yield position
            taken += 1
            after_label = bullet or position + 1 < len(passage.lines)
        else:
            after_label = False


def _is_label_line(line: str) -> bool:
    phrase = whole(_BULLET.sub("", line))
    return phrase is not None and is_label(phrase)


def addresses(passage: Passage) -> Iterator[int]:
    """Lines of e-mail addresses, handles and URLs with their labels: `لمراسلة الكاتب: name@example.com`."""
    for position, line in enumerate(passage.lines):
        if passage.words(position) <= _SHORT_WORDS and _ADDRESSES.match(line):
            yield position


def hashtags(passage: Passage) -> Iterator[int]:
    """Lines that contain only hashtags."""
    yield from (position for position, line in enumerate(passage.lines) if _TAGS.match(line))


def sms(passage: Passage) -> Iterator[int]:
    """Instructions for sending the columnist a text message, and operators' numbers."""
    for position, line in enumerate(passage.lines):
        if passage.words(position) > _SHORT_WORDS:
            continue
        if _OPERATOR.match(line) or (_SMS.search(line) and _SMS_SAYS.search(line)):
            yield position


def permalinks(passage: Passage) -> Iterator[int]:
    """Permalinks of any length at the end of a text: `رابط الخبر بصحيفة ...: headline`."""
    for position in range(max(0, len(passage.lines) - 4), len(passage.lines)):
        if _PERMALINK.match(passage.lines[position]):
            yield position


def more(passage: Passage) -> Iterator[int]:
    """The "show more" button: `...المزيد`."""
    yield from (position for position, line in enumerate(passage.lines) if len(line) < 20 and _MORE.match(line))


def closing_marks(passage: Passage) -> Iterator[int]:
    """End marks of an agency and the time below them: `// انتهى // 17:08 ت م`, `17:08 ت م`."""
    last = len(passage.lines)
    for position in range(max(1, last - _FOOT_LINES), last):
        if len(passage.lines[position]) < 60 and _CLOSING.match(passage.lines[position]):
            yield position


def labelled(passage: Passage) -> Iterator[int]:
    """Short lines that begin with a label and a colon, also questions and exclamations: `اقرأ أيضا: headline`."""
    for position, line in enumerate(passage.lines):
        phrase = opening(_BULLET.sub("", line))
        if phrase is None or not is_label(phrase) or passage.words(position) > _HEADLINE_WORDS[1]:
            continue
        if re.match(r"[\W\d]*(?:[^\W\d]+\s+){0,6}[^\W\d_ًٌٍَُِّْ]+[ًٌٍَُِّْ]*\s*[:：|»]", line) and not line.rstrip().endswith("."):
            yield position


def interface_outside(passage: Passage) -> Iterator[int]:
    """Lines of button words, but not between paragraphs, where `حفظ حقوق المسافر` is a heading of the article."""
    long = [position for position in range(len(passage.lines)) if passage.words(position) >= PARAGRAPH_WORDS]
    for position in interface(passage):
        if not (long and position - 1 in long and position < long[-1]):
            yield position


def captions(passage: Passage) -> Iterator[int]:
    """A picture's caption above or below the text: `جانب من الحضور`, `من حفل المعايدة`."""
    last = len(passage.lines) - 1
    for position, neighbour in ((0, 1), (last, last - 1)) if last > 0 else ():
        if not passage.ends(position) and passage.words(neighbour) >= PARAGRAPH_WORDS:
            line, words = passage.normals[position], passage.words(position)
            is_part = position == 0 and 2 <= words <= _PART_WORDS and line.startswith("من ")
            if is_part or (words <= _CAPTION_WORDS and _CAPTION.match(line)):
                yield position


#: Rules that need the original lines come first, then the rules shared with pages.
TEXT_RULES: Mapping[str, Rule] = {
    "related-headline": related_headlines,
    "related-label": labelled,
    "sms": sms,
    "address": addresses,
    "hashtag": hashtags,
    "permalink": permalinks,
    "closing": closing_marks,
    "more": more,
    "caption": captions,
    **RULES,
    "interface": interface_outside,
}
