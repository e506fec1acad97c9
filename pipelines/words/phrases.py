"""Known phrases of page furniture, and their vocabulary."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from pipelines.words.normal import count_words, normal

#: Maximum number of words of a widget line that begins with a known phrase (longer ones are sentences).
PREFIX_WORDS = 14

#: A phrase of this many words only opens widgets, in lines up to this number of words.
SPECIFIC_WORDS = 5
SPECIFIC_LINE_WORDS = 40
#: A line of more letters is no phrase of the table, whatever numbers are at its edges; the longest has 48.
_MAX_PHRASE_CHARS = 200
#: Minimum share of widget vocabulary in the words after a phrase.
HALF = 0.5
#: The end of a word, its vowel signs included: "أيضاً:" ends before the colon.
_WORDS = re.compile(r"(?<=[\w\u064b-\u065f])(?=[^\w\u064b-\u065f\u0640])")
_SET_OFF = re.compile(r"\s*(?:[:：|»›>©…\-–—]|\.\.|\d)|\s*$")

#: Maximum length of a line of button words, and the minimum share of them without and with a full stop.
INTERFACE_WORDS = 12
MOSTLY = 0.6
SURELY = 0.75

#: Function words.
_SMALL = frozenset([
    "في", "على", "من", "الى", "عن", "عبر", "مع", "او", "و", "ما", "هذا", "هذه", "كل", "لا", "لم", "لن", "قد", "ان",
    "هو", "هي", "تم", "ليصلك", "اول", "ب", "ل", "يتم", "هل", "اذا", "لك", "لكم", "بنا", "the", "to", "of", "on", "in",
    "for", "a", "and", "or", "our", "us", "your", "this",
])  # fmt: skip
#: Additional vocabulary: words common on buttons and rare at the start of headlines.
_MORE = (
    "تيليغرام تلغرام تليجرام تلجرام انستغرام انستقرام إنستجرام سناب شات تيك توك يوتيوب لينكدإن ماسنجر بنترست غوغل جوجل قوقل نيوز إكس "
    "قناتنا صفحتنا حساباتنا موقعنا تطبيقنا نشرتنا منصتنا مجموعتنا متجرنا أرشيفنا إشعارات تنبيهات واتس وصلات روابط مختارات مقترحات ترشيحات "
    "المعلقين تفاعلا تقرأ يعجبك تعجبك يهمك تهمك فاتك تفوتوا تفوت انضموا انضم حملوا حمل نزلوا إعجاب أعجبني استطلاع استبيان صوت تصويت تواصل "
    "تواصلوا راسلونا راسلنا إلكتروني بلغ أبلغ السوشيال ميديا نبض كوكيز الرائجة المختصر مختصر بينترست فايبر الفيسبوك المتصفح تنويه للاشتراك اشتركوا هاتفك بريدك جوالك مجانا لايك ريتويت هاشتاق منشن الملكية محمية قيم تقييم ابق ابقوا اطلع اتصال "
    "whatsapp telegram facebook twitter instagram youtube email mail print copy link share follow subscribe newsletter comments related read "
    "more next previous advertisement cookies tweet save bookmark app download notifications sign"
)
_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف")
_SUFFIXES = ("كم", "نا", "ها", "وا", "ات", "ين", "ه", "ك")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A row of the table, in its normal form."""

    text: str
    kind: str
    #: Whether it may also begin a line.
    opens: bool
    #: Whether its words are part of the vocabulary, so that other lines made of them are widgets too.
    lends: bool


@cache
def table() -> dict[str, Phrase]:
    """The phrases by their normal form."""
    lines = files("pipelines.words").joinpath("phrases.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    next(rows)
    return {
        normal(text): Phrase(
            text=normal(text), kind=kind, opens=risk.startswith("low"), lends="everyday words" not in risk
        )
        for text, kind, risk in rows
    }


@lru_cache(maxsize=1024)  # blocks, lines of the text and lines of the page are asked for in turn
def whole(line: str) -> Phrase | None:
    """Return the phrase that equals the line, ignoring numbers and signs at its edges; None if there is none."""
    folded = normal(line)
    if len(folded) > _MAX_PHRASE_CHARS:
        return None
    words = folded.split()
    while words and words[0].isdigit():
        words.pop(0)
    while words and words[-1].isdigit():
        words.pop()
    return table().get(" ".join(words))


@lru_cache(maxsize=4096)
def opening(line: str, *, risky: bool = False) -> Phrase | None:
    """Return the longest phrase at the start of a short line; `risky` includes those that also open real sentences."""
    folded = normal(line)
    if count_words(folded) > PREFIX_WORDS:
        return None
    words = folded.split()
    for count in range(min(len(words), 9), 0, -1):
        found = table().get(" ".join(words[:count]))
        if found and (found.opens or risky):
            return found
    return None


@lru_cache(maxsize=1024)
def opens_widget(line: str, *, is_sentence: bool) -> bool:
    """Whether a known phrase opens this line and the rest is not article text.

    A phrase alone opens real sentences too ("شارك المقال في إثارة جدل"); so it must be long enough to be unambiguous,
    or be followed by a colon or dash, or by more words of the same kind.
    """
    found = opening(line)
    if found is None:
        return _is_specific(line)
    if is_sentence and not line.rstrip().endswith(("!", ":")):
        return _is_specific(line)
    rest = _after_phrase(line, found)
    return bool(_SET_OFF.match(rest)) or familiar(rest) >= HALF or _is_specific(line)


def _is_specific(line: str) -> bool:
    """Whether a phrase of many words opens the line, such as a form's "لن يتم نشر عنوان بريدك الإلكتروني. ..."."""
    folded = normal(line)
    if not SPECIFIC_WORDS <= count_words(folded) <= SPECIFIC_LINE_WORDS:
        return False
    if " ".join(folded.split(" ", SPECIFIC_WORDS)[:SPECIFIC_WORDS]) not in _specific_heads():
        return False
    words = folded.split()
    heads = (" ".join(words[:count]) for count in range(SPECIFIC_WORDS, 10))
    return any(head in table() and table()[head].opens for head in heads)


@cache
def _specific_heads() -> frozenset[str]:
    """The first words of the phrases that have enough of them."""
    phrases = (text.split() for text in table())
    return frozenset(" ".join(words[:SPECIFIC_WORDS]) for words in phrases if len(words) >= SPECIFIC_WORDS)


def _after_phrase(line: str, phrase: Phrase) -> str:
    """Return the part of the line after the phrase, as written."""
    words = len(phrase.text.split())
    pieces = _WORDS.split(line.strip(), maxsplit=words)
    return pieces[-1] if len(pieces) > words else ""


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return a normalised word without its most common prefixes and suffixes; at least three letters remain."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


@cache
def vocabulary() -> frozenset[str]:
    """Return the stems of the widget vocabulary."""
    words = {word for phrase in table().values() if phrase.lends for word in phrase.text.split()}
    words |= set(normal(_MORE).split())
    return frozenset(stem(word) for word in words if word not in _SMALL and not word.isdigit() and len(word) > 2)


@lru_cache(maxsize=1024)
def is_interface(line: str, *, is_sentence: bool) -> bool:
    """Whether a short line is made of button and label vocabulary; with a full stop, a larger share is required.

    Measured: of 40 sentences chosen for such words none reaches a half; of 969 short lines of random words ten pass.
    """
    if not 2 <= count_words(normal(line)) <= INTERFACE_WORDS:
        return False
    is_sentence = is_sentence and not line.rstrip().endswith("!")  # exclamation marks are common on buttons
    return familiar(line) >= (SURELY if is_sentence else MOSTLY)


@lru_cache(maxsize=4096)
def familiar(line: str) -> float:
    """Return the share of widget vocabulary among a line's content words; 0 for a line of function words only."""
    words = [word for word in normal(line).split() if word not in _SMALL and not word.isdigit()]
    return sum(stem(word) in vocabulary() for word in words) / len(words) if words else 0.0
