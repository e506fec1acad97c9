"""Light stemming of one Arabic word: removes clitics and the most common endings, never changes the stem.

A clitic or an ending is removed only if grammar or a list proves it, because a wrong cut merges two words: the article
is always a bare alef (`إلهام` has none), a word with the article has no possessive (so its final `ه` is a careless
`ة`), and the feminine ending is part of the word (`مكتبة` is no form of `مكتب`, `شركات` is one of `شركة`).
"""

import re
from collections.abc import Callable

from storage.text.lexicon import (
    CONJUGATED,
    COUNTED,
    DEFINED,
    ENDINGS,
    FEMININE,
    KEPT,
    LAM_WORDS,
    OWN_ARTICLE,
    OWN_LETTER,
    PARTICLES,
    PLURAL_IN_AT,
    PLURALS,
    SHORT,
    TINY,
    VERBS,
    WHOLE,
)

_ARABIC = re.compile("[\u0621-\u064a]+")
#: Prefixes before figures and Latin letters: `و20`, `الـBBC`.
_FOREIGN = re.compile("(?:[وف]?(?:ال|[بكل](?:ال)?|لل)?)([0-9a-z].*)")
_LETTERS = str.maketrans("أإآٱؤئى", "ااااءءي")
_FOLDED_LETTERS = frozenset(map(chr, _LETTERS))
#: Ways of writing a final hamza after one letter and an alef: `شاطىء` is `شاطئ`; but `بطيء` is right as it is.
_FINAL_HAMZA = re.compile("(?<=ا[ب-ن])[يى]ء$")
#: Presents that begin with a letter of their own kind: `يجتمع`, `ترتفع`, `ينفجر`, `تنسحب`; not `تنافس`, `تنفيذ`,
#: `تنشئة`.
_DERIVED_PRESENT = re.compile("[يت](?:ن[^ا]|.ت)[^اوي][^ة]")
_LEMMAS = PARTICLES | CONJUGATED | PLURALS
_KNOWN = SHORT | FEMININE | COUNTED | VERBS | LAM_WORDS | frozenset(_LEMMAS) | frozenset(_LEMMAS.values())
#: Nouns whose `ان` is certainly the dual: `قائدان`, `تفجيران`, `مسلحان`; in other words it is often part of the stem.
_DUAL = re.compile(".ا[^اوي][^اويم]|ت..ي.|م[^اوي]{3}|م....+")
#: A noun of action or a plural whose alef bears no hamza, or lost it: `اعتقال`, `انفجار`, `اتفاق`, `اخبار`.
_BARE_ALEF = re.compile("است.+|ا.{2,3}ا.(?:ات|ها?|هم|ي|ية|ة)?")


def letters(word: str) -> str:
    """Fold hamza and final alef maksura; `ة` stays, because it tells words apart."""
    if word.endswith("ء"):
        word = _FINAL_HAMZA.sub("ء", word)
    return word if _FOLDED_LETTERS.isdisjoint(word) else word.translate(_LETTERS)


def stem(word: str) -> str:
    """Return the index form of a word without marks.

    >>> stem("وللحكومة"), stem("لبنان"), stem("سياساتها")
    ('حكومة', 'لبنان', 'سياسة')
    """
    if not _ARABIC.fullmatch(word):
        foreign = _FOREIGN.fullmatch(word)
        return foreign[1] if foreign else word
    body, defined = _without_clitics(word)
    if body in KEPT:
        return body
    key = letters(body)
    if defined and key in DEFINED:
        return DEFINED[key]
    if key in _LEMMAS:
        return _LEMMAS[key]
    if key in WHOLE:
        return key
    if body.endswith("أ"):
        return key  # `مبدأ`: this alef is not an ending
    base = _past(_without_endings(key, defined=defined))
    return _LEMMAS.get(base, base)


def beginning(word: str) -> str:
    """Return the beginning of a word as indexed: without clitics, endings kept.

    >>> beginning("والحكوم")
    'حكوم'
    """
    if not _ARABIC.fullmatch(word):
        return word
    body, defined = _without_clitics(word)
    key = letters(body)
    return key[2:] if not defined and key.startswith("ال") and len(key) == 3 else key


def _without_clitics(word: str) -> tuple[str, bool]:
    """Return the word without conjunction, preposition and article, and whether it had an article."""
    key = letters(word)
    if key in _LEMMAS or key in WHOLE:
        return word, False
    if word[0] in "وف" and _carries(word, key):
        word, key = word[1:], key[1:]
        if key in _LEMMAS or key in WHOLE:
            return word, False
    if _has_article(word, key):
        return word[2:], True
    if key.startswith("لل") and len(key) >= 4:
        return (word[1:], False) if _is_form_of(key[1:], LAM_WORDS) else (word[2:], True)
    if word[0] in "بكل" and _carries(word, key):
        return (word[3:], True) if _has_article(word[1:], key[1:]) else (word[1:], False)
    return word, False


def _carries(word: str, key: str) -> bool:
    """Whether the first letter is a clitic, as far as one can tell without the sentence.

    `و` and `ل` nearly always are, before four letters and more; `ب` is not before a long vowel that begins no Arabic
    word (`بوليساريو`); `ف` and `ك` are rare before nouns and begin many foreign names.
    """
    rest = key[1:]
    if _is_form_of(key, OWN_LETTER):
        return False
    if len(rest) < 4:
        return rest in SHORT or rest in TINY or rest in PLURALS or (word[0] in "ولف" and rest in CONJUGATED)
    if word[0] in "ول" or word[1] in "أإآ" or word[1:3] == "ال" or _is_form_of(rest, _KNOWN):
        return True
    if rest[0] == "ا":
        return _BARE_ALEF.fullmatch(rest) is not None
    if rest[0] in "وي":
        return rest[0] == "و" and _is_form_of(rest, OWN_LETTER)
    return word[0] == "ب" or rest[0] == {"ك": "م", "ف": "ت"}[word[0]]


def _is_form_of(key: str, words: frozenset[str]) -> bool:
    """Whether a word is in the list, bare or with an ending."""
    if key in words:
        return True
    for size in (1, 2, 3, 4):  # noqa: SIM110  takes half the time of `any`
        if key[-size:] in ENDINGS and key[:-size] in words:
            return True
    return False


def _has_article(word: str, key: str) -> bool:
    return word.startswith(("ال", "ٱل")) and len(word) >= 4 and not _has_own_article(key)


def _has_own_article(key: str) -> bool:
    # A short listed word with an ending would match many words with the article: الم and المهم.
    return key in OWN_ARTICLE or (len(key) > 6 and _is_form_of(key, OWN_ARTICLE))


def _without_endings(key: str, *, defined: bool) -> str:
    """Return the noun or verb without possessive, number and case; the feminine ending becomes `ة`."""
    if not defined:
        key = _without_possessive(key)
    elif key.endswith("ه") and len(key) > 2:
        key = key[:-1] + "ة"
    rules = _RULES_BY_LAST.get(key[-1:])
    if rules is None or key in WHOLE or key in _LEMMAS:
        return key
    for ending, base_of in rules:
        if key.endswith(ending):
            base = base_of(key[: -len(ending)], ending)
            return key if base is None else base
    return key


def _without_possessive(key: str) -> str:
    """`رئيسهم` gives `رئيس`, `حكومتها` gives `حكومة`; `مدرسه` is `مدرسة`, not "his teacher"."""
    possessives = _POSSESSIVES_BY_LAST.get(key[-1:])
    if possessives is None:
        return key
    if key.endswith("ه") and key[:-1] + "ة" in FEMININE:
        return key[:-1] + "ة"
    if key.endswith("نا") and (key[:-1] in WHOLE or key[:-1] in _KNOWN):
        return key[:-1]  # the accusative of `مواطن`, not "our" anything
    for ending, shortest in possessives:
        base = key[: -len(ending)]
        if key.endswith(ending) and (len(base) >= shortest or base in _KNOWN):
            return _untied(base)
    return key


def _untied(base: str) -> str:
    """Return a feminine noun with its `ة` again: before a possessive it is written `ت`."""
    if not base.endswith("ت") or base in WHOLE:
        return base
    before, feminine = base[:-1], base[:-1] + "ة"
    if feminine in FEMININE:
        return feminine
    if before.endswith("ا") or len(base) < 4:
        return base
    if before in VERBS or (len(base) >= 5 and base.startswith("ا")):
        return before  # a verb: `أرسلته`
    return feminine


def _plural_in_at(base: str, _ending: str) -> str | None:
    """`شركات` gives `شركة`, `قرارات` gives `قرار`: the pattern or the lists decide."""
    if len(base) < 3:
        return base + "ة" if base + "ة" in FEMININE else None
    if base.endswith("ي"):
        return base if len(base) >= 4 else base + "ة"
    if base + "ة" in FEMININE:
        return base + "ة"
    return base if base in PLURAL_IN_AT or _is_masculine_action(base) else base + "ة"


def _is_masculine_action(base: str) -> bool:
    """Nouns of action whose singular has no `ة`: تصريح، توتر، انتخاب، استثمار، إجراء; but استشارة، إدارة have one."""
    if base.startswith("ت"):
        return len(base) >= 4
    long_vowel = len(base) >= 4 and base[-2] == "ا"
    hollow = (base.startswith("است") and len(base) == 6) or (base.startswith("ا") and len(base) == 4)
    return long_vowel and not hollow


def _dual_of_feminine(base: str, _ending: str) -> str | None:
    known = base + "ة" in FEMININE
    if base.endswith("ي") and len(base) >= 4:
        return base  # as `ولاية` and `ولايات`
    return base + "ة" if known or (len(base) >= 3 and not base.endswith("س")) else None


def _sound_plural(base: str, ending: str) -> str | None:
    """`مسؤولين`, `صحفيون`; short words only where they are known to be counted (`يومين`)."""
    if len(base) >= 4 or base in COUNTED:
        sure = ending in ("ين", "ون") or base in COUNTED or base.endswith("ي") or _DUAL.fullmatch(base)
        return base if sure else None
    return None


def _nisba(base: str, _ending: str) -> str | None:
    """`تونسية` is `تونسي`, but `قضية` and `كلية` are nouns of their own."""
    return base + "ي" if len(base) >= 3 else None


def _verb(base: str, ending: str) -> str | None:
    if ending == "وا":
        return base if len(base) >= 3 else None
    known = base in VERBS or (len(base) >= 4 and base[0] in "ات" and base[-1] not in "اي")
    return base if known else None


def _past(base: str) -> str:
    """Return the past of a present whose past is sure: `يقتل` قتل, `يجتمع` اجتمع, `ينفجر` انفجر, `تستخدم` استخدم."""
    if base[:1] not in "يت":
        return base
    if base.startswith("ي") and base[1:] in VERBS:
        return base[1:]
    if _DERIVED_PRESENT.fullmatch(base) or base.startswith("يست") or (base.startswith("تست") and len(base) >= 6):
        return "ا" + base[1:] if len(base) >= 5 else base
    return base


def _accusative(base: str, _ending: str) -> str | None:
    return base if len(base) >= 4 or base in COUNTED else None


#: Longer than any word: the ending goes only from words that are known, being the end of many others (`بنك`, `تحرك`).
_NEVER = 1_000
#: Shortest word that may be left when a possessive goes; shorter ones must be known.
_POSSESSIVES = (("هما", 3), ("هم", 3), ("هن", 4), ("ها", 3), ("نا", 4), ("ه", 3), ("كم", _NEVER), ("ك", _NEVER))
#: In order, the first that fits decides. None from the function: the ending belongs to the word.
_RULES: tuple[tuple[str, Callable[[str, str], str | None]], ...] = (
    ("ات", _plural_in_at),
    ("تين", _dual_of_feminine),
    ("تان", _dual_of_feminine),
    ("ين", _sound_plural),
    ("ون", _sound_plural),
    ("ان", _sound_plural),
    ("ية", _nisba),
    ("وا", _verb),
    ("ت", _verb),
    ("ا", _accusative),
)
#: Both by their last letter, in the same order: most words end in another one, and are left at once.
_POSSESSIVES_BY_LAST = {
    last: tuple(one for one in _POSSESSIVES if one[0][-1] == last) for last in {one[0][-1] for one in _POSSESSIVES}
}
_RULES_BY_LAST = {last: tuple(one for one in _RULES if one[0][-1] == last) for last in {one[0][-1] for one in _RULES}}
