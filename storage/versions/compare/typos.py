"""Whether a change of words only corrects their spelling.

Precision before recall: one letter turns `نجاة` into `نجاح`, so what could be another word is not classified as a typo.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from storage.text.folding import normalise
from storage.versions.compare.diff import is_clitic_change
from storage.versions.compare.names import is_given

#: Letters that must remain of a word without its joined words and endings. Below, the next word is one letter away:
#: `العرب`, `الغرب`; `الحزب`, `الحرب`; `الثورة`, `الثروة`; `المقر`, `المقرر`.
_CORE = 5
_EDGES = re.compile("(?:[وف]?(?:ال|لل|بال|كال|[بكل](?=...))?)(.*?)(?:[هةي]|يه|ات|ان|ون|ين|ها|هم|نا|وا)?")
#: Letters that are easily confused: one shape with other dots, neighbours in sound or on the keyboard.
_ALIKE = tuple(
    map(
        frozenset,
        ("بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق", "كگ", "سص", "دض", "تط", "ذز", "ضظ", "قك", "ثس"),
    )
)
#: Letters that Arabic uses for derivation (`محكمة`, `محاكمة`): a missing one may make another word.
_DERIVING = frozenset("سءلتموينها")


def is_typo(old: Sequence[str], new: Sequence[str], *, known: AbstractSet[str]) -> bool:
    """Whether words in plain form differ only in spelling, doubled words included.

    Args:
        known: words of the new version; an old word that still occurs there is not a typo.
    """
    if not old or not new:
        return False
    if normalise("".join(old)) == normalise("".join(new)):
        return True
    if len(old) != len(new) or len(old) > 3:
        return False
    return all(a == b or _is_slip(a, b, known) for a, b in zip(old, new, strict=True))


def _is_slip(old: str, new: str, known: AbstractSet[str]) -> bool:
    before, after = normalise(old), normalise(new)
    if before == after:
        return True
    if old in known or is_clitic_change(old, new) or (is_given(before) and is_given(after)):
        return False
    shorter, longer = sorted((_core(before), _core(after)))
    return longer >= _CORE and shorter >= _CORE - (longer - shorter) and _one_slip(before, after)


def _core(word: str) -> int:
    """Return the number of letters of a word without clitics and endings; 0 if it is not all letters."""
    core = _EDGES.fullmatch(word)
    return len(core[1]) if core and core[1].isalpha() else 0


def _one_slip(old: str, new: str) -> bool:
    """Whether two words differ by one slip: two neighbours swapped, a letter doubled or missing inside, or a similar
    letter."""
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    a, b = old[head:], new[head:]
    if len(a) == len(b):
        return (a[2:] == b[2:] and a[:2] == b[1::-1]) or (
            a[1:] == b[1:] and any({a[0], b[0]} <= alike for alike in _ALIKE)
        )
    short, long = sorted((a, b), key=len)
    doubled = head > 0 and long[0] == old[head - 1]
    return head > 0 and long[1:] == short != "" and (doubled or long[0] not in _DERIVING)
