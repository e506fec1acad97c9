"""Folding: remove spelling differences, for search and comparison only. Stored text is never folded.

`analyse` is the archive's only analyser: queries and index use it on every engine, so that
`الحكومه`, `والحكومة` and `للحكومةِ` are one word. Letters are folded here, clitics and endings in
`storage/text/stemming.py`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from storage.text.inside_words import inside_words
from storage.text.letter_table import LetterTable
from storage.text.stemming import beginning, stem

#: Raised whenever the tokens of a text change: an index made by another version is rebuilt.
ANALYSER_VERSION = 2

#: Placeholder in the shadow for a token that folding empties (a lone bidi mark). Private use, so itself a token.
BLANK = "\ue000"

#: Maximum word length; longer ones (base64, a run of letters without spaces) are cut, because PostgreSQL rejects them.
MAX_LETTERS = 100

#: Replacement of letter variants: Persian, Urdu, Kurdish and other letters that Arabic pages use.
_LETTERS = {
    "ا": "ٱٲٳٵݳݴ",
    "ب": "پٻڀ",
    "ت": "ٹٺټٽٿ",
    "ج": "چڃڄڇڿ",
    "ح": "ځڂڅ",
    "د": "ڈډڊڋڌڍڎڏڐۮ",
    "ر": "ڑڒړڔڕږڗڙۯ",
    "ز": "ژ",
    "س": "ښڛڜ",
    "ص": "ڝڞ",
    "ط": "ڟ",
    "ع": "ڠ",
    "ف": "ڡڢڣڤڥڦ",
    "ق": "ڧڨ",
    "ك": "کڪګڬڭڮگڰڱڲڳڴ",
    "ل": "ڵڶڷڸ",
    "ن": "ںڻڼڽڹ",
    "ه": "ھہەۀۂ",
    "ة": "ۃ",
    "و": "ۄۅۆۇۈۉۊۋۏٶ",
    "ؤ": "ٷ",
    "ي": "یۍێېۑے",
    "ئ": "ۓٸ",
}
_DIGITS = {chr(zero + n): str(n) for zero in (0x0660, 0x06F0) for n in range(10)}
#: Marks and format characters inside words: diacritics, tatweel, zero-width, bidi, variation selectors.
_INVISIBLE = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0600-\u0605\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0890-\u0891\u0898-\u089f\u08ca-\u08ff\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U000e0001-\U000e007f\U000e0100-\U000e01ef"
)


def _members(ranges: str) -> Iterator[int]:
    """Code points of a regular expression's character class."""
    for first, last in re.findall("(.)(?:-(.))?", ranges):
        yield from range(ord(first), ord(last or first) + 1)


_DROP = {point: None for point in _members(_INVISIBLE) if point == 0x640 or unicodedata.category(chr(point))[0] in "MC"}
_SPELLING = {ord(variant): letter for letter, variants in _LETTERS.items() for variant in variants} | {
    ord(digit): plain for digit, plain in _DIGITS.items()
}
_LETTER_BY_LETTER = {**_SPELLING, **_DROP}
_FOLD = str.maketrans("أإآىةؤئ", "ااايهءء")
#: The signs of text that one pass of the tables folds completely: what ordinary articles consist of.
_PLAIN = re.compile("[\0-\x7f\u0621-\u0652\u0660-\u0669\u06f0-\u06f9،؛؟«»“”‘’–—\u200b-\u200f\u202a-\u202eپچژڤکگی]")
#: None of them is above the general punctuation block.
_PLAIN_SIGNS = tuple(_PLAIN.findall("".join(map(chr, range(0x2070)))))


def _through(sign: str, tables: Sequence[Mapping[int, int | str | None]]) -> str:
    for table in tables:
        sign = sign.translate(table)
    return sign.lower()


_SPELL_PLAIN = LetterTable({sign: _through(sign, [_LETTER_BY_LETTER]) for sign in _PLAIN_SIGNS})
_FOLD_PLAIN = LetterTable({sign: _through(sign, [_LETTER_BY_LETTER, _FOLD]) for sign in _PLAIN_SIGNS})


#: A word of running text, as FTS5's unicode61 sees it with categories 'L* N* Co Mn Cf'.
TOKEN = re.compile(f"(?:[^\\W_]++|[{inside_words()}]++)++")


def _parted(sign: str) -> str:
    """A letter that may be in a word; a space for others."""
    return sign if TOKEN.fullmatch(sign) else " "


def _spell(text: str) -> str:
    """Remove what does not change a letter of the word: marks, tatweel, presentation forms, case, accents."""
    plain = _SPELL_PLAIN.translated(text)
    if plain is not None:
        return plain
    before = None
    while before != text:  # NFKC, case folding and accent removal affect each other for a handful of letters
        before = text
        text = unicodedata.normalize("NFKC", text).translate(_LETTER_BY_LETTER).casefold()
        text = "".join(map(_bare, text))
    return text


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    """Return a letter without its accents; Arabic letters keep their hamza."""
    if character.isascii() or "\u0600" <= character <= "\u06ff":
        return character
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", character).translate(_DROP))


def normalise(text: str) -> str:
    """Fold all spellings of each word into one; signs and spaces stay as they are. Idempotent.

    Alef loses its hamza, other seats of hamza become `ء`, `ى` becomes `ي`, `ة` becomes `ه`; diacritics, tatweel,
    zero-width and bidi characters go; presentation forms, Persian letters and digits become the plain ones; Latin
    letters lose case and accents.

    >>> normalise("إسـرائيلُ ٢٠٢٤")
    'اسراءيل 2024'
    """
    plain = _FOLD_PLAIN.translated(text)
    return _spell(text).translate(_FOLD) if plain is None else plain


#: Plain text with spaces for all that is between two words, as it is and folded.
_WORDS_PLAIN = LetterTable({sign: _parted(sign) for sign in _PLAIN_SIGNS})
_FOLDED_WORDS_PLAIN = LetterTable(
    {sign: folded and _parted(folded) for sign in _PLAIN_SIGNS for folded in [normalise(sign)]}
)


def words_of(text: str) -> list[str]:
    """Return the words of a text as written: what `TOKEN` finds."""
    plain = _WORDS_PLAIN.translated(text)
    return TOKEN.findall(text) if plain is None else plain.split()


def folded_words(text: str) -> list[str]:
    """Return the words of the normalised text."""
    plain = _FOLDED_WORDS_PLAIN.translated(text)
    return TOKEN.findall(normalise(text)) if plain is None else plain.split()


def fold(text: str) -> str:
    """Return the normalised words with one space between them, nothing else: what near-duplicates are compared by.

    >>> fold("«القاهرة» – ٣ قتلى!")
    'القاهره 3 قتلي'
    """
    return " ".join(folded_words(text))


@lru_cache(maxsize=65_536)
def analyse_word(word: str) -> str:
    """Return the one index token of one word of text; "" if it consists of marks only."""
    letters = _letters(word)
    return stem(letters) if letters else ""


def _letters(word: str) -> str:
    """Return a word in plain spelling, one token whatever compatibility forms it held."""
    spelled = _spell(word)
    return (spelled if spelled.isalnum() else "".join(TOKEN.findall(spelled)))[:MAX_LETTERS]


def analyse_beginning(word: str) -> str:
    """Return the common beginning of the tokens of all words that begin with `word`."""
    return beginning(_letters(word))


def analyse(text: str) -> list[str]:
    """Return the tokens by which a text is indexed and searched, in order.

    >>> analyse("وللحكومةِ قرارُها")
    ['حكومة', 'قرار']
    """
    return [token for token in map(analyse_word, words_of(text)) if token]


def shadow(text: str) -> str:
    """Return the tokens of `text` joined by spaces, exactly one for each match of `TOKEN`.

    FTS5 indexes this instead of the text, so that `highlight()` and `snippet()` find the original words.
    """
    return " ".join([token or BLANK for token in map(analyse_word, words_of(text))])
