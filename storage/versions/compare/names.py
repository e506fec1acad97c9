"""Find names of people in Arabic text without a model: by given names, connecting words, and titles.

Precision before recall: a missed name is a change classified as "wording"; a word mistaken for a name is an error.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from storage.text.folding import normalise
from storage.versions.compare import given_names


def _set(words: str) -> frozenset[str]:
    return frozenset(map(normalise, words.split()))


_STRONG = _set(given_names.STRONG)
_NOUNS = _set(given_names.NOUNS)
_WEAK = _set(given_names.WEAK) - _STRONG - _NOUNS
_GIVEN = _STRONG | _NOUNS | _WEAK
_TITLES = _set(given_names.TITLES)
_KNOWN = _set(given_names.KNOWN) - _set("شي كيم رئيسي السوداني")
_LINKS = _set(given_names.LINKS)
_AFTER = _set(given_names.AFTER) | _TITLES
_SERVANT = normalise("عبد")
#: `الأميركي`, `السوداني`: may occur between title and name.
_ADJECTIVE = re.compile("ال.{3,}ي[هن]?")
_REGNAL = _set("الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر")
_ARABIC = re.compile("[\u0621-\u064a]{2,}")
#: Clitics joined to the front of a name.
_JOINED = "وفلبك"
_MAX_PARTS = 5
#: Words after a lone surname or title that are not part of a name: small words and the most common verbs.
_NEVER = _set(
    """
    في من إلى على عن مع أن إن أنه إنه إنها أنها الذي التي الذين قد لم لن لا ما هو هي كان كانت قال قالت أعلن أعلنت أكد أكدت أضاف أضافت أشار أشارت
    أوضح أوضحت ذكر ذكرت بحث التقى زار وصل دعا طالب حذر نفى رفض وقع شدد كشف تلقى أجرى ترأس استقبل غادر يقول يؤكد يعلن سيزور يزور خلال بعد قبل
    منذ حتى حول ضد أمام أثناء عبر بين لدى عند ثم أو أم بل لكن إذ حيث كما بينما وهو وهي هذا هذه ذلك تلك أي كل بعض غير سوى يوم أمس اليوم غدا مساء صباح
    """
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its position: `start` to `stop`, the last not included."""

    start: int
    stop: int
    #: Folded parts, without clitics before the name.
    parts: tuple[str, ...]


def names(words: Sequence[str], breaks: AbstractSet[int] = frozenset()) -> list[Name]:
    """Return the names of people among folded words (`storage.versions.compare.words.folded`).

    Args:
        breaks: positions of words preceded by a sign or line break; no name crosses one.

    >>> [name.parts for name in names("قال وزير الخارجية سامح شكري ومحمد بن سلمان".split())]
    [('سامح', 'شكري'), ('محمد', 'بن', 'سلمان')]
    """
    found: list[Name] = []
    place = 0
    while place < len(words):
        name = _name(words, place, breaks)
        if name:
            found.append(name)
        place = name.stop if name else place + 1
    return found


def is_given(word: str) -> bool:
    """Whether a folded word is a given name."""
    return word in _GIVEN


def _name(words: Sequence[str], place: int, breaks: AbstractSet[int]) -> Name | None:
    first = _bare(words[place])
    if first in _KNOWN:
        return Name(place, place + 1, (first,))
    if first not in _GIVEN and first != _SERVANT and not _is_servant(first):
        return None
    titled = _titled(words, place, breaks)
    parts = [first]
    stop = place + 1
    end = next((n for n in range(place + 1, place + _MAX_PARTS + 2) if n in breaks), place + _MAX_PARTS + 2)
    for part in _later_parts(words[place:end], foreign=titled):
        parts.append(part)
        stop += 1
    while parts and parts[-1] in (*_LINKS, _SERVANT):
        parts.pop()
        stop -= 1
    return Name(place, stop, tuple(parts)) if len(parts) > 1 and (titled or _is_believed(parts)) else None


def _is_believed(parts: Sequence[str]) -> bool:
    """Whether an ambiguous first part is a name, judged by what follows it."""
    first, second = parts[:2]
    if first in _NOUNS:
        return second in _GIVEN or second in _LINKS
    return first not in _WEAK or second in _STRONG or second in _LINKS


def _later_parts(words: Sequence[str], *, foreign: bool) -> Iterator[str]:
    """Return the parts after the first: given names, connecting words with their names, surnames with the article."""
    joined = words[0].endswith(_SERVANT)
    for taken, word in enumerate(words[1 : _MAX_PARTS + 1]):
        given = word in _GIVEN or word in _LINKS or word == _SERVANT or _is_servant(word)
        surname = (word.startswith("ال") and len(word) > 4 and word not in _AFTER) or word in _REGNAL
        last = foreign and not taken and word not in _NEVER
        if not _ARABIC.fullmatch(word) or not (given or joined or surname or last):
            return
        yield word
        if not given and not joined:
            return
        joined = word in _LINKS or word == _SERVANT


def _bare(word: str) -> str:
    """Return a word without the clitic at its front, if the rest is a name."""
    if word[:1] and word[0] in _JOINED and word not in _GIVEN:
        rest = word[1:]
        if rest in _STRONG or rest in _KNOWN or rest == _SERVANT or _is_servant(rest):
            return rest
    return word


def _is_servant(word: str) -> bool:
    return word.startswith(_SERVANT + "ال") and len(word) >= 7


def _titled(words: Sequence[str], place: int, breaks: AbstractSet[int]) -> bool:
    """Whether a title precedes, with at most two words with the article between ("وزير الخارجية المصري سامح شكري")."""
    for step in (1, 2, 3):
        if place - step < 0 or place - step + 1 in breaks:
            return False
        word = words[place - step]
        if word in _TITLES or (word[:1] in ("و", "ل", "ب") and word[1:] in _TITLES):
            return True
        if not word.startswith("ال"):
            return False
    return False
