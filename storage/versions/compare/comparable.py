"""The comparable content of a text: everything a reader would call content, nothing that changes by itself.

Counters, "read also" and share lines, marks, punctuation, spacing and the script of digits never make a version.
"""

import hashlib
import re
from dataclasses import dataclass

from storage.text.folding import fold
from storage.versions.compare.words import joined, plain, plain_words, units


def _folded(*phrases: str) -> frozenset[str]:
    return frozenset(fold(word) for phrase in phrases for word in phrase.split())


#: Things that are counted below an article.
_COUNTED = _folded(
    "مشاهدة مشاهدات المشاهدات مشاهدين قراءة قراءات القراءات قارئ زيارة زيارات الزيارات تعليق تعليقات التعليقات تعليقا",
    "مشاركة مشاركات المشاركات إعجاب إعجابات الإعجابات أعجبني لايك تفاعل تفاعلات متابع متابعين متابعا تنزيل تنزيلات",
    "views view comments comment shares share likes like reads read",
)
#: Words that may accompany a counter: "عدد المشاهدات: 1,234 مرة", "12 ألف مشاهدة", "شوهد 34 مرة".
_BESIDE = _folded(
    "عدد عداد مرات مرة ألف آلاف مليون k m شوهد شوهدت قرئ قرئت تمت تم دقيقة دقائق دقيقتان مدة وقت المقال الخبر الموضوع هذا",
    "لهذا على من في لا يوجد توجد بدون أضف",
)
#: Relative times on pages: "منذ 5 دقائق", "قبل ساعتين", "آخر تحديث منذ ساعة".
_AGO = _folded(
    "منذ قبل ثانية ثوان ثواني دقيقة دقيقتين دقائق ساعة ساعتين ساعات يوم يومين أيام أسبوع أسبوعين أسابيع شهر شهرين أشهر سنة سنوات",
    "نشر آخر تحديث في ago min mins minutes hours hour days day",
)
#: Beginnings of lines that link away from the article. Only on lines without a full stop, at most `_WIDGET_WORDS` long.
_WIDGETS = re.compile(
    "(?:"
    + "|".join(
        fold(phrase).replace(" ", r"\s")
        for phrase in (
            "اقرأ أيضا", "واقرأ أيضا", "إقرأ أيضا", "اقرا ايضا", "اقرأ المزيد", "اقرأ كذلك", "اقرأوا أيضا", "قراءة المزيد", "شاهد أيضا",
            "شاهد المزيد", "شاهد بالفيديو", "شاهد الفيديو", "شاهدوا أيضا", "طالع أيضا", "طالع المزيد", "تابع أيضا", "انظر أيضا", "ذات صلة",
            "أخبار ذات صلة", "مواضيع ذات صلة", "موضوعات ذات صلة", "مقالات ذات صلة", "أخبار متعلقة", "موضوعات متعلقة", "مواضيع متعلقة",
            "قد يهمك", "قد يعجبك", "ربما يعجبك", "مقالات مشابهة", "مواضيع مشابهة", "الأكثر قراءة", "الأكثر مشاهدة", "المزيد من الأخبار",
            "للمزيد من الأخبار", "لقراءة المزيد", "لمتابعة المزيد", "تابعونا على", "تابعونا عبر", "تابعنا على", "تابعنا عبر", "اشترك في النشرة", "اشترك في نشرتنا", "اشترك في قناتنا", "اشترك في القناة", "اشترك في خدمة",
            "اشترك الآن", "شارك المقال", "شارك الخبر", "شارك هذا", "شارك على فيسبوك", "شارك على تويتر", "شارك على واتساب", "شارك على منصة", "شارك على إكس", "شاركنا", "شاركها", "انضم إلى قناتنا", "انضم إلى قناة", "انضم إلى مجموعتنا", "حمل تطبيق", "حمل التطبيق",
            "جميع الحقوق محفوظة", "كلمات مفتاحية", "الكلمات المفتاحية", "كلمات دلالية", "الوسوم", "آخر تحديث", "آخر الأخبار", "تم النسخ",
            "نسخ الرابط", "انسخ الرابط", "مدة القراءة", "وقت القراءة", "read more", "read also", "related",
        )
    )
    + r")(?:\s|$)"
)  # fmt: skip
_WIDGET_WORDS = 18
_TICK_WORDS = 10
_FIGURE = re.compile("[0-9]+[km]?")
#: A heading alone ("اقرأ أيضا") is followed by other articles' headlines: at most this many lines, each without a full
#: stop.
_HEADLINES = 6
_SENTENCE_END = re.compile('[.!؟?…۔»"][\\s\u200e\u200f]*$')
_CUT = re.compile(r"\s*[|•·–—]\s*|\s+-\s+")
#: A line of at most this many words that ends no sentence is page furniture: its position does not count.
_FURNITURE_WORDS = 6


def _ticks(piece: str) -> bool:
    """Whether a piece of a line is only a counter or a relative time."""
    words = fold(piece).split()
    content_words = [word for word in words if not _FIGURE.fullmatch(word)]
    if not content_words or len(words) > _TICK_WORDS:
        return False
    counter = any(word in _COUNTED for word in content_words) and all(
        word in _COUNTED or word in _BESIDE for word in content_words
    )
    return counter or (len(content_words) > 1 and all(word in _AGO for word in content_words))


def _without_counters(line: str) -> str:
    """Return a short line without its counters; bare figures go with them ("1,234 | مشاركة")."""
    pieces = [piece for piece in _CUT.split(line) if piece]
    content_words = [piece for piece in pieces if not _ticks(piece)]
    if len(content_words) == len(pieces):
        return line
    return " ".join(piece for piece in content_words if not fold(piece).replace(" ", "").isdigit())


def content_lines(text: str) -> list[str]:
    """Return the lines of a text that belong to the article, without counters and lines that link away."""
    kept: list[str] = []
    headlines = 0
    for line in text.splitlines():
        short = len(line.split()) <= _WIDGET_WORDS
        words = fold(line) if short else ""
        widget = _WIDGETS.match(words) if short and not line.rstrip().endswith((".", "؟")) else None
        if widget:
            headlines = _HEADLINES if widget.end() >= len(words) else 0
        elif headlines and short and not _SENTENCE_END.search(line):
            headlines -= 1
        else:
            headlines = 0
            kept.append(_without_counters(line) if short else line)
    return [line for line in kept if line]


@dataclass(frozen=True, slots=True)
class Comparable:
    """The content of a text. Two texts are the same if their contents are equal."""

    #: Words of the body in order, without white space and looks.
    body: str
    #: Short lines, sorted: their order is page layout.
    furniture: tuple[str, ...]


def comparable(text: str) -> Comparable:
    """Reduce a text to its comparable content."""
    body: list[str] = []
    furniture: list[str] = []
    for line in content_lines(text):
        words = plain_words(line)
        if len(words) <= _FURNITURE_WORDS and not _SENTENCE_END.search(line):
            if words:
                furniture.append(joined(words))
        else:
            body += words
    return Comparable(joined(body), tuple(sorted(furniture)))


#: A headline that begins with one of these is a question with or without its mark.
_QUESTIONS = _folded("هل ماذا لماذا كيف متى أين من كم ما أي")


def comparable_title(title: str) -> str:
    """Reduce a headline to its comparable content. A question mark counts if it alone turns a statement into a
    question."""
    words = [word for word in (plain(unit.text) for unit in units(title)[0]) if word]
    asks = "؟" in title or "?" in title
    return joined(words) + ("؟" if asks and words and fold(words[0]) not in _QUESTIONS else "")


def same_text(old: str, new: str) -> bool:
    """Whether two texts differ only in counters, widgets, their order, formatting and spacing: no new version."""
    return old == new or comparable(old) == comparable(new)


def same_title(old: str, new: str) -> bool:
    """Whether two headlines say the same in the same words."""
    return old == new or comparable_title(old) == comparable_title(new)


def content_hash(title: str, text: str) -> str:
    """Return the SHA-256 of the comparable content, 64 hex digits: visits with the same hash are one version."""
    content = comparable(text)
    return hashlib.sha256(
        "\n".join((comparable_title(title), content.body, *content.furniture)).encode("utf-8", "surrogatepass")
    ).hexdigest()
