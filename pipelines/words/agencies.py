"""The agencies that an article credits at its start, at its end or in its byline.

Mentions in sentences do not count.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from storage.model.article import Credit
from storage.text.folding import fold

#: Key -> spellings in newspapers. Compared folded: dots, spaces after dots, hamza and tatweel make no difference.
AGENCIES: dict[str, tuple[str, ...]] = {
    "agencies": ("وكالات", "الوكالات", "وكالات الأنباء", "وكالات أنباء", "وكالات دولية", "وكالات عالمية", "agencies"),
    "afp": ("أ ف ب", "أ.ف.ب", "ا ف ب", "أف ب", "أ فب", "افب", "أ ف پ", "فرانس برس", "وكالة فرانس برس", "الفرنسية", "وكالة الأنباء الفرنسية", "الصحافة الفرنسية", "وكالة الصحافة الفرنسية", "afp"),
    "reuters": ("رويترز", "وكالة رويترز", "وكالة رويترز للأنباء", "رويتر", "reuters"),
    "ap": ("أ ب", "أ.ب", "أسوشيتد برس", "اسوشيتد برس", "أسوشييتد برس", "أسوشيتدبرس", "وكالة أسوشيتد برس", "الأسوشيتد برس", "ap", "associated press"),
    "dpa": ("د ب أ", "د.ب.أ", "دب أ", "الألمانية", "وكالة الأنباء الألمانية", "دي بي إيه", "dpa"),
    "efe": ("إفي", "إ ف ي", "إفى", "وكالة إفي", "الإسبانية", "efe"),
    "ansa": ("أنسا", "وكالة أنسا", "آكي", "آكي الإيطالية", "وكالة آكي", "ansa", "aki"),
    "upi": ("يو بي آي", "يو بي اي", "يونايتد برس", "يونايتد برس إنترناشونال", "upi"),
    "bloomberg": ("بلومبرغ", "بلومبيرغ", "بلومبرج", "وكالة بلومبرغ", "bloomberg"),
    "xinhua": ("شينخوا", "وكالة شينخوا", "وكالة أنباء شينخوا", "وكالة أنباء الصين الجديدة", "xinhua"),
    "sputnik": ("سبوتنيك", "سبوتنيك عربي", "وكالة سبوتنيك", "sputnik"),
    "novosti": ("نوفوستي", "ريا نوفوستي", "وكالة نوفوستي", "ria novosti"),
    "tass": ("تاس", "وكالة تاس", "إيتار تاس", "ايتار تاس", "tass"),
    "interfax": ("إنترفاكس", "انترفاكس", "interfax"),
    "anadolu": ("الأناضول", "الاناضول", "وكالة الأناضول", "وكالة أنباء الأناضول", "anadolu"),
    "irna": ("إرنا", "ارنا", "وكالة إرنا", "irna"),
    "fars": ("وكالة فارس", "وكالة أنباء فارس"),
    "mehr": ("وكالة مهر", "وكالة أنباء مهر"),
    "tasnim": ("تسنيم", "وكالة تسنيم", "وكالة أنباء تسنيم"),
    "kyodo": ("كيودو", "وكالة كيودو"),
    "yonhap": ("يونهاب", "وكالة يونهاب"),
    "spa": ("واس", "و ا س", "و.ا.س", "وكالة الأنباء السعودية", "spa"),
    "qna": ("قنا", "ق ن ا", "وكالة الأنباء القطرية", "qna"),
    "wam": ("وام", "و ا م", "وكالة أنباء الإمارات", "وكالة الأنباء الإماراتية", "wam"),
    "mena": ("أ ش أ", "أ.ش.أ", "أش أ", "وكالة أنباء الشرق الأوسط", "الشرق الأوسط للأنباء", "mena"),
    "wafa": ("وفا", "وكالة وفا", "وكالة الأنباء الفلسطينية", "وكالة الأنباء والمعلومات الفلسطينية", "wafa"),
    "maan": ("معا", "وكالة معا", "وكالة معا الإخبارية"),
    "safa": ("صفا", "وكالة صفا"),
    "kuna": ("كونا", "ك و ن ا", "وكالة الأنباء الكويتية", "kuna"),
    "petra": ("بترا", "وكالة الأنباء الأردنية", "petra"),
    "sana": ("سانا", "وكالة سانا", "الوكالة العربية السورية للأنباء", "sana"),
    "nna": ("الوكالة الوطنية للإعلام", "الوطنية للإعلام", "nna"),
    "ina": ("واع", "و ا ع", "وكالة الأنباء العراقية", "ina"),
    "nina": ("نينا", "الوكالة الوطنية العراقية للأنباء", "nina"),
    "bna": ("بنا", "وكالة أنباء البحرين", "bna"),
    "ona": ("العمانية", "وكالة الأنباء العمانية", "ona"),
    "saba": ("سبأ", "سبا", "سبأ نت", "وكالة سبأ", "وكالة الأنباء اليمنية", "saba"),
    "suna": ("سونا", "وكالة السودان للأنباء", "suna"),
    "sonna": ("صونا", "وكالة الأنباء الصومالية", "sonna"),
    "aps": ("وأج", "واج", "و أ ج", "وكالة الأنباء الجزائرية", "aps"),
    "tap": ("وات", "و ا ت", "وكالة تونس إفريقيا للأنباء", "وكالة تونس أفريقيا للأنباء", "tap"),
    "lana": ("وال", "و ا ل", "وكالة الأنباء الليبية", "lana"),
    "map": ("و م ع", "و.م.ع", "لاماب", "وكالة المغرب العربي للأنباء", "المغرب العربي للأنباء", "map"),
    "ami": ("وما", "و م أ", "و.م.أ", "الوكالة الموريتانية للأنباء", "ami"),
    "adi": ("وكالة جيبوتي للأنباء", "adi"),
    "unews": ("يونيوز", "وكالة يونيوز"),
}  # fmt: skip

_KEYS = {fold(written): key for key, variants in AGENCIES.items() for written in variants}
#: Words that are also other words count only inside parentheses, slashes, or after "المصدر:".
_ALSO_WORDS = frozenset(map(fold, ("معا", "صفا", "بنا", "وال", "وما", "وات", "الفرنسية", "الألمانية", "الإسبانية", "العمانية", "أ ب", "تاس", "سبا", "map", "ap", "tap", "ona", "ina")))  # fmt: skip

#: Separators between the parts of a credit line.
_CUT = re.compile(r"\s*(?:[()\[\]{}|/\\:：،,;؛+&•*«»\"]|(?<=\s)[-–—ـ]+|[-–—ـ]+(?=\s)|[–—])\s*")
_AND = re.compile(r"\s+و\s*(?=\S)")
#: "المصدر: رويترز", "نقلا عن وكالات".
_SOURCE = re.compile(r"^\W*(?:المصدر|المصادر|مصدر الخبر|نقلا عن|نقلاً عن|source)\b\s*[:：\-–—]?\s*", re.IGNORECASE)
#: "قالت وكالة (رويترز)": words before an agency that is mentioned in a sentence.
_SAYING = frozenset(
    map(fold, ["وكالة", "لوكالة", "صحيفة", "قناة", "شبكة", "نقلت", "ذكرت", "أفادت", "قالت", "أعلنت", "بحسب", "حسب", "وفق", "وفقا", "عن", "أوردت", "نشرت", "بثت", "أكدت", "كشفت", "إلى", "مع", "من", "أن"])
)  # fmt: skip
#: Maximum length of a dateline in characters, and in words before its agency ("دبي في 5 مارس 2024 / وام /").
_HEAD_CHARS = 110
_HEAD_WORDS = 9
#: Maximum length of a closing line in words, and number of last lines that may be a credit ("// انتهى //" may follow
#: it).
_TAIL_WORDS = 14
_TAIL_LINES = 3
_INITIALS = re.compile(r"(?:\w{1,2}\s?){1,4}")
#: "... قال المتحدث. رويترز", and "... قال المتحدث (رويترز)" unless the words before mention the agency in the sentence.
_CLOSING = re.compile(r"[.!؟?»\"…]\s*([^.()\[\]]{2,30}?)\s*\.?\s*$")
_CLOSING_BRACKET = re.compile(r"^(.*)[(\[]\s*([^()\[\]]{2,80}?)\s*[)\]]\s*\.?\s*$")
_BEFORE_WORDS = 6


def credited(text: str, authors: Sequence[str] = ()) -> tuple[Credit, ...]:
    """Return the agencies that an article credits, each once, in the order byline, start, end; empty if none.

    >>> [credit.agency for credit in credited("باريس (أ ف ب) - أعلنت الحكومة قرارها.\\nوقالت رويترز إن القرار متوقع.")]
    ['afp']
    """
    lines = [line for line in text.splitlines() if line.strip()]
    found = [*_from_authors(authors)]
    if lines:
        found += _from_head(lines[0])
        for line in lines[-_TAIL_LINES:] if len(lines) > 1 else []:
            found += _from_closing_line(line)
        found += _from_closing(lines[-1])
    first: dict[str, Credit] = {}
    for key, written in found:
        first.setdefault(key, Credit(agency=key, written=written))
    return tuple(first.values())


_Found = tuple[str, str]


def agency_of(piece: str) -> Credit | None:
    """Return the agency in a piece of a dateline; None for other text, and for ambiguous words ("معا")."""
    found = _agencies(piece.strip())
    return Credit(agency=found[0][0], written=found[0][1]) if len(found) == 1 else None


def _agencies(piece: str, *, sure: bool = False) -> list[_Found]:
    """Return the agencies in a piece of a line; empty if it contains anything else."""
    found = []
    for part in [piece] if _folded(piece) in _KEYS else _AND.split(piece):
        folded = _folded(part)
        if folded not in _KEYS or (folded in _ALSO_WORDS and not sure):
            return []
        found.append((_KEYS[folded], part.strip(" .،\u200f\u200e\u00a0")))
    return found


#: `fold` of pieces, of which a newspaper has the same few in each article.
_folded = lru_cache(maxsize=20_000)(fold)


def _from_authors(authors: Sequence[str]) -> Iterator[_Found]:
    for author in authors:
        for piece in (author, *_CUT.split(author)):
            yield from _agencies(piece)


def _from_head(line: str) -> Iterator[_Found]:
    """Return the agencies in the first line's dateline: short pieces, one of them an agency, before the sentence."""
    pieces = list(_pieces(line[:_HEAD_CHARS], whole=len(line) <= _HEAD_CHARS))
    words_before = 0
    for number, (piece, enclosed) in enumerate(pieces):
        found = _agencies(piece, sure=enclosed)
        if found:
            yield from found
        elif number == len(pieces) - 1:
            yield from _dated(piece) if len(line) <= _HEAD_CHARS else ()
        words = _folded(piece).split()
        words_before += 0 if found else len(words)
        if words_before > _HEAD_WORDS or (not found and _SAYING.intersection(words)):
            return


def _pieces(line: str, *, whole: bool) -> Iterator[tuple[str, bool]]:
    """Return the pieces of a line, and whether brackets or slashes enclose each.

    The last piece of a cut line is omitted.

    A bracket inside a sentence ("الناتو (أ ف ب) أن") encloses only a remark.
    """
    end = 0
    for match in _CUT.finditer(line):
        piece = line[end : match.start()].strip()
        if piece:
            before, after = line[:end].rstrip()[-1:], match.group().strip()
            goes_on = after in (")", "]") and re.match(r"\s*[^\W\dـ]", line[match.end() :]) is not None
            if not goes_on:
                yield piece, (before, after) in (("(", ")"), ("[", "]"), ("/", "/"))
        end = match.end()
    if whole and line[end:].strip():
        yield line[end:].strip(), False


def _dated(line: str) -> list[_Found]:
    """A dateline on its own line that ends with the agency: "الرياض 05 جمادى الأولى 1445 هـ واس"."""
    words = line.split()
    if len(words) < 2 or not any(map(str.isdigit, line)) or _SAYING.intersection(fold(line).split()):
        return []
    return _agencies(words[-1], sure=True)


def _from_closing_line(line: str) -> Iterator[_Found]:
    """A separate credit line: "المصدر: رويترز + وكالات", "(د ب أ)", "ع.ش/ (رويترز، أ ف ب)"."""
    if len(line.split()) > _TAIL_WORDS:
        return
    named = _SOURCE.match(line)
    rest = line[named.end() :] if named else line
    pieces = [piece for piece in _CUT.split(rest.strip(" .")) if _folded(piece)]
    found = [_agencies(piece, sure=bool(named) or rest.strip()[:1] in "([/") for piece in pieces]
    others = [piece for piece, agencies in zip(pieces, found, strict=True) if not agencies]
    if named or all(_INITIALS.fullmatch(_folded(piece)) for piece in others):
        for agencies in found:
            yield from agencies


def _from_closing(line: str) -> Iterator[_Found]:
    """A credit after the last sentence, in brackets or after its full stop."""
    bracket = _CLOSING_BRACKET.search(line)
    if bracket and _SAYING.intersection(fold(bracket[1]).split()[-_BEFORE_WORDS:]) and bracket[1].rstrip()[-1:] != ".":
        return
    closing = bracket[2] if bracket else next((match[1] for match in [_CLOSING.search(line)] if match), "")
    pieces = [piece for piece in _CUT.split(closing) if _folded(piece)]
    found = [_agencies(piece, sure=bracket is not None) for piece in pieces]
    if all(found):
        for agencies in found:
            yield from agencies
